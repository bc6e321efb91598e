"""Each law of orders over live data: it holds, and a row broken by hand breaks it."""

from pathlib import Path

import pytest
from django.db import connection
from tests.builders.lake import own_lake
from tests.builders.orders import NOW, make_line, make_order, make_places, make_refund, record

from quanqu.infra.lake import facade as lake
from quanqu.infra.laws.facade import Verdict, run_laws

pytestmark = pytest.mark.django_db
__all__ = ["own_lake"]

ORDER = "UPDATE orders_order SET {} WHERE external_id = '1001'"
LINE = "UPDATE orders_orderline SET {} WHERE line_no = 1 AND order_key = " + (
    "(SELECT key FROM orders_order WHERE external_id = '1001')"
)
OURS = ("L2.order_", "L2.refund", "L8.lake", "L9.orders")
BROKEN = [
    ("L2.order_totals", LINE.format("amount_minor = amount_minor + 1")),
    ("L2.order_parts", ORDER.format("goods_minor = goods_minor - 1, fee_minor = fee_minor + 1")),
    ("L2.order_parts", ORDER.format("shipping_minor = shipping_minor - 1, fee_minor = 1")),
    ("L2.order_parts", ORDER.format("item_count = item_count + 1")),
    ("L2.order_parts", ORDER.format("line_count = line_count - 1")),
    ("L2.order_parts", ORDER.format("captured_minor = captured_minor + 1")),
    ("L2.order_parts", LINE.format("discount_minor = 99999")),
    ("L2.order_parts", "UPDATE orders_orderpayment SET amount_minor = amount_minor - 1"),
    ("L2.refund_totals", "UPDATE orders_refundline SET amount_minor = amount_minor + 1"),
    ("L2.refunds_within_captures", ORDER.format("refunded_minor = refunded_minor - 1")),
    ("L2.refunds_within_captures", "UPDATE orders_refund SET amount_minor = 999999"),
    ("L8.lake_is_what_was_recorded", ORDER.format("total_minor = total_minor + 1, fee_minor = 1")),
    ("L8.lake_is_what_was_recorded", "DELETE FROM orders_refundline"),
    ("L8.lake_is_what_was_recorded", ORDER.format("business_date = '2026-10-31'")),
    ("L8.lake_is_what_was_recorded", "UPDATE orders_orderpayment SET amount_minor = 1"),
    ("L9.orders_of_a_place", ORDER.format("company_key = company_key + 1")),
    ("L9.orders_of_a_place", "UPDATE orders_refund SET place_key = 999999"),
]


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    shop = make_places()["shop"]
    record(
        make_order(
            shop,
            shipping_minor=495,
            lines=[make_line(discount_minor=100), make_line(sku="BOWL", quantity=1)],
            payments=[{"amount_minor": 4145}],
        ),
        make_order(shop, external_id="1002"),
        refunds=[make_refund(shop, lines=[{"sku": "MUG-W", "quantity": 1, "amount_minor": 1250}])],
    )
    lake.publish_dirty(now=NOW)


def broken() -> dict[str, Verdict]:
    ours = [one for one in run_laws() if one.law.code.startswith(OURS)]
    assert len(ours) == 6
    return {one.law.code: one for one in ours if not one.holds}


def test_every_law_of_orders_holds() -> None:
    assert broken() == {}


@pytest.mark.parametrize(("code", "statement"), BROKEN)
def test_a_row_broken_by_hand_breaks_its_law(code: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount >= 1

    found = broken()

    assert code in found
    assert all(found[code].breaches)


def test_what_waits_to_be_published_breaks_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ORDER.format("total_minor = total_minor + 1, fee_minor = 1"))
    lake.mark_dirty(publication="fact_order", partitions=[published_part()])
    assert "L8.lake_is_what_was_recorded" not in broken()


def published_part() -> str:
    (part,) = set(lake.run(lake.table("fact_order"))["part"].to_pylist())
    return str(part)
