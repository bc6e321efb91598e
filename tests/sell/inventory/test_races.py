"""Many buyers at once, each on a connection of its own: nothing is promised twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from tests.builders.stock import (
    CUP,
    DEPOT,
    NOW,
    SHOP,
    TEA,
    breaches,
    hold,
    level,
    move,
    receive,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import HoldSettledError, MovementKind
from quanqu.sell.inventory.facade import (
    allocate_hold,
    consume_hold,
    expire_holds,
    release_hold,
)

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 12


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(BUYERS) as pool:
        return list(pool.map(run, arguments))


def test_of_a_hundred_units_a_hundred_are_promised():
    receive(100)

    def buy(number):
        if number % 2:  # as another process would, past the combiner of this one
            with transaction.atomic():
                return hold((SHOP, TEA, 1)).is_granted
        return hold((SHOP, TEA, 1)).is_granted

    granted = at_once(buy, range(240))

    assert sum(granted) == 100
    assert level()["held"] == 100
    assert not breaches()


def test_buyers_of_several_items_in_any_order_wait_and_never_block_each_other():
    ats = [(SHOP, TEA), (SHOP, CUP), (DEPOT, TEA)]
    for place, item in ats:
        receive(60, place=place, item=item)
    dice = random.Random(7)
    carts = [[(*at, dice.randint(1, 2)) for at in dice.sample(ats, 3)] for _ in range(120)]

    def buy(cart):
        with transaction.atomic():
            return hold(*cart).is_granted

    granted = at_once(buy, carts)

    assert 30 <= sum(granted) < 120
    for place, item in ats:
        wanted = sum(
            units
            for cart, told in zip(carts, granted, strict=True)
            if told
            for one, other, units in cart
            if (one, other) == (place, item)
        )
        assert level(place=place, item=item)["held"] == wanted <= 60
    assert not breaches()


def test_the_same_request_sent_twice_at_once_is_held_once():
    receive(50)
    requests = [UUID(int=number // 3 + 1) for number in range(90)]

    granted = at_once(lambda request: hold((SHOP, TEA, 1), request_id=request), requests)

    assert all(one.is_granted for one in granted)
    assert level()["held"] == 30
    assert not breaches()


def test_paying_releasing_and_ending_a_hold_at_once_happen_once():
    receive(200)
    requests = [uuid4() for _ in range(60)]
    for request in requests:
        hold((SHOP, TEA, 1), request_id=request, seconds=5)
    later = NOW + timedelta(seconds=6)

    def settle(job):
        number, what = job
        try:
            if what == "pay":
                allocate_hold(actor=SYSTEM, request_id=requests[number], now=NOW)
                consume_hold(actor=SYSTEM, request_id=requests[number], now=NOW)
                return "paid"
            if what == "give up":
                release_hold(actor=SYSTEM, request_id=requests[number], now=NOW)
                return "given up"
            expire_holds(now=later)
        except HoldSettledError:
            return "too late"
        return "swept"

    jobs = [(number, what) for number in range(60) for what in ("pay", "give up", "sweep")]
    random.Random(3).shuffle(jobs)
    before = [settle((number, "pay" if number < 3 else "give up")) for number in range(6)]
    told = before + at_once(settle, jobs)  # whichever sweep is first ends all that are left

    paid = told.count("paid")
    assert before == ["paid"] * 3 + ["given up"] * 3
    assert 3 <= paid <= 57
    assert level()["on_hand"] == 200 - paid
    assert level()["held"] == level()["allocated"] == 0
    assert not breaches()


def test_goods_that_vanish_while_they_are_sold_are_promised_to_nobody():
    receive(80)
    stop = threading.Event()

    def work(number):
        if number == 0:
            for _ in range(15):
                move(MovementKind.COUNT, -3)
            stop.set()
            return 0
        return sum(hold((SHOP, TEA, 1)).is_granted for _ in range(12))

    at_once(work, range(9))

    assert stop.is_set()
    assert level()["on_hand"] == 35
    assert level()["held"] <= 35
    assert not breaches()
