"""A hold moves to other places in one act: never both, never neither."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, breaches, hold, level, receive

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldRequest,
    HoldSettledError,
    HoldState,
    StockPlaceError,
)
from quanqu.sell.inventory.facade import consume_hold, get_hold, swap_holds


def wish(*lines, request_id=None):
    wanted = tuple(HoldLine(*line) for line in lines)
    return HoldRequest(request_id or uuid4(), "ord", wanted, NOW + timedelta(minutes=15))


def swap(release, *requests, actor=SYSTEM):
    return swap_holds(actor=actor, release=release, requests=requests, now=NOW)


@pytest.mark.django_db
def test_goods_are_held_elsewhere_and_the_former_are_free():
    receive(5)
    receive(5, place=DEPOT)
    receive(1, item=CUP)
    old = uuid4()
    hold((SHOP, TEA, 4), request_id=old)

    answers = swap([old], wish((DEPOT, TEA, 4)), wish((SHOP, CUP, 1)))

    assert all(one.is_granted for one in answers)
    assert (level()["held"], level(place=DEPOT)["held"], level(item=CUP)["held"]) == (0, 4, 1)
    assert get_hold(actor=SYSTEM, request_id=old).state is HoldState.RELEASED
    assert not breaches()


@pytest.mark.django_db
def test_when_one_is_short_nothing_moves():
    receive(5)
    receive(5, place=DEPOT)
    old = uuid4()
    hold((SHOP, TEA, 4), request_id=old)

    first, second = swap([old], wish((DEPOT, TEA, 2)), wish((DEPOT, TEA, 4)))

    assert first.is_granted
    assert [one.available for one in second.short] == [3]
    assert (level()["held"], level(place=DEPOT)["held"]) == (4, 0)
    assert not breaches()


@pytest.mark.django_db
def test_what_is_given_free_can_be_held_again_at_once():
    receive(5)
    old = uuid4()
    hold((SHOP, TEA, 5), request_id=old)

    (answer,) = swap([old], wish((SHOP, TEA, 3)))

    assert answer.is_granted
    assert level()["held"] == 3


@pytest.mark.django_db
def test_goods_that_have_left_cannot_be_moved():
    receive(5)
    receive(5, place=DEPOT)
    old = uuid4()
    hold((SHOP, TEA, 5), request_id=old)
    consume_hold(actor=SYSTEM, request_id=old, now=NOW)

    with pytest.raises(HoldSettledError):
        swap([old], wish((DEPOT, TEA, 5)))

    assert level(place=DEPOT)["held"] == 0


@pytest.mark.django_db
def test_only_who_may_change_stock_at_all_the_places_moves_it():
    receive(5)
    grant = Grant(frozenset({"stock.manage"}), Scope(places=frozenset({DEPOT})))
    clerk = Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))

    with pytest.raises(StockPlaceError):
        swap([], wish((SHOP, TEA, 1)), actor=clerk)

    assert level()["held"] == 0


@pytest.mark.django_db(transaction=True)
def test_holds_that_cross_each_other_wait_and_never_block():
    for place in (SHOP, DEPOT):
        receive(60, place=place)
    owners = [[uuid4(), place] for place in (SHOP, DEPOT) * 15]
    for request_id, place in owners:
        hold((place, TEA, 2), request_id=request_id)

    def wander(number):
        dice = random.Random(number)
        try:
            for _ in range(6):
                old, place = owners[number]
                there = dice.choice([SHOP, DEPOT])
                new = uuid4()
                (answer,) = swap([old], wish((there, TEA, 2), request_id=new))
                if answer.is_granted:
                    owners[number] = [new, there]
                else:
                    assert there != place
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(wander, range(30)))

    assert level()["held"] + level(place=DEPOT)["held"] == 60
    for place in (SHOP, DEPOT):
        assert level(place=place)["held"] == 2 * sum(at == place for _, at in owners)
    assert not breaches()
