"""The rules of invoices: what is taxed how, rounded, checked and read."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.invoices import CODE, buyer, rule, seller

from quanqu.sell.invoicing.contracts import (
    BuyerError,
    BuyerKind,
    ItemTax,
    Regime,
    Rounding,
    SellerError,
    Taxable,
    TaxedLine,
    TaxFileError,
    TaxRuleError,
    TaxTreatment,
)
from quanqu.sell.invoicing.rules.checking import check_buyer, check_item, check_rule, check_seller
from quanqu.sell.invoicing.rules.codes import is_class_code, is_credit_code, is_vat_number
from quanqu.sell.invoicing.rules.covering import Part, charges, paid_of
from quanqu.sell.invoicing.rules.reading import read_items, read_rules
from quanqu.sell.invoicing.rules.taxing import Remainder, rule_on, share_back, sums_of, tax

RATES = [Decimal(text) for text in ("0.13", "0.09", "0.06", "0.03", "0.01", "0.19", "0.055", "0")]
rules = st.builds(
    lambda rate, is_included: rule(
        "goods",
        str(rate),
        treatment=TaxTreatment.STANDARD if rate else TaxTreatment.ZERO,
        is_included=is_included,
    ),
    st.sampled_from(RATES),
    st.booleans(),
)
amounts = st.integers(0, 10_000_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(amounts, rules), min_size=1, max_size=12), st.sampled_from(Rounding))
def test_lines_rates_and_the_whole_agree_to_the_cent(lines, rounding):
    taxables = [Taxable(amount, one) for amount, one in lines]

    total = tax(taxables, rounding=rounding)

    for one, line in zip(taxables, total.lines, strict=True):
        if one.rule.is_included:
            assert line.gross_minor == one.amount_minor
        else:
            assert (line.net_minor, line.rounding_minor) == (one.amount_minor, 0)
    assert sum(one.net_minor for one in total.sums) == total.net_minor
    assert sum(one.tax_minor for one in total.sums) == total.tax_minor
    assert total.net_minor + total.tax_minor + total.rounding_minor == total.gross_minor
    assert len(total.sums) == len({(one.treatment, one.rate) for _, one in lines})


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=12), st.sampled_from(RATES))
def test_by_document_a_rate_s_tax_is_its_net_times_the_rate(prices, rate):
    told = TaxTreatment.STANDARD if rate else TaxTreatment.ZERO
    total = tax(
        [Taxable(one, rule("goods", str(rate), treatment=told)) for one in prices],
        rounding=Rounding.DOCUMENT,
    )

    (whole,) = total.sums
    assert abs(whole.tax_minor - whole.net_minor * rate) <= Decimal("0.5")
    assert abs(total.rounding_minor) <= 1
    assert total.gross_minor == sum(prices)


@settings(max_examples=60, deadline=None)
@given(amounts, st.sampled_from(RATES), st.sampled_from(Rounding), st.data())
def test_however_a_line_is_taken_back_its_parts_make_it(price, rate, rounding, data):
    told = TaxTreatment.STANDARD if rate else TaxTreatment.ZERO
    (blue,) = tax(
        [Taxable(price, rule("goods", str(rate), treatment=told))], rounding=rounding
    ).lines
    taken, parts = 0, []
    while taken < price:
        one = data.draw(st.integers(1, price - taken)) if len(parts) < 6 else price - taken
        parts.append(share_back(Remainder(blue, taken), one))
        taken += one
        assert parts[-1].gross_minor == one
        assert sum(part.tax_minor for part in parts) <= blue.tax_minor

    for name in ("net_minor", "tax_minor", "rounding_minor"):
        assert sum(getattr(part, name) for part in parts) == (getattr(blue, name) if price else 0)


def test_nothing_left_is_nothing():
    assert Remainder(TaxedLine(10, 1, 0), 4).left_minor == 7
    assert share_back(Remainder(TaxedLine(0, 0, 0)), 0) == TaxedLine(0, 0, 0)


def test_the_rule_of_a_day_is_the_latest_that_has_come_and_the_last_written_of_it():
    older, newer = rule("goods", "0.16"), rule("goods", "0.13", valid_from=date(2026, 1, 1))
    mended = rule("goods", "0.12", valid_from=date(2026, 1, 1))
    told = [newer, mended, older]

    assert rule_on(told, "CN", "goods", date(2025, 12, 31)) is older
    assert rule_on(told, "CN", "goods", date(2026, 1, 1)) is mended
    assert rule_on(told, "CN-HK", "goods", date(2026, 1, 1)) is mended
    assert rule_on(told, "CN", "books", date(2026, 1, 1)) is None
    assert rule_on(told, "CN", "goods", date(2000, 1, 1)) is None
    own = rule("goods", "0.07", region="ES-CN")
    assert (
        rule_on([own, rule("goods", "0.21", region="ES")], "ES-CN", "goods", date(2026, 1, 1))
        is own
    )


def test_sums_tell_reasons_apart():
    one = rule("a", "0", treatment=TaxTreatment.EXEMPT, reason="books")
    two = rule("b", "0", treatment=TaxTreatment.EXEMPT, reason="health")
    lines = [TaxedLine(5, 0, 0), TaxedLine(7, 0, 0)]

    assert [part.net_minor for part in sums_of([one, two], lines)] == [5, 7]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"region": "China"}, "region"),
        ({"category": "Goods!"}, "category"),
        ({"rate": Decimal("0.13001")}, "rate"),
        ({"rate": Decimal(1)}, "rate"),
        ({"rate": Decimal("NaN")}, "rate"),
        ({"rate": Decimal(0)}, "rate"),
        ({"treatment": TaxTreatment.ZERO}, "rate"),
        ({"reason": "why"}, "reason"),
        ({"treatment": TaxTreatment.EXEMPT, "rate": Decimal(0)}, "reason"),
        (
            {"treatment": TaxTreatment.EXEMPT, "rate": Decimal(0), "reason_code": "x y"},
            "reason_code",
        ),
        ({"source": "  "}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(change, field):
    with pytest.raises(TaxRuleError) as caught:
        check_rule(replace(rule(), **change))
    assert caught.value.fields["field"] == field


def test_an_item_is_checked():
    assert check_item(ItemTax(" tea ", "goods", "1" * 19, " Tea  leaf ")).name == "Tea leaf"
    for change in ({"sku": ""}, {"category": "A"}, {"class_code": "1" * 18}, {"unit": "x" * 21}):
        with pytest.raises(TaxRuleError):
            check_item(replace(ItemTax("tea", "goods"), **change))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"bank": "x" * 201}, "bank"),
        ({"region": "DE"}, "region"),
        ({"tax_id": CODE[:-1] + "4"}, "tax_id"),
        ({"country": "DE", "region": "DE"}, "country"),
        ({"category": ""}, "category"),
        ({"class_code": "12"}, "class_code"),
        ({"series": "a"}, "series"),
        ({"series": "R"}, "series"),
        ({"payment_days": 400}, "payment_days"),
    ],
)
def test_a_seller_that_cannot_be_names_its_field(change, field):
    with pytest.raises(SellerError) as caught:
        check_seller(replace(seller(), **change))
    assert caught.value.fields["field"] == field


def test_a_european_seller_has_a_vat_number_and_rounds_by_document():
    good = seller(Regime.EN16931)
    assert check_seller(good) == good
    for change in ({"tax_id": "123"}, {"rounding": Rounding.LINE}):
        with pytest.raises(SellerError):
            check_seller(replace(good, **change))


def test_a_buyer_is_a_person_without_or_a_company_with_its_number():
    person = buyer(BuyerKind.PERSONAL, email="a@example.com")
    assert check_buyer(person, Regime.FAPIAO, "CN").country == "CN"
    assert check_buyer(buyer(tax_id=CODE.lower()), Regime.FAPIAO, "CN").tax_id == CODE
    assert check_buyer(buyer(tax_id=""), Regime.EN16931, "DE").tax_id == ""
    for wrong, regime in (
        (replace(person, tax_id=CODE), Regime.FAPIAO),
        (replace(person, title=" "), Regime.FAPIAO),
        (replace(person, email="a@b"), Regime.FAPIAO),
        (replace(person, city="x" * 201), Regime.FAPIAO),
        (replace(person, country="Germany"), Regime.FAPIAO),
        (buyer(tax_id=""), Regime.FAPIAO),
        (buyer(tax_id="91350100M000100Y44"), Regime.FAPIAO),
        (buyer(tax_id="12"), Regime.EN16931),
    ):
        with pytest.raises(BuyerError):
            check_buyer(wrong, regime, "CN")


def test_every_single_wrong_character_of_a_code_is_found():
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for at in range(18):
        for letter in letters:
            told = CODE[:at] + letter + CODE[at + 1 :]
            assert is_credit_code(told) is (told == CODE)
    assert not is_credit_code("")


def test_forms_of_codes():
    assert is_class_code("1030201010000000000")
    assert not is_class_code("１" * 19)
    assert is_vat_number("EL123456789")
    assert not is_vat_number("US123456789")


def test_what_is_charged_is_what_no_invoice_charges_and_did_not_come_back():
    parts = [Part(1, "tea", "Tea", 2, 2500), Part(2, "cup", "Cup", 1, 900, 1, 900),
             Part(0, "", "", 1, 300)]  # fmt: skip

    assert [(one.line_no, one.amount_minor) for one in charges(parts, invoiced=())] == [
        (1, 2500), (0, 300),
    ]  # fmt: skip
    assert charges(parts, invoiced={0, 1}) == []


def test_what_is_paid_of_an_invoice_is_told_once():
    assert paid_of(100, paid_minor=250, told_minor=0) == 100
    assert paid_of(100, paid_minor=150, told_minor=100) == 50
    assert paid_of(100, paid_minor=50, told_minor=100) == 0


HEAD = "region,category,treatment,rate,valid_from,source\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing"),
        (b"\xff", "UTF-8"),
        (b"region\x00", "NUL"),
        (b"region,category\n", "missing"),
        ((HEAD.strip() + ",colour\n").encode(), "unknown"),
        ((HEAD.strip() + ",source\n").encode(), "twice"),
        (HEAD.encode(), "no row"),
        ((HEAD + "CN,goods,S\n").encode(), "cells"),
        ((HEAD + "CN,goods,X,1%,2026-01-01,law\n").encode(), "treatment"),
        ((HEAD + "CN,goods,S,one,2026-01-01,law\n").encode(), "rate"),
        ((HEAD + "CN,goods,S,1%,soon,law\n").encode(), "valid_from"),
        ((HEAD + "CN,goods,S,1%,2026-01-01,\n").encode(), "source"),
        ((HEAD + 2 * "CN,goods,S,1%,2026-01-01,law\n").encode(), "twice"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_reasons(content, reason):
    with pytest.raises(TaxFileError) as caught:
        read_rules(content)
    assert any(reason in row["reason"] for row in caught.value.fields["rows"])


def test_files_are_read():
    text = HEAD.strip() + ",is_included\n\ncn,goods,s,13%,2026-01-01,law,no\n"
    (one,) = read_rules(b"\xef\xbb\xbf" + text.encode())
    assert (one.region, one.rate, one.is_included) == ("CN", Decimal("0.13"), False)
    assert read_items("sku,category,unit\ntea,goods,盒\n".encode()) == [
        ItemTax("tea", "goods", "", "", "盒")
    ]
    with pytest.raises(TaxFileError):
        read_rules((HEAD.strip() + ",is_included\nCN,goods,S,1%,2026-01-01,law,maybe\n").encode())
