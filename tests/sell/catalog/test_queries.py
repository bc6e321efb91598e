"""Reading products: filters, pages, scope; what the lake gets."""

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.catalog import (
    COMPANY,
    MARKET,
    NOW,
    SHOP,
    make_actor,
    make_products,
    record,
    show,
)
from tests.builders.lake import own_lake

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.catalog.contracts import (
    ProductFilters,
    ProductNotFoundError,
    ProductSort,
    ProductStatus,
)
from quanqu.sell.catalog.facade import (
    count_products,
    ensure_variants,
    get_product,
    list_brands,
    list_categories,
    list_products,
    record_products,
)
from quanqu.sell.catalog.publish import read_products

pytestmark = pytest.mark.django_db
__all__ = ["own_lake"]

GOODS = (
    {"external_product": "p1", "sku": "MUG-W", "name": "White mug", "brand": "Hearth"},
    {"external_product": "p2", "sku": "MUG-B", "name": "Black mug", "brand": "Hearth"},
    {"external_product": "p3", "sku": "LAMP", "name": "Desk lamp", "brand": "Lux"},
)
PLACED_IN = ("Home > Kitchen", "Home > Kitchen > Sale", "Home > Light")


def goods() -> list[int]:
    rows = [row | {"category_path": path} for row, path in zip(GOODS, PLACED_IN, strict=True)]
    return record(*rows, {"external_product": "p4", "name": "Old 50% mug", "status": "archived"})


def names(**filters: object) -> list[str]:
    found = list_products(actor=SYSTEM, filters=ProductFilters(**filters)).items
    assert count_products(actor=SYSTEM, filters=ProductFilters(**filters)) == len(found)
    return [row.name for row in found]


def test_products_are_filtered() -> None:
    white, _, _, _ = goods()
    show(white, SHOP)
    show(white, MARKET, status="removed")

    assert names() == ["Old 50% mug", "Desk lamp", "Black mug", "White mug"]
    assert names(text="MUG") == ["Old 50% mug", "Black mug", "White mug"]
    assert names(text="0%") == ["Old 50% mug"]
    assert names(text="LAMP") == ["Desk lamp"]
    assert names(text="p2") == ["Black mug"]
    assert names(text="lux") == ["Desk lamp"]
    assert names(category="Home > Kitchen") == ["Black mug", "White mug"]
    assert names(brand="Hearth") == ["Black mug", "White mug"]
    assert names(status=ProductStatus.ARCHIVED) == ["Old 50% mug"]
    assert names(place_keys=frozenset({SHOP})) == ["White mug"]
    assert names(place_keys=frozenset({MARKET})) == []
    assert names(company_keys=frozenset({COMPANY + 1})) == []


def test_pages_follow_each_other() -> None:
    goods()
    first = list_products(actor=SYSTEM, filters=ProductFilters(), limit=3)
    rest = list_products(actor=SYSTEM, filters=ProductFilters(), cursor=first.next_cursor, limit=3)

    assert [row.name for row in rest.items] == ["White mug"]
    assert rest.next_cursor is None


def test_products_come_by_name_or_age() -> None:
    goods()

    def pages(sort: ProductSort) -> list[str]:
        first = list_products(actor=SYSTEM, filters=ProductFilters(), limit=3, sort=sort)
        rest = list_products(
            actor=SYSTEM, filters=ProductFilters(), cursor=first.next_cursor, limit=3, sort=sort
        )
        return [row.name for row in (*first.items, *rest.items)]

    assert pages(ProductSort.NAME) == ["Black mug", "Desk lamp", "Old 50% mug", "White mug"]
    assert pages(ProductSort.NAME_REVERSED) == pages(ProductSort.NAME)[::-1]
    assert pages(ProductSort.UNCHANGED) == pages(ProductSort.CHANGED)[::-1]
    assert pages(ProductSort.OLDEST) == pages(ProductSort.NEWEST)[::-1]


def test_a_page_costs_the_same_queries_whatever_its_length() -> None:
    goods()
    with CaptureQueriesContext(
        connection,
    ) as short:
        list_products(actor=SYSTEM, filters=ProductFilters(), limit=1)
    with CaptureQueriesContext(connection) as long:
        list_products(actor=SYSTEM, filters=ProductFilters(), limit=50)

    assert len(short) == len(long) <= 7


def test_only_the_companies_in_scope_are_seen() -> None:
    goods()
    (hidden, *_) = list_products(actor=SYSTEM, filters=ProductFilters()).items
    stranger = make_actor("catalog.view", companies=[COMPANY + 1])

    assert list_products(actor=stranger, filters=ProductFilters()).items == ()
    assert list_brands(actor=stranger) == ()
    assert list_categories(actor=stranger) == ()
    with pytest.raises(ProductNotFoundError):
        get_product(actor=stranger, product_id=hidden.id)
    with pytest.raises(NotAllowedError):
        list_products(actor=make_actor("orders.view"), filters=ProductFilters())


def test_the_lake_gets_every_variant_with_its_product() -> None:
    goods()
    record({"external_product": "p5", "sku": "TEE-M", "name": "Tee", "options": {"size": "M"}})
    ensure_variants(company_key=COMPANY, skus=pa.table({"sku": ["X"]}), source="o", now=NOW)

    rows = {row["sku"]: row for row in read_products(None).to_pylist()}

    white = rows["MUG-W"]
    shown = list_products(actor=SYSTEM, filters=ProductFilters(text="MUG-W")).items[0]
    assert (white["product_id"], white["product_key"]) == (shown.id, shown.key)
    assert (white["category"], white["department"]) == ("Kitchen", "Home")
    assert rows["TEE-M"]["name"] == "Tee · M"
    assert (rows["X"]["name"], rows["X"]["brand"], rows["X"]["category"]) == ("X", None, None)


@pytest.mark.usefixtures("own_lake")
def test_the_lake_is_told_of_changes() -> None:
    goods()
    lake.publish_dirty(now=NOW)

    table = lake.run(lake.table("dim_product"))
    assert sorted(table["sku"].to_pylist()) == ["LAMP", "MUG-B", "MUG-W", "p4"]


def test_a_large_batch_takes_few_statements() -> None:
    rows = [
        {"external_product": f"p{at}", "sku": f"S{at}", "name": f"Thing {at}"} for at in range(3000)
    ]
    with CaptureQueriesContext(connection) as queries:
        record_products(products=make_products(*rows), company_key=COMPANY, source="shop", now=NOW)

    assert len(queries) < 60
