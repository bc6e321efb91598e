"""Exports of well-known shop programs, made of real sales: every one comes in to the cent."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.builders.exports import EXPORTS, real_sales
from tests.builders.org import NOW
from tests.builders.strangers import SALES, Sale

from quanqu.doors.connectors.contracts import EntityKind, Hints, ImportRequest
from quanqu.doors.connectors.facade import run_import
from quanqu.doors.connectors.guessed import guessed_mappings
from quanqu.doors.connectors.inputs import open_input
from quanqu.doors.connectors.registry import manifest
from quanqu.doors.connectors.rules.assemble import Canonical, Defaults, assemble
from quanqu.doors.connectors.rules.orders import PlaceOf, Subjects, order_batch
from quanqu.doors.connectors.rules.totals import order_totals, refund_totals
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.orders.models import Order, OrderLine, Refund


def sales() -> list[Sale]:
    """Return real sales, or made ones where the real data are not here."""
    return real_sales() or list(SALES)


def made_of(path: Path, work: Path, **hints: Any) -> tuple[Canonical, int, int]:
    """Return what comes of a file, and its totals of orders and refunds in minor units."""
    work.mkdir()
    own = list(guessed_mappings(path=path, hints=Hints(**hints), currency="GBP"))
    (feed,) = open_input(path, manifest("generic"), own, work).feeds
    made = assemble(feed.mapping, feed.slices(0, feed.count), Defaults("GBP", "UTC"))
    count = {kind: made.tables[kind].num_rows if kind in made.tables else 0 for kind in EntityKind}
    subjects = Subjects(*(pa.nulls(count[kind], pa.int64())
                          for kind in (EntityKind.ORDERS, EntityKind.REFUNDS)))  # fmt: skip
    batch = order_batch(
        made.tables, places={None: PlaceOf(1, 1, "UTC")}, currency="GBP", subjects=subjects,
        balance=feed.mapping.balance,
    )  # fmt: skip
    return made, int(order_totals(batch).sum()), int(refund_totals(batch).sum())


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_comes_in_to_the_cent(tmp_path: Path, name: str) -> None:
    export, told = EXPORTS[name], sales()
    path = export.write(tmp_path, told)

    made, ordered, refunded = made_of(path, tmp_path / "work")

    assert {(reject.reason, reject.field) for reject in made.rejects} <= {
        ("sum_of_rows", "")  # the sum at the end of a file
    }
    assert ordered == export.ordered(told)
    assert refunded == export.refunded(told)


def test_a_row_of_totals_is_no_product_and_a_product_called_total_is_one(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("SKU;Name;Preis\nA-1;Tee;9,90\nTotal;Total 0% Joghurt;1,20\nSumme;;11,10\n")

    mapping = guessed_mappings(path=path, hints=Hints(), currency="EUR")[0]
    (tmp_path / "work").mkdir()
    (feed,) = open_input(path, manifest("generic"), [mapping], tmp_path / "work").feeds
    made = assemble(feed.mapping, feed.slices(0, feed.count), Defaults("EUR", "UTC"))

    assert made.tables[EntityKind.PRODUCTS]["sku"].to_pylist() == ["A-1", "Total"]


def test_times_beside_dates_are_read_in_any_manner(tmp_path: Path) -> None:
    path = tmp_path / "till.csv"
    path.write_text(
        "Bon,Day,Time,Item,Amount\n1,2024-12-31,11:05 PM,Tea,9.90\n2,2025-01-01,,Tea,1\n"
    )

    made, total, _ = made_of(path, tmp_path / "work")

    times = [str(value) for value in made.tables[EntityKind.ORDERS]["placed_at"].to_pylist()]
    assert times == ["2024-12-31 23:05:00+00:00", "2025-01-01 00:00:00+00:00"]
    assert total == 1090


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Receipt,Date,Item,Qty,Gross sales,Discount\n1,2024-12-31,Tea,2,20,2\n"
         "2,2024-12-31,Pot,1,30,0\n", 4800),
        ("Receipt,Date,Item,Qty,Gross sales,Discounts\n1,2024-12-31,Tea,2,20,-2\n"
         "2,2024-12-31,Pot,1,-30,3\n", 1800),
        ("Day,Orders,Net sales\n2024-03-05,3,85.00\n2024-03-06,3,50.00\n", 13500),
        ("Order,Date,Item,Cart discount amount,Amount\n1,2024-12-31,Tea,5,20\n", 2000),
        ("主订单编号,标题,价格,购买数量,商家编码,实际支付金额,应付金额,订单创建时间\n"
         "100,绿茶,22.5,2,TEA-1,45.00,45.00,2024-03-05 10:12:13\n"
         "100,茶壶,30,1,POT-1,28.00,30.00,2024-03-05 10:12:13\n", 7300),
        ("order-id\torder-item-id\tpurchase-date\tsku\tquantity-purchased\titem-price\n"
         "1\t1\t2024-03-05T10:12:13+00:00\tTEA\t2\t30.00\n", 3000),
    ],
    ids=["gross", "below", "counts", "discounts", "paid", "flat file"],
)  # fmt: skip
def test_the_amount_is_what_was_paid(tmp_path: Path, text: str, total: int) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text)

    made, ordered, _ = made_of(path, tmp_path / "work")

    assert not made.rejects
    assert ordered == total


@pytest.mark.parametrize("channel", ["generic", "shopify"])
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_lake")
def test_a_known_export_reaches_the_orders_as_text_and_to_the_cent(
    tmp_path: Path, channel: str
) -> None:
    export, told = EXPORTS["shopify"], sales()
    path = export.write(tmp_path, told)

    request = ImportRequest(channel=channel, path=path, place_code="web")
    row = run_import(actor=SYSTEM, request=request, now=NOW)

    assert row.counts.rows_rejected == 0
    assert sum(Order.objects.values_list("total_minor", flat=True)) == export.ordered(told)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == export.refunded(told)
    names = set(OrderLine.objects.values_list("name", flat=True))
    assert f"{told[0].name} & more" in names
    assert not any("&amp;" in name for name in names)
