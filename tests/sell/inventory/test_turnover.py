"""Turnover and age, beside the document's example and the same worked out with pandas."""

import random
from collections import deque
from datetime import timedelta

import pandas as pd
import pytest
from tests.builders.http import API, program
from tests.builders.stock import DEPOT, NOW, SHOP, TEA, move
from tests.builders.supply import make_world

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.contracts import (
    AGE_LIMITS,
    MovementKind,
    TurnoverFilters,
    TurnoverSort,
)
from quanqu.sell.inventory.facade import count_turnover, list_turnover

pytestmark = pytest.mark.django_db
DAYS = 100
SINCE = NOW - timedelta(days=DAYS)
SPAN = TurnoverFilters(SINCE, NOW)


def rows(*, actor=SYSTEM, sort=TurnoverSort.SLOWEST, size=50):
    """Return all rows, a page of some at a time."""
    found, cursor = [], None
    while True:
        page = list_turnover(actor=actor, filters=SPAN, sort=sort, cursor=cursor, limit=size)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_the_example_of_the_document():
    for day, kind, quantity in (
        (0, MovementKind.RECEIPT, 40),
        (20, MovementKind.SALE, -10),
        (50, MovementKind.RECEIPT, 20),
        (80, MovementKind.SALE, -25),
    ):
        move(kind, quantity, now=SINCE + timedelta(days=day))

    (found,) = rows()

    assert (found.sold, found.on_hand, found.supply_days) == (35, 25, 71)
    assert found.average == pytest.approx(37)
    assert found.turns == pytest.approx(0.9459, abs=1e-4)
    assert found.ages == (0, 20, 0, 5, 0)


def oracle(ledger: pd.DataFrame) -> dict[tuple[int, int], tuple]:
    """Work the same out item by item: on hand as a step function, first in first out by a queue."""
    told = {}
    for at, group in ledger.groupby(["place", "item"]):
        group = group.sort_values("at", kind="stable")
        steps = group.groupby("at")["quantity"].sum().cumsum()
        edges = pd.DatetimeIndex([SINCE, *steps.index[steps.index > SINCE], NOW])
        held = [float(steps.asof(edge)) if edge >= steps.index[0] else 0.0 for edge in edges[:-1]]
        widths = edges[1:] - edges[:-1]
        average = sum(
            units * (width / pd.Timedelta(days=DAYS))
            for units, width in zip(held, widths, strict=True)
        )
        queue: deque[list] = deque()
        for row in group.itertuples():
            left = row.quantity
            if left > 0:
                queue.append([row.at, left])
            while left < 0:
                taken = min(queue[0][1], -left)
                queue[0][1] -= taken
                left += taken
                if not queue[0][1]:
                    queue.popleft()
        ages = [0] * 5
        for since, units in queue:
            ages[sum((NOW - since).days >= limit for limit in AGE_LIMITS)] += units
        inside = group[(group["at"] >= SINCE) & (group["kind"] == "sale")]
        told[at] = (-int(inside["quantity"].sum()), average, sum(ages), tuple(ages))
    return told


def test_a_ledger_by_chance_is_what_pandas_says():
    chance = random.Random(7)
    told = []
    balance: dict[tuple[int, int], int] = {}
    for hour in sorted(chance.sample(range(1, 24 * 250), 160)):
        at = (chance.choice((SHOP, DEPOT)), chance.choice((TEA, TEA + 1, TEA + 2)))
        when = NOW - timedelta(days=250) + timedelta(hours=hour)
        there = balance.get(at, 0)
        sells = there > 0 and chance.random() < 0.55
        units = -chance.randint(1, there) if sells else chance.randint(1, 40)
        kind = (
            MovementKind.SALE
            if sells
            else chance.choice((MovementKind.RECEIPT, MovementKind.RETURN, MovementKind.COUNT))
        )
        move(kind, units, place=at[0], item=at[1], now=when)
        balance[at] = there + units
        told.append((*at, kind.value, units, when))
    expected = oracle(pd.DataFrame(told, columns=["place", "item", "kind", "quantity", "at"]))

    found = {(one.place_key, one.variant_key): one for one in rows(size=2)}

    assert set(found) == {at for at, one in expected.items() if one[0] or one[2]}
    assert count_turnover(actor=SYSTEM, filters=SPAN) == len(found)
    for at, one in found.items():
        sold, average, on_hand, ages = expected[at]
        assert (one.sold, one.on_hand, one.ages) == (sold, on_hand, ages)
        assert one.average == pytest.approx(average)


def test_orders_and_scope():
    move(MovementKind.RECEIPT, 9, item=1, now=NOW - timedelta(days=200))
    for item, sold in ((2, 1), (3, 8)):
        move(MovementKind.RECEIPT, 9, item=item, now=NOW - timedelta(days=9))
        move(MovementKind.SALE, -sold, item=item, now=NOW - timedelta(days=2))

    assert [one.variant_key for one in rows()] == [1, 2, 3]
    assert [one.variant_key for one in rows(sort=TurnoverSort.MOST_SOLD, size=1)] == [3, 2, 1]
    assert rows(sort=TurnoverSort.OLDEST)[0].ages[4] == 9
    assert rows()[0].supply_days is None
    scope = Scope(places=frozenset({DEPOT}), companies=frozenset({1}))
    keeper = Actor(ActorKind.PERSON, "per_lin", "Lin", (Grant(frozenset({"stock.view"}), scope),))
    assert rows(actor=keeper) == []


def test_the_call_names_places_and_items():
    world = make_world(now=utc_now())
    move(MovementKind.RECEIPT, 8, place=world.shop.key, item=world.tea, now=utc_now())

    answer = program().get(f"{API}/stock/turnover?days=28&unit={world.shop.id}")

    (row,) = answer.json()["items"]
    assert (row["place"], row["sku"], row["on_hand"], row["supply_days"]) == (
        world.shop.id, "tea", 8, None,
    )  # fmt: skip
    assert row["ages"] == {
        "below_30": 8, "below_60": 0, "below_90": 0, "below_180": 0, "older": 0,
    }  # fmt: skip
