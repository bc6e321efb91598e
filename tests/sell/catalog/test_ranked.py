"""Products in an order that a higher room knows."""

from collections.abc import Sequence

import pytest
from tests.builders.catalog import record

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.paging import MalformedCursorError
from quanqu.sell.catalog.contracts import ProductFilters
from quanqu.sell.catalog.facade import list_products, list_products_ranked

pytestmark = pytest.mark.django_db
NAMES = ("White mug", "Black mug", "Desk lamp", "Tea towel", "Old mug")


def ids_by_name() -> dict[str, str]:
    record(*({"external_product": name, "sku": name, "name": name} for name in NAMES))
    return {row.name: row.id for row in list_products(actor=SYSTEM, filters=ProductFilters()).items}


def names(ranking: Sequence[str], *, is_reversed: bool = False, text: str = "") -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = list_products_ranked(
            actor=SYSTEM,
            filters=ProductFilters(text=text),
            ranking=ranking,
            cursor=cursor,
            limit=2,
            is_reversed=is_reversed,
        )
        found += [row.name for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_those_named_come_first_and_the_rest_follow() -> None:
    ids = ids_by_name()
    ranking = [ids["Tea towel"], encode("prd", new_id()), ids["Black mug"]]

    assert names(ranking) == ["Tea towel", "Black mug", "White mug", "Desk lamp", "Old mug"]
    assert names(ranking, is_reversed=True) == names(ranking)[::-1]
    assert names(ranking, text="mug") == ["Black mug", "White mug", "Old mug"]
    assert names([]) == list(NAMES)


def test_the_cursor_of_one_order_is_none_of_the_other() -> None:
    ranking = list(ids_by_name().values())
    page = list_products_ranked(
        actor=SYSTEM, filters=ProductFilters(), ranking=ranking, limit=2, is_reversed=True
    )

    with pytest.raises(MalformedCursorError):
        list_products_ranked(
            actor=SYSTEM, filters=ProductFilters(), ranking=ranking, cursor=page.next_cursor
        )
