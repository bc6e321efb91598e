"""Recording orders on a real database."""

from datetime import date

import pytest
from tests.builders.orders import NOW, make_line, make_order, make_places, make_subject, record

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.models import LakeDirty
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts import (
    LineKind,
    OrderDetail,
    OrderFilters,
    OrderStatus,
    PaymentStatus,
    RecordOutcome,
    RejectCode,
)
from quanqu.sell.orders.facade import find_by_external, get_order, list_orders
from quanqu.sell.orders.models import Order, OrderLine, OrderPayment

pytestmark = pytest.mark.django_db


def only_order() -> OrderDetail:
    (row,) = list_orders(actor=SYSTEM, filters=OrderFilters()).items
    return get_order(actor=SYSTEM, order_id=row.id)


def test_an_order_is_recorded_with_all_it_has() -> None:
    shop = make_places()["shop"]
    outcome = record(
        make_order(
            shop,
            number="#1",
            subject_key=make_subject("ada@example.com"),
            shipping_minor=495,
            tax_minor=400,
            note="Ring twice.",
            country="GB",
            city="Leeds",
            lines=[make_line(), make_line(sku="LAMP", quantity=1, amount_minor=999)],
            payments=[{"amount_minor": 3994, "method": "card", "reference": "ch_1"}],
        )
    )

    assert outcome == RecordOutcome(created=1)
    order = only_order()
    assert order.order.total == Money(2500 + 999 + 495, "GBP")
    assert (order.goods.minor, order.shipping.minor, order.tax.minor) == (3499, 495, 400)
    assert (order.order.item_count, order.order.line_count) == (3, 3)
    assert [(line.kind, line.sku, line.amount.minor) for line in order.lines] == [
        (LineKind.GOODS, "MUG-W", 2500),
        (LineKind.GOODS, "LAMP", 999),
        (LineKind.SHIPPING, "", 495),
    ]
    assert order.lines[0].variant_key is not None
    assert order.lines[2].variant_key is None
    (payment,) = order.payments
    assert (payment.amount.minor, payment.status) == (3994, PaymentStatus.CAPTURED)
    assert (order.order.number, order.note, order.order.city) == ("#1", "Ring twice.", "Leeds")
    assert [entry.after for entry in order.history] == [{"status": "completed"}]


def test_the_same_batch_again_changes_nothing() -> None:
    shop = make_places()["shop"]
    orders = [
        make_order(shop),
        make_order(shop, external_id="1002", subject_key=make_subject("bo@example.com")),
    ]
    record(*orders)
    before = list(Order.objects.values()), list(OrderLine.objects.values())
    LakeDirty.objects.all().delete()
    OutboxEvent.objects.all().delete()

    assert record(*orders, now=NOW.replace(hour=9)) == RecordOutcome(unchanged=2)
    assert (list(Order.objects.values()), list(OrderLine.objects.values())) == before
    assert not LakeDirty.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_changed_content_takes_the_old_ones_place_and_is_noted() -> None:
    shop = make_places()["shop"]
    record(
        make_order(shop, status="placed", payments=[{"amount_minor": 2500, "status": "pending"}])
    )
    payment = OrderPayment.objects.get()
    later = NOW.replace(hour=12)

    outcome = record(
        make_order(
            shop,
            status="shipped",
            lines=[make_line(quantity=1), make_line(sku="LAMP", amount_minor=1250)],
            payments=[{"amount_minor": 2500, "status": "captured"}],
        ),
        now=later,
        source="webhook",
    )

    assert outcome == RecordOutcome(updated=1)
    order = only_order()
    assert order.order.status is OrderStatus.SHIPPED
    assert [(line.sku, line.quantity) for line in order.lines] == [("MUG-W", 1), ("LAMP", 2)]
    assert OrderPayment.objects.get().key == payment.key
    first, change = order.history
    assert (first.at, first.source, first.after) == (NOW, "shop", {"status": "placed"})
    assert (change.at, change.source) == (later, "webhook")
    assert (change.before["status"], change.after["status"]) == ("placed", "shipped")
    assert (change.before["captured_minor"], change.after["captured_minor"]) == (0, 2500)


def test_a_payment_no_longer_told_goes() -> None:
    shop = make_places()["shop"]
    two = [{"amount_minor": 1500}, {"amount_minor": 1000}]
    record(make_order(shop, payments=two))
    record(make_order(shop, payments=two[:1]))

    assert OrderPayment.objects.get().amount_minor == 1500


def test_bad_orders_are_named_and_the_others_recorded() -> None:
    places = make_places()
    shop, market = places["shop"], places["market"]
    line = make_line()
    outcome = record(
        make_order(shop, external_id="ok"),
        make_order(shop, external_id="a", placed_at=None),
        make_order(shop, external_id="ok"),
        make_order(shop, external_id="b", place_key=10**6),
        make_order(shop, external_id="c", company_key=market.company_key),
        make_order(shop, external_id="d", status="lost"),
        make_order(shop, external_id="e", currency="pounds"),
        make_order(shop, external_id="f", lines=[]),
        make_order(shop, external_id="g", lines=[line | {"kind": "gift"}]),
        make_order(shop, external_id="h", lines=[line | {"unit_price_e4": None}]),
        make_order(shop, external_id="i", lines=[line, line | {"line_no": 1}]),
        make_order(shop, external_id="j", total_minor=2400),
        make_order(shop, external_id="k", lines=[line | {"amount_minor": -1}]),
        make_order(shop, external_id="l", lines=[line | {"quantity": 10**14}]),
        make_order(shop, external_id="m", payments=[{"amount_minor": 1, "currency": "EUR"}]),
        make_order(
            shop, external_id="n", shipping_minor=5, lines=[line, line | {"kind": "shipping"}]
        ),
        make_order(shop, external_id="o", payments=[{"amount_minor": -1}]),
        make_order(shop, external_id="p", payments=[{"amount_minor": 1, "status": "maybe"}]),
        make_order(shop, external_id="q", lines=[line | {"discount_minor": -1}]),
    )

    assert outcome.created == 1
    assert [(r.external_id, r.code) for r in outcome.rejected] == [
        ("a", RejectCode.MISSING_FIELD),
        ("ok", RejectCode.DUPLICATE_IN_BATCH),
        ("b", RejectCode.UNKNOWN_PLACE),
        ("c", RejectCode.UNKNOWN_PLACE),
        ("d", RejectCode.UNKNOWN_STATUS),
        ("e", RejectCode.UNKNOWN_CURRENCY),
        ("f", RejectCode.NO_LINES),
        ("g", RejectCode.UNKNOWN_KIND),
        ("h", RejectCode.LINE_WITHOUT_AMOUNT),
        ("i", RejectCode.REPEATED_LINE),
        ("j", RejectCode.TOTAL_DIFFERS),
        ("k", RejectCode.NEGATIVE_AMOUNT),
        ("l", RejectCode.AMOUNT_TOO_LARGE),
        ("m", RejectCode.CURRENCY_DIFFERS),
        ("n", RejectCode.SHIPPING_DIFFERS),
        ("o", RejectCode.NEGATIVE_AMOUNT),
        ("p", RejectCode.UNKNOWN_STATUS),
        ("q", RejectCode.NEGATIVE_AMOUNT),
    ]
    assert [(r.row, r.detail) for r in outcome.rejected if r.external_id in ("a", "j")] == [
        (1, "placed_at"),
        (11, "lines 2500, total 2400"),
    ]
    assert Order.objects.get().external_id == "ok"


def test_an_orders_own_discount_is_spread_over_its_lines() -> None:
    shop = make_places()["shop"]
    lines = [make_line(sku=sku, quantity=1, unit_price_e4=100_000) for sku in ("A", "B", "C")]
    record(make_order(shop, lines=lines, discount_minor=1000, shipping_minor=500, total_minor=2500))

    order = only_order()
    assert [line.amount.minor for line in order.lines] == [666, 667, 667, 500]
    assert [line.discount.minor for line in order.lines] == [334, 333, 333, 0]
    assert (order.goods.minor, order.discount.minor, order.order.total.minor) == (2000, 1000, 2500)


def test_a_tax_that_prices_exclude_is_added() -> None:
    shop = make_places()["shop"]
    record(make_order(shop, tax_minor=500, tax_included=False, total_minor=3000))

    assert only_order().order.total.minor == 3000


def test_what_the_lake_must_read_again_is_marked() -> None:
    shop = make_places()["shop"]
    record(make_order(shop))
    LakeDirty.objects.all().delete()
    record(make_order(shop, business_date=date(2026, 12, 1)))

    marks = set(LakeDirty.objects.values_list("publication", "partition"))
    months = {f"{shop.company_key}-202611", f"{shop.company_key}-202612"}
    assert {part for name, part in marks if name == "fact_order"} == months
    assert {part for name, part in marks if name == "fact_order_line"} == months
    assert not {name for name, _ in marks if name.startswith("fact_refund")}


def test_what_was_recorded_is_told() -> None:
    shop = make_places()["shop"]
    record(make_order(shop), make_order(shop, external_id="1002"))

    told = OutboxEvent.objects.get(name="orders.orders_recorded").payload
    assert len(told["created_order_keys"]) == 2
    assert told["place_keys"] == [shop.key]


def test_orders_are_found_by_their_outside_id() -> None:
    places = make_places()
    record(make_order(places["shop"]), make_order(places["store"]))

    assert len(find_by_external(actor=SYSTEM, external_id="1001")) == 2
    (found,) = find_by_external(actor=SYSTEM, external_id="1001", channel="store")
    assert found.place_key == places["store"].key
    (found,) = find_by_external(actor=SYSTEM, external_id="1001", place="shop")
    assert found.place_key == places["shop"].key
