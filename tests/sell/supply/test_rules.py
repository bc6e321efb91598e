"""The pure decisions of supply."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.money import Money
from quanqu.sell.inventory.contracts import StockState
from quanqu.sell.supply.contracts import (
    BuyingRules,
    ChargeDraft,
    ChargeError,
    ChargeKind,
    OrderChangeError,
    OverDeliveryError,
    PurchaseDraft,
    PurchaseLine,
    PurchaseLineDraft,
    PurchaseLineError,
    PurchaseState,
    ReceiptDraft,
    ReceiptLine,
    ReceiptLineError,
    ReceivedLine,
    ShareBasis,
    SupplierDraft,
    SupplierFieldError,
)
from quanqu.sell.supply.rules.checks import check_draft, check_rules, check_supplier
from quanqu.sell.supply.rules.costing import share_out
from quanqu.sell.supply.rules.machine import needs_second_person, state_after_receipt
from quanqu.sell.supply.rules.receiving import (
    check_receipt,
    check_shrinking,
    most_of,
    receipt_movements,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
PLACE, TEA = 1, 11


def line(ordered=10, received=0, *, most=None, waiting=None, item=TEA, line_no=1):
    rest = max(ordered - received, 0) if waiting is None else waiting
    top = ordered if most is None else most
    return PurchaseLine(line_no, item, "", ordered, top, received, 0, rest, Money(250, "CNY"), None)


def delivery(*lines, reference="note", note=""):
    return ReceiptDraft(reference, tuple(ReceivedLine(*one) for one in lines), NOW, note)


def came(line_no, units, unit_minor):
    nothing = Money(0, "CNY")
    return ReceiptLine(line_no, TEA + line_no, units, 0, Money(unit_minor, "CNY"), nothing)


@given(
    ordered=st.integers(1, 1000),
    before=st.integers(0, 1000),
    good=st.integers(0, 600),
    damaged=st.integers(0, 600),
    rate=st.decimals(0, 1, places=4),
)
def test_a_delivery_that_is_taken_moves_exactly_what_came(ordered, before, good, damaged, rate):
    most = most_of(ordered, rate)
    before = min(before, most)
    lines = {1: line(ordered, before, most=most)}
    draft = delivery((1, good, damaged))

    if good + damaged == 0:
        with pytest.raises(ReceiptLineError):
            check_receipt(draft, lines)
        return
    if before + good + damaged > most:
        with pytest.raises(OverDeliveryError):
            check_receipt(draft, lines)
        return
    check_receipt(draft, lines)
    changed = dict.fromkeys(StockState, 0)
    for one in receipt_movements(draft, lines, PLACE):
        changed[one.state] += one.quantity

    assert changed[StockState.ON_HAND] == good
    assert changed[StockState.DAMAGED] == damaged
    rest = max(ordered - before, 0)
    assert rest + changed[StockState.INCOMING] == max(ordered - before - good - damaged, 0)


def test_the_tolerance_is_whole_units_rounded_down():
    assert [most_of(units, Decimal("0.05")) for units in (1, 19, 20, 30, 39, 40)] == [
        1, 19, 21, 31, 40, 42,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (delivery((2, 1)), "Line 2: the order has no such line"),
        (delivery((1, 1), (1, 1)), "Line 1: the line comes twice"),
        (delivery((1, -1, 2)), "Line 1: the quantity is below zero or huge"),
        (delivery((1, 10**12)), "Line 1: the quantity is below zero or huge"),
        (delivery((1, 1), reference=" "), "the reference has 1 to 80 characters"),
        (delivery((1, 1), reference="a\0"), "the reference has 1 to 80 characters"),
        (delivery((1, 1), note="x" * 1001), "the note has up to 1000 characters"),
        (delivery((1, 0)), "a receipt has at least one unit"),
        (delivery(), "a receipt has at least one unit"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_with_its_reason(draft, told):
    with pytest.raises(ReceiptLineError, match=told):
        check_receipt(draft, {1: line()})


@given(
    amount=st.integers(-10_000, 10_000).filter(bool),
    lines=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 900)), min_size=1, max_size=8),
    basis=st.sampled_from(ShareBasis),
)
def test_shares_come_to_the_charge_and_keep_its_sign(amount, lines, basis):
    rows = [came(at, units, unit) for at, (units, unit) in enumerate(lines, 1)]
    grams = {at: 7 * at for at in range(1, len(rows) + 1)}
    charge = ChargeDraft(ChargeKind.FREIGHT, amount, basis)

    shares = share_out(charge, rows, grams)

    assert sum(shares.values()) == amount
    assert all(share * amount >= 0 for share in shares.values())
    weight = {
        ShareBasis.VALUE: lambda row: row.goods.minor,
        ShareBasis.QUANTITY: lambda row: row.units,
        ShareBasis.WEIGHT: lambda row: grams[row.line_no] * row.units,
    }[basis]
    whole = sum(map(weight, rows)) or sum(row.units for row in rows)
    for row in rows:
        exact = amount * (weight(row) if sum(map(weight, rows)) else row.units) / whole
        assert abs(shares[row.line_no] - exact) <= 1


def test_a_charge_that_cannot_be_shared_out_is_refused():
    rows = [came(1, 2, 100)]
    for amount, reference in ((0, ""), (10**13, ""), (5, "x" * 81)):
        with pytest.raises(ChargeError):
            share_out(ChargeDraft(ChargeKind.DUTY, amount, ShareBasis.VALUE, reference), rows, {})
    with pytest.raises(ChargeError, match="the weight of line 1 is not known"):
        share_out(ChargeDraft(ChargeKind.DUTY, 5, ShareBasis.WEIGHT), rows, {1: 0})


def test_who_may_order_alone():
    rules = BuyingRules(1, "CNY", 10_000)

    assert not needs_second_person(Money(10_000, "CNY"), rules)
    assert needs_second_person(Money(10_001, "CNY"), rules)
    assert needs_second_person(Money(1, "EUR"), rules)
    assert not needs_second_person(Money(10**9, "EUR"), BuyingRules(1, "CNY"))


def test_an_order_is_received_when_nothing_waits():
    assert state_after_receipt([0, 1]) is PurchaseState.PARTLY_RECEIVED
    assert state_after_receipt([0, 0]) is PurchaseState.RECEIVED


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (((12, 1, None),), "takes no further items"),
        (((TEA, 11, None),), "does not grow"),
        (((TEA, 3, None),), "4 units have come already"),
        (((TEA, 8, 260),), "the cost of a sent order is agreed"),
    ],
)
def test_a_sent_order_only_shrinks(lines, told):
    draft = PurchaseDraft(tuple(PurchaseLineDraft(*one) for one in lines))
    with pytest.raises(OrderChangeError, match=told):
        check_shrinking(draft, [line(10, 4)])


def test_a_line_left_out_of_a_change_gets_what_came():
    draft = PurchaseDraft((PurchaseLineDraft(TEA, 9, 250),))
    rows = [line(10, 4), line(5, 2, item=12, line_no=2)]

    assert check_shrinking(draft, rows) == {1: 9, 2: 2}


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("code", {"code": ""}),
        ("code", {"code": "a b"}),
        ("name", {"name": " "}),
        ("currency", {"currency": "yuan"}),
        ("lead_time_days", {"lead_time_days": -1}),
        ("minimum", {"minimum_minor": -1}),
    ],
)
def test_a_supplier_that_cannot_be_is_refused_by_its_field(field, told):
    usual = {"code": "leaf", "name": "Leaf", "currency": "CNY"}
    with pytest.raises(SupplierFieldError, match=field):
        check_supplier(SupplierDraft(**(usual | told)))


def test_rules_that_cannot_be_are_refused():
    for rules in (
        BuyingRules(1, "CNY", -1),
        BuyingRules(1, "C"),
        BuyingRules(1, "CNY", None, Decimal("1.5")),
    ):
        with pytest.raises(SupplierFieldError):
            check_rules(rules)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([(TEA, 0, 5)], "Line 1: the quantity is a number from 1"),
        ([(TEA, 1, None)], "Line 1: the supplier has no cost"),
        ([(TEA, 1, -5)], "Line 1: the cost is below zero"),
        ([(TEA, 10**6, 10**9)], "Line 1: the cost is below zero or too large"),
        ([(TEA, 1, 5), (TEA, 2, 5)], "Line 2: the item is on another line"),
        ([(at, 1, 5) for at in range(101)], "Line 101: an order has at most 100 lines"),
    ],
)
def test_lines_that_cannot_be_ordered_are_refused_by_number(lines, told):
    draft = PurchaseDraft(tuple(PurchaseLineDraft(*one) for one in lines), date(2026, 12, 1))
    with pytest.raises(PurchaseLineError, match=told):
        check_draft(draft, {})
