"""The board of stock: items by place, in the order of what is counted, within scope."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, hold, levels, move, receive

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.paging import MalformedCursorError
from quanqu.sell.inventory.contracts import (
    BoardFilters,
    BoardSort,
    MovementKind,
    StockMeasure,
    StockTrouble,
)
from quanqu.sell.inventory.facade import count_board, list_board, set_policy, stocked_places

pytestmark = pytest.mark.django_db

ALL = BoardFilters()


def keeper(*places: int) -> Actor:
    grant = Grant(frozenset({"stock.view"}), Scope(places=frozenset(places)))
    return Actor(ActorKind.PERSON, "per_1", "Keeper", (grant,))


def walked(measure: StockMeasure, sort: BoardSort, limit: int = 7) -> list[tuple[int, int]]:
    found, cursor = [], None
    while True:
        page = list_board(
            actor=SYSTEM, filters=ALL, measure=measure, sort=sort, cursor=cursor, limit=limit
        )
        found += [(row.variant_key, row.total) for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", BoardSort)
@pytest.mark.parametrize(
    "measure", [StockMeasure.AVAILABLE, StockMeasure.ON_HAND, StockMeasure.HELD]
)
def test_pages_hold_every_item_once_in_order(measure: StockMeasure, sort: BoardSort) -> None:
    dice = random.Random(3)
    for item in range(1, 31):
        for place in (SHOP, DEPOT):
            if dice.random() < 0.8:
                receive(dice.randint(1, 6), place=place, item=item)
                hold((place, item, 1))

    found = walked(measure, sort)

    plain: dict[int, int] = {}
    for (_place, item), level in levels().items():
        free = max(level["on_hand"] - level["safety"] - level["held"], 0)
        units = free if measure is StockMeasure.AVAILABLE else level[measure.value]
        plain[item] = plain.get(item, 0) + units
    sign = -1 if sort is BoardSort.MOST else 1
    assert found == sorted(plain.items(), key=lambda pair: (sign * pair[1], pair[0]))
    assert count_board(actor=SYSTEM, filters=ALL) == len(plain)


def test_an_item_shows_its_level_at_each_place_in_two_queries() -> None:
    receive(5, place=SHOP)
    receive(7, place=DEPOT)
    receive(2, place=SHOP, item=CUP)
    with CaptureQueriesContext(connection) as asked:
        page = list_board(actor=SYSTEM, filters=ALL, measure=StockMeasure.ON_HAND)
    assert len(asked) == 2
    tea = page.items[0]
    assert (tea.variant_key, tea.total) == (TEA, 12)
    assert {place: level.on_hand for place, level in tea.levels.items()} == {SHOP: 5, DEPOT: 7}


def test_trouble_anywhere_keeps_the_item_whole() -> None:
    receive(5, place=SHOP)
    receive(7, place=DEPOT)
    hold((SHOP, TEA, 5))
    receive(2, place=SHOP, item=CUP)
    set_policy(actor=SYSTEM, ats=[(SHOP, CUP)], safety_target=3, backorder_limit=2, now=NOW)

    def troubled(trouble: StockTrouble, actor: Actor = SYSTEM) -> list[tuple[int, int]]:
        filters = BoardFilters(trouble=trouble)
        page = list_board(actor=actor, filters=filters, measure=StockMeasure.ON_HAND)
        assert count_board(actor=actor, filters=filters) == len(page.items)
        return [(row.variant_key, len(row.levels)) for row in page.items]

    assert troubled(StockTrouble.OUT) == [(TEA, 2)]
    assert troubled(StockTrouble.BELOW_SAFETY) == []
    move(MovementKind.COUNT, -1, place=SHOP, item=CUP)
    move(MovementKind.COUNT, -1, place=SHOP, item=CUP)
    assert troubled(StockTrouble.BELOW_SAFETY) == [(CUP, 1)]
    assert troubled(StockTrouble.OUT, keeper(DEPOT)) == []


def test_a_board_ends_where_the_scope_ends() -> None:
    receive(5, place=SHOP)
    receive(7, place=DEPOT)
    receive(2, place=SHOP, item=CUP)
    page = list_board(actor=keeper(DEPOT), filters=ALL, measure=StockMeasure.ON_HAND)
    assert [(row.variant_key, row.total, [*row.levels]) for row in page.items] == [
        (TEA, 7, [DEPOT])
    ]
    asked = BoardFilters(place_keys=frozenset({SHOP}))
    assert not list_board(actor=keeper(DEPOT), filters=asked, measure=StockMeasure.HELD).items
    assert count_board(actor=keeper(DEPOT), filters=asked) == 0
    assert stocked_places(actor=keeper(DEPOT), place_keys=[SHOP, DEPOT, 99]) == {DEPOT}
    assert stocked_places(actor=SYSTEM, place_keys=[SHOP, DEPOT, 99]) == {SHOP, DEPOT}
    with pytest.raises(NotAllowedError):
        list_board(
            actor=Actor(ActorKind.PERSON, "per_2", "No"), filters=ALL, measure=StockMeasure.HELD
        )


def test_a_cursor_of_another_order_is_none() -> None:
    for item in range(1, 5):
        receive(item, item=item)
    page = list_board(actor=SYSTEM, filters=ALL, measure=StockMeasure.ON_HAND, limit=2)
    with pytest.raises(MalformedCursorError):
        list_board(actor=SYSTEM, filters=ALL, measure=StockMeasure.HELD, cursor=page.next_cursor)
