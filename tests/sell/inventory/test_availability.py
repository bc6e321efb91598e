"""What can be promised of many items at many places, read in one statement."""

import random
from datetime import timedelta

import pytest
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, hold, move, receive

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.contracts import MovementKind
from quanqu.sell.inventory.facade import availability, available_at, set_policy, stock_ages
from quanqu.sell.inventory.models import Level

pytestmark = pytest.mark.django_db


def rows(actor=SYSTEM, items=(TEA, CUP), places=None):
    found = available_at(actor=actor, variant_keys=items, place_keys=places)
    columns = (found.place_keys, found.variant_keys, found.units)
    return sorted(zip(*(one.tolist() for one in columns), strict=True))


def test_what_is_withheld_held_or_sold_out_cannot_be_promised():
    receive(10)
    receive(4, place=DEPOT)
    receive(2, item=CUP)
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=3, backorder_limit=None, now=NOW)
    set_policy(actor=SYSTEM, ats=[(DEPOT, CUP)], safety_target=None, backorder_limit=6, now=NOW)
    hold((SHOP, TEA, 2))
    hold((SHOP, CUP, 2))

    found = rows()

    assert found == [(SHOP, TEA, 5), (DEPOT, TEA, 4), (DEPOT, CUP, 6)]
    assert rows(items=[TEA], places=[DEPOT]) == [(DEPOT, TEA, 4)]
    assert rows(items=[]) == rows(places=[]) == rows(items=[99]) == []


def test_an_actor_sees_the_places_of_their_scope_alone():
    receive(10)
    receive(4, place=DEPOT)
    grant = Grant(frozenset({"stock.view"}), Scope(places=frozenset({DEPOT})))
    clerk = Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))
    nobody = Actor(ActorKind.PERSON, "per_2", "Nobody")

    assert rows(clerk) == rows(clerk, places=[SHOP, DEPOT]) == [(DEPOT, TEA, 4)]
    assert rows(clerk, places=[SHOP]) == []
    with pytest.raises(NotAllowedError):
        rows(nobody)


def test_the_age_of_goods_is_that_of_the_last_that_came():
    receive(10, now=NOW - timedelta(days=40))
    receive(10, now=NOW - timedelta(days=9, hours=23))
    move(MovementKind.COUNT, 5)
    receive(4, place=DEPOT, now=NOW + timedelta(hours=1))

    found = stock_ages(actor=SYSTEM, variant_keys=[TEA, CUP], now=NOW)

    columns = (found.place_keys, found.variant_keys, found.days)
    told = sorted(zip(*(one.tolist() for one in columns), strict=True))
    assert told == [(SHOP, TEA, 9), (DEPOT, TEA, 0)]


@pytest.mark.parametrize("places", [3, 40])
def test_the_grid_says_of_every_item_and_place_what_a_query_of_the_orm_says(places):
    dice = random.Random(places)
    ats = [(place, item) for place in range(1, places + 1) for item in range(101, 112)]
    for place, item in dice.sample(ats, len(ats) // 2):
        receive(dice.randint(1, 9), place=place, item=item)
    hold((*at_of_some_stock(dice), 1))
    items, asked = dice.sample(range(101, 115), 9), dice.sample(range(1, places + 3), places)

    found = availability(actor=SYSTEM, variant_keys=[*items, items[0]], place_keys=asked)

    told = {
        (row["place_key"], row["variant_key"]): row["on_hand"] - row["held"]
        for row in Level.objects.values("place_key", "variant_key", "on_hand", "held")
    }
    assert (found.variant_keys, found.place_keys) == (tuple(items), tuple(asked))
    assert found.units.tolist() == [
        [told.get((place, item), 0) for place in asked] for item in items
    ]
    clerk = Actor(
        ActorKind.PERSON,
        "per_1",
        "Clerk",
        (Grant(frozenset({"stock.view"}), Scope(places=frozenset(asked[:2]))),),
    )
    seen = availability(actor=clerk, variant_keys=items, place_keys=asked).units
    assert (seen[:, :2] == found.units[:, :2]).all()
    assert not seen[:, 2:].any()


def at_of_some_stock(dice):
    rows = Level.objects.order_by("key").values_list("place_key", "variant_key")
    return dice.choice(list(rows))
