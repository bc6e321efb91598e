"""What orders tell the lake and the timeline."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest
from django.apps import apps
from django.db import connection
from tests.builders.lake import own_lake
from tests.builders.orders import (
    NOW,
    make_line,
    make_order,
    make_places,
    make_refund,
    make_subject,
    record,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.infra.lake.contracts import Column
from quanqu.infra.lake.models import LakeDirty
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.know.timeline.contracts import Acceptance
from quanqu.know.timeline.facade import settle_everything
from quanqu.sell.catalog.contracts import PRODUCT_SCHEMA
from quanqu.sell.catalog.facade import record_products
from quanqu.sell.orders import publish
from quanqu.sell.orders.actions import telling
from quanqu.sell.orders.contracts import OrderFilters
from quanqu.sell.orders.facade import list_orders
from quanqu.sell.orders.models import Order, OrderLine, Refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_lake")]
__all__ = ["own_lake"]


def published(name: str) -> list[dict[str, object]]:
    return lake.run(lake.table(name)).to_pylist()


def test_an_order_reaches_the_lake_as_five_facts() -> None:
    shop = make_places()["shop"]
    buyer = make_subject("ada@example.com")
    record(
        make_order(
            shop,
            subject_key=buyer,
            shipping_minor=495,
            country="GB",
            payments=[{"amount_minor": 2995, "installments": 3}],
        ),
        refunds=[make_refund(shop, lines=[{"sku": "MUG-W", "quantity": 1, "amount_minor": 1250}])],
    )
    lake.publish_dirty(now=NOW)

    row, line = Order.objects.get(), OrderLine.objects.get(line_no=1)
    (order,) = published("fact_order")
    assert order["order_id"] == encode("ord", row.id)
    assert (order["part"], order["channel"]) == (f"{shop.company_key}-202611", "web")
    assert (order["goods_minor"], order["shipping_minor"], order["total_minor"]) == (
        2500,
        495,
        2995,
    )
    assert (order["subject_key"], order["is_guest"], order["country"]) == (buyer, False, "GB")
    first, shipping = sorted(published("fact_order_line"), key=lambda one: str(one["line_no"]))
    assert (first["variant_key"], first["amount_minor"]) == (line.variant_key, 2500)
    assert first["product_key"] is not None
    assert (shipping["kind"], shipping["variant_key"], shipping["product_key"]) == (
        "shipping",
        None,
        None,
    )
    (payment,) = published("fact_payment")
    assert (payment["amount_minor"], payment["installments"]) == (2995, 3)
    (refund,) = published("fact_refund")
    assert refund["refund_id"] == encode("ref", Refund.objects.get().id)
    assert (refund["order_key"], refund["part"]) == (row.key, f"{shop.company_key}-202612")
    (refund_line,) = published("fact_refund_line")
    assert (refund_line["line_kind"], refund_line["kind"]) == ("goods", "return")
    assert refund_line["product_key"] == first["product_key"]


def test_a_refund_without_an_area_is_published_with_that_of_its_order() -> None:
    shop = make_places()["shop"]
    refunds = [
        make_refund(shop, amount_minor=1),
        make_refund(shop, external_id="R2", amount_minor=1, region="Kent"),
        make_refund(shop, external_id="R3", order_external_id=None, country="DE"),
        make_refund(shop, external_id="R4", order_external_id="1002", amount_minor=1),
    ]

    def areas() -> list[tuple[object, ...]]:
        lake.publish_dirty(now=NOW)
        rows = sorted(published("fact_refund"), key=lambda row: int(str(row["refund_key"])))
        return [(row["country"], row["region"], row["city"]) for row in rows]

    record(make_order(shop, country="GB", city="Deal"), refunds=refunds)
    own = [(None, "Kent", None), ("DE", None, None)]
    assert areas() == [("GB", None, "Deal"), *own, (None, None, None)]
    record(make_order(shop, country="IE"))
    assert areas() == [("IE", None, None), *own, (None, None, None)]
    record(make_order(shop, external_id="1002", country="FR"))
    assert areas() == [("IE", None, None), *own, ("FR", None, None)]


def test_refunds_from_before_they_had_an_area_are_published_again() -> None:
    step = import_module("quanqu.sell.orders.migrations.0002_refund_area")
    with connection.schema_editor() as editor:
        step.publish_again(apps, editor)
    assert not LakeDirty.objects.exists()
    record(refunds=[make_refund(make_places()["shop"])])
    LakeDirty.objects.all().delete()

    with connection.schema_editor() as editor:
        step.publish_again(apps, editor)

    assert list(LakeDirty.objects.values_list("publication", "partition")) == [("fact_refund", "")]
    (published_again,) = lake.publish_dirty(now=NOW)
    assert (published_again.name, published_again.row_count) == ("fact_refund", 1)


@pytest.mark.parametrize(
    ("read", "columns"),
    [
        (publish.read_orders, publish.ORDER),
        (publish.read_lines, publish.LINE),
        (publish.read_payments, publish.PAYMENT),
        (publish.read_refunds, publish.REFUND),
        (publish.read_refund_lines, publish.REFUND_LINE),
    ],
)
def test_partitions_divide_the_facts(
    read: Callable[[list[str] | None], pa.Table], columns: tuple[Column, ...]
) -> None:
    places = make_places()
    for place, ext in ((places["shop"], "1"), (places["market"], "2"), (places["store"], "3")):
        month = {"1": 10, "2": 11, "3": 12}[ext]
        day = NOW.date().replace(month=month)
        record(
            make_order(
                place, external_id=ext, business_date=day, payments=[{"amount_minor": 2500}]
            ),
            refunds=[
                make_refund(
                    place,
                    external_id=ext,
                    order_external_id=ext,
                    business_date=day,
                    lines=[{"sku": "A", "quantity": 1, "amount_minor": 1250}],
                )
            ],
        )
    first, other = places["shop"].company_key, places["market"].company_key
    parts = [f"{first}-202610", f"{other}-202611", f"{first}-202612", f"{first}-202611"]

    whole = read(None)
    assert whole.schema.names == [column.name for column in columns]
    assert sorted(whole["part"].to_pylist()) == sorted(parts[:3])
    for part in parts:
        assert set(read([part])["part"].to_pylist()) <= {part}
    assert read(parts).num_rows == 3
    assert read([]).num_rows == 0


def test_facts_of_moved_variants_are_published_again() -> None:
    shop = make_places()["shop"]
    record(
        make_order(shop, lines=[make_line(), make_line(sku="MUG-B")]),
        refunds=[make_refund(shop, lines=[{"sku": "MUG-B", "quantity": 1, "amount_minor": 1250}])],
    )
    lake.publish_dirty(now=NOW)
    rows = [
        {"external_product": "p1", "external_variant": sku, "sku": sku, "name": "Mug"}
        for sku in ("MUG-W", "MUG-B")
    ]
    record_products(
        products=pa.Table.from_pylist(rows, schema=PRODUCT_SCHEMA),
        company_key=shop.company_key,
        source="shop",
        now=NOW,
    )
    LakeDirty.objects.all().delete()

    deliver_events(now=NOW)

    company = shop.company_key
    assert set(LakeDirty.objects.values_list("publication", "partition")) == {
        ("fact_order_line", f"{company}-202611"),
        ("fact_refund_line", f"{company}-202612"),
    }
    lines = publish.read_lines(None).to_pylist()
    assert len({line["product_key"] for line in lines}) == 1


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The events handed to the timeline, which is let do its work."""
    events: list[dict[str, Any]] = []
    accept = telling.accept_events

    def listen(**given: Any) -> Acceptance:
        events.extend(json.loads(line) for line in given["events"].splitlines())
        accepted = accept(**given)
        assert accepted.rejected == ()
        return accepted

    monkeypatch.setattr(telling, "accept_events", listen)
    return events


def test_sales_cancellations_and_refunds_are_told_to_the_timeline(
    told: list[dict[str, Any]],
) -> None:
    shop = make_places()["shop"]
    buyer = make_subject("ada@example.com")
    lines = [make_line(sku=f'S"{at}', quantity=at) for at in range(1, 31)]
    sale = make_order(shop, subject_key=buyer, lines=lines, tax_minor=5)
    record(
        sale,
        make_order(shop, external_id="2", status="cancelled"),
        make_order(shop, external_id="3", status="draft"),
        refunds=[make_refund(shop), make_refund(shop, external_id="R2", kind="adjustment")],
    )
    completed, cancelled, refunded = told
    rows = {row.external_id: row for row in list_orders(actor=SYSTEM, filters=OrderFilters()).items}
    sold = rows["1001"]

    assert (completed["event"], completed["messageId"]) == (
        "Order Completed",
        f"order:{sold.id}:completed",
    )
    assert (completed["timestamp"], completed["subjectKey"], completed["placeKey"]) == (
        "2026-11-20T21:15:00.000000Z",
        buyer,
        shop.key,
    )
    properties = completed["properties"]
    assert (properties["order_id"], properties["currency"]) == (sold.id, "GBP")
    assert (properties["revenue"], properties["tax"]) == (465 * 12.5, 0.05)
    assert properties["product_count"] == 30
    assert [(p["sku"], p["quantity"]) for p in properties["products"]] == [
        (f'S"{at}', at) for at in range(1, 21)
    ]
    assert (cancelled["event"], cancelled["properties"]["order_id"]) == (
        "Order Cancelled",
        rows["2"].id,
    )
    assert (refunded["event"], refunded["subjectKey"]) == ("Order Refunded", buyer)
    assert (refunded["properties"]["order_id"], refunded["properties"]["total"]) == (sold.id, 12.5)


def test_only_a_change_of_state_is_told_again(
    told: list[dict[str, Any]],
) -> None:
    shop = make_places()["shop"]
    record(make_order(shop, status="draft"), make_order(shop, external_id="2"))
    assert [event["event"] for event in told] == ["Order Completed"]

    record(make_order(shop, status="placed"), make_order(shop, external_id="2", note="x"))
    record(make_order(shop, status="shipped"))
    record(make_order(shop, status="cancelled"))
    record(make_order(shop, status="cancelled", note="y"))

    (order,) = [
        row
        for row in list_orders(actor=SYSTEM, filters=OrderFilters()).items
        if row.external_id == "1001"
    ]
    assert [event["messageId"] for event in told[1:]] == [
        f"order:{order.id}:completed",
        f"order:{order.id}:cancelled",
    ]


def test_a_sale_is_on_the_buyers_timeline_at_its_place() -> None:
    shop = make_places()["shop"]
    buyer = make_subject("ada@example.com")
    record(make_order(shop, subject_key=buyer))
    settle_everything(now=NOW)

    (event,) = published("fact_event")
    (order,) = list_orders(actor=SYSTEM, filters=OrderFilters()).items
    assert (event["event"], event["order_ref"]) == ("Order Completed", order.id)
    assert (event["subject_key"], event["place_key"], event["channel"]) == (buyer, shop.key, "web")
    assert (event["revenue_minor"], event["currency"], event["quantity"]) == (2500, "GBP", 2)
    assert event["occurred_at"] == order.placed_at
