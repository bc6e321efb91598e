"""Invoices of real orders: written once, taken back with returns, corrected."""

import json
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.builders import returns
from tests.builders.invoices import (
    NOW,
    breaches,
    buyer,
    draft,
    invoiced,
    make_seller,
    rule,
    seller,
)
from tests.builders.returns import ask, clerk, make_open_shop, recorded, settled, sold

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.invoicing import facade
from quanqu.sell.invoicing.contracts import (
    BuyerKind,
    InvoiceDraft,
    InvoiceFilters,
    InvoiceFormatError,
    InvoiceKind,
    InvoiceNotFoundError,
    InvoiceOrderError,
    InvoiceReusedError,
    InvoiceStateError,
    ItemTax,
    NoSellerError,
    NoTaxRuleError,
    Regime,
    TaxCompanyError,
    TaxFileError,
)
from quanqu.sell.invoicing.models import Invoice, Line
from quanqu.sell.returns.contracts import SaleStateError

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    made = make_open_shop()
    make_seller(made)
    return made


def test_an_order_is_invoiced_with_its_delivery_once(shop):
    facade.save_items(
        actor=SYSTEM,
        company_key=shop.company.key,
        items=[ItemTax("tea", "goods", "1" * 19, "*茶*红茶", "盒")],
        now=NOW,
    )
    placed = sold(shop, ("tea", 2), ("cup", 1), shipping_minor=600)

    asked = draft(placed.id)
    row = facade.issue_invoice(actor=SYSTEM, draft=asked, now=NOW)

    assert facade.issue_invoice(actor=SYSTEM, draft=asked, now=NOW) == row
    assert (row.number, row.gross_minor, row.prepaid_minor) == ("A00000001", 4350, 4350)
    found = facade.get_invoice(actor=SYSTEM, invoice_id=row.id)
    assert [(one.name, one.class_code, one.unit) for one in found.lines] == [
        ("*茶*红茶", "1" * 19, "盒"),
        ("north cup", "1030201010000000000", "件"),
        ("", "", ""),
    ]
    assert [(one.net_minor, one.tax_minor, one.rate) for one in found.lines] == [
        (2212, 288, Decimal("0.13")), (1106, 144, Decimal("0.13")), (566, 34, Decimal("0.06")),
    ]  # fmt: skip
    with pytest.raises(InvoiceStateError):
        invoiced(placed.id)
    with pytest.raises(InvoiceReusedError):
        facade.issue_invoice(
            actor=SYSTEM, draft=InvoiceDraft(asked.id, placed.id, buyer(title="Other")), now=NOW
        )
    assert not breaches()


def test_a_settled_return_is_taken_back_by_itself_and_once(shop):
    placed = sold(shop, ("tea", 3))
    row = invoiced(placed.id)

    back = settled(shop, placed.id, ask(1, 1))
    deliver_events(now=NOW)
    deliver_events(now=NOW)

    assert facade.take_back_return(order_id=placed.id, now=NOW) == 0
    (red,) = facade.get_invoice(actor=SYSTEM, invoice_id=row.id).reds
    assert (red.kind, red.gross_minor, red.return_id) == (InvoiceKind.RED, 1250, back.id)
    assert red.number == "R00000001"
    assert not breaches()


def test_what_came_back_before_is_not_charged(shop):
    placed = sold(shop, ("tea", 3))
    settled(shop, placed.id, ask(1, 1))

    row = invoiced(placed.id)
    deliver_events(now=NOW)

    (line,) = facade.get_invoice(actor=SYSTEM, invoice_id=row.id).lines
    assert (line.quantity, line.gross_minor, row.reversed_minor) == (2, 2500, 0)
    assert not Invoice.objects.filter(kind="red").exists()
    assert not breaches()


def test_a_wrong_invoice_is_taken_back_and_written_again(shop):
    placed = sold(shop, ("tea", 3))
    wrong = invoiced(placed.id)
    settled(shop, placed.id, ask(1, 1))

    told = {"actor": SYSTEM, "invoice_id": wrong.id, "now": NOW}
    with pytest.raises(InvoiceStateError):
        facade.correct_invoice(**told, reason=" ")
    red = facade.correct_invoice(**told, reason="wrong title")
    again = facade.correct_invoice(**told, reason="asked again")
    right = invoiced(placed.id, buyer=buyer(BuyerKind.PERSONAL))

    assert again == red
    assert (red.gross_minor, right.gross_minor) == (2500, 2500)
    assert facade.get_invoice(actor=SYSTEM, invoice_id=wrong.id).row.reversed_minor == 3750
    with pytest.raises(InvoiceStateError):
        facade.correct_invoice(actor=SYSTEM, invoice_id=red.id, reason="x", now=NOW)
    assert not breaches()


def test_all_came_back_leaves_nothing_to_take_back(shop):
    placed = sold(shop, ("tea", 1))
    row = invoiced(placed.id)
    settled(shop, placed.id, ask(1, 1))

    with pytest.raises(InvoiceStateError):
        facade.correct_invoice(actor=SYSTEM, invoice_id=row.id, reason="x", now=NOW)
    with pytest.raises(InvoiceStateError):
        invoiced(placed.id)


def test_an_order_of_another_channel_is_invoiced_too(shop):
    row = invoiced(recorded(shop))

    assert (row.gross_minor, row.order_number) == (2500, "T-1")
    assert not breaches()


def test_an_order_that_nobody_has_yet_is_not_invoiced(shop):
    waiting = returns.order(shop, ("tea", 1), delivery=Delivery.SHIP)
    returns.record_live_orders(now=NOW)

    with pytest.raises(SaleStateError):
        invoiced(waiting.id)
    with pytest.raises(InvoiceOrderError):
        invoiced(uuid4())
    with pytest.raises(InvoiceStateError):
        invoiced(sold(shop, ("tea", 1)).id, part_no=7)


def test_a_part_that_has_gone_is_invoiced_by_itself(shop):
    placed = sold(shop, ("tea", 1), ("cup", 2), shipping_minor=100)

    row = invoiced(placed.id, part_no=1)

    assert (row.part_no, row.gross_minor) == (1, 3850)
    assert not breaches()


def test_without_seller_or_rule_nothing_is_written():
    shop = make_open_shop()
    placed = sold(shop, ("tea", 1))
    with pytest.raises(NoSellerError):
        invoiced(placed.id)
    facade.save_seller(
        actor=SYSTEM, company_key=shop.company.key, seller=seller(category="other"), now=NOW
    )
    facade.save_tax_rules(
        actor=SYSTEM,
        company_key=shop.company.key,
        rules=[rule(), rule("other", valid_from=date(2099, 1, 1))],
        now=NOW,
    )
    with pytest.raises(NoTaxRuleError):
        invoiced(placed.id)
    assert not Invoice.objects.exists()
    assert not breaches()


def test_rules_are_only_added_and_a_file_is_taken_in_as_a_whole(shop):
    told = {"actor": SYSTEM, "company_key": shop.company.key, "now": NOW}
    head = "region,category,treatment,rate,valid_from,source\n"

    with pytest.raises(TaxFileError):
        facade.import_tax_rules(
            **told,
            content=f"{head}CN,new,S,9%,2026-01-01,law\nCN,bad,S,0,2026-01-01,law\n".encode(),
        )
    taken = facade.import_tax_rules(
        **told,
        content=f"{head}CN,goods,S,13%,2019-04-01,a law\nCN,goods,S,12%,2026-01-01,law\n".encode(),
    )

    assert (taken.added, taken.known) == (1, 1)
    views = facade.list_tax_rules(actor=SYSTEM, company_key=shop.company.key, on=NOW.date())
    assert [(one.rule.category, one.version, one.is_in_force) for one in views] == [
        ("delivery", 1, True), ("goods", 2, True), ("goods", 1, False),
    ]  # fmt: skip
    items = b"sku,category\ntea,goods\ncup,goods\n"
    assert facade.import_items(**told, content=items).added == 2
    assert facade.import_items(**told, content=items).known == 2
    page = facade.list_items(actor=SYSTEM, company_key=shop.company.key)
    assert [one.sku for one in page.items] == ["tea", "cup"]


def test_who_may_what(shop):
    placed = sold(shop, ("tea", 1))
    row = invoiced(placed.id, buyer=buyer(BuyerKind.PERSONAL, email="wang@example.com"))
    here, elsewhere = (shop.store.key,), (shop.depot.key,)
    looker = clerk("invoices.view", places=here)

    seen = facade.get_invoice(actor=looker, invoice_id=row.id)
    assert (seen.buyer.title, seen.is_masked) == ("王**", True)
    writer = clerk("invoices.view", "invoices.manage", "customers.reveal", places=here)
    assert facade.get_invoice(actor=writer, invoice_id=row.id).buyer.title == "王小明"
    stranger = clerk("invoices.view", "invoices.manage", "invoices.rules", places=elsewhere)
    with pytest.raises(InvoiceNotFoundError):
        facade.get_invoice(actor=stranger, invoice_id=row.id)
    with pytest.raises(InvoiceOrderError):
        invoiced(placed.id, actor=stranger)
    with pytest.raises(InvoiceNotFoundError):
        facade.correct_invoice(actor=stranger, invoice_id=row.id, reason="x", now=NOW)
    with pytest.raises(InvoiceNotFoundError):
        facade.invoice_file(actor=stranger, invoice_id=row.id, form="pdf", now=NOW)
    with pytest.raises(NotAllowedError):
        invoiced(placed.id, actor=looker)
    with pytest.raises(TaxCompanyError):
        facade.save_tax_rules(actor=stranger, company_key=shop.company.key, rules=[rule()], now=NOW)
    assert facade.list_invoices(actor=stranger, filters=InvoiceFilters()).items == ()
    assert [one.key for one in facade.taxed_companies(actor=looker)] == [shop.company.key]


def test_invoices_are_found_and_buyers_rest_encrypted(shop):
    placed = sold(shop, ("tea", 1))
    row = invoiced(placed.id, buyer=buyer(title="Secret title"))

    for text in (row.number, row.order_number):
        filters = InvoiceFilters(text=text, first=row.issued_on, last=row.issued_on)
        assert facade.count_invoices(actor=SYSTEM, filters=filters) == 1
    assert facade.count_invoices(actor=SYSTEM, filters=InvoiceFilters(text="A00000009")) == 0
    assert b"Secret" not in bytes(Invoice.objects.get().buyer_sealed)
    (found,) = facade.invoices_of_orders(actor=SYSTEM, order_ids=[placed.id])
    assert found == row


def test_files_of_a_fapiao(shop):
    placed = sold(shop, ("tea", 2))
    row = invoiced(placed.id)
    settled(shop, placed.id, ask(1, 1))
    facade.take_back_return(order_id=placed.id, now=NOW)
    (red,) = facade.get_invoice(actor=SYSTEM, invoice_id=row.id).reds

    def file(one, form):
        return facade.invoice_file(actor=SYSTEM, invoice_id=one.id, form=form, now=NOW)

    told = json.loads(file(row, "json").content)
    assert (told["net"], told["tax"], told["gross"]) == ("22.12", "2.88", "25.00")
    assert told["lines"][0]["unit_price"] == "11.06"
    back = json.loads(file(red, "json").content)
    assert (back["gross"], back["original_number"]) == ("-12.50", "A00000001")
    assert file(row, "pdf").content.startswith(b"%PDF-")
    assert file(row, "pdf").content == file(row, "pdf").content
    with pytest.raises(InvoiceFormatError):
        file(row, "xml")


def test_a_long_invoice_has_several_pages():
    shop = make_open_shop()
    make_seller(shop, Regime.EN16931)
    placed = sold(shop, *[("tea", 1)] * 9)
    row = invoiced(placed.id, buyer=buyer(tax_id=""))
    lines = list(Line.objects.filter(invoice__id=row.id))
    Line.objects.bulk_create(
        [
            Line(
                **{
                    field.attname: getattr(lines[0], field.attname)
                    for field in Line._meta.concrete_fields
                    if field.attname != "key"
                }
                | {"line_no": number, "is_live": False, "name": "Long name " * 12}
            )
            for number in range(100, 150)
        ]
    )
    content = facade.invoice_file(actor=SYSTEM, invoice_id=row.id, form="pdf", now=NOW).content

    assert content.count(b"/Type /Page\n") >= 2
