"""How goods are priced that go between companies."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from quanqu.sell.intercompany.contracts import (
    PriceKind,
    TransferRule,
    TransferRuleError,
    Unpriced,
)
from quanqu.sell.intercompany.rules.pricing import check_rule, given_back, price, rule_on


def rule(**more):
    told = {
        "kind": PriceKind.FIXED,
        "currency": "CNY",
        "valid_from": date(2026, 1, 1),
        "amounts": {"tea": 100},
    } | more
    return TransferRule(1, 2, **told)


def cost(one, **more):
    told = {"sku": "tea", "quantity": 2, "sales_minor": 500, "currency": "CNY"} | more
    return price(one, **told)


def test_why_there_is_no_price():
    assert cost(None).unpriced is Unpriced.NO_RULE
    assert cost(rule(), currency="EUR").unpriced is Unpriced.CURRENCY
    assert cost(rule(), sku="cup").unpriced is Unpriced.NO_AMOUNT
    assert cost(rule()).amount_minor == 200


def test_the_rule_of_a_day():
    first, later, mended = rule(), rule(valid_from=date(2026, 6, 1)), rule(amounts={"tea": 7})
    told = [first, later, mended]

    assert rule_on(told, date(2025, 12, 31)) is None
    assert rule_on(told, date(2026, 5, 31)) is mended
    assert rule_on(told, date(2026, 6, 1)) is later


@settings(max_examples=50, deadline=None)
@cases(st.integers(0, 10**7), st.integers(1, 20), st.data())
def test_however_goods_come_back_they_cost_what_was_charged(amount, units, data):
    before, total = 0, 0
    while before < units:
        count = data.draw(st.integers(1, units - before))
        part = given_back(amount, units=units, before=before, count=count)
        assert part >= 0
        total, before = total + part, before + count
    assert total == amount


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "cny"}, "currency"),
        ({"rate": Decimal("0.1")}, "rate"),
        ({"kind": PriceKind.COST_PLUS, "rate": Decimal(11)}, "rate"),
        ({"kind": PriceKind.COST_PLUS, "rate": Decimal("0.00001")}, "rate"),
        ({"kind": PriceKind.SALES_SHARE, "rate": Decimal(0), "amounts": {}}, "rate"),
        ({"kind": PriceKind.SALES_SHARE, "rate": Decimal("0.5")}, "rate"),
        ({"amounts": {}}, "amounts"),
        ({"amounts": {"": 1}}, "amounts"),
        ({"amounts": {"tea": -1}}, "amounts"),
        ({"amounts": {str(at): 1 for at in range(20_001)}}, "amounts"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(changes, field):
    with pytest.raises(TransferRuleError) as caught:
        check_rule(rule(**changes))
    assert caught.value.fields["field"] == field


def test_a_rule_is_of_two_companies():
    with pytest.raises(TransferRuleError):
        check_rule(replace(rule(), to_company_key=1))
    assert check_rule(rule()) == rule()
