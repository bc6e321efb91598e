"""Promises on the database: given, kept, moved when deliveries slip, and never twice."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from tests.builders import stock
from tests.builders.http import API, program
from tests.builders.replenishment import look
from tests.builders.supply import NOW, draft, make_order, make_world, order, receive
from tests.sell.supply.test_races import at_once, refused

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.facade import release_hold, set_policy
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import PromiseFilters
from quanqu.sell.supply.facade import change_order

TODAY = NOW.date()
_SECONDS = count()


def day(number):
    return TODAY + timedelta(days=number)


def selling_ahead(**told):
    """Return a world whose shop may sell thirty of tea beyond what is there."""
    world = make_world(**told)
    set_policy(
        actor=SYSTEM, ats=[(world.shop.key, world.tea)], safety_target=None, backorder_limit=30,
        now=NOW,
    )  # fmt: skip
    return world


def sell(world, units):
    """Promise goods a second after whatever was promised before."""
    request_id, now = uuid4(), NOW + timedelta(seconds=next(_SECONDS))
    line = (world.shop.key, world.tea, units)
    assert stock.hold(line, request_id=request_id, seconds=None, now=now).is_granted
    return request_id


def days(request_id):
    found = facade.promise_hold(request_id=request_id, now=NOW)
    return [(one.units, one.promised_on, one.is_at_risk) for one in found]


def steps(world):
    found = facade.promising(
        actor=SYSTEM, variant_keys=[world.tea], place_keys=[world.shop.key], now=NOW
    )
    return [(one.from_on, one.units) for one in found]


@pytest.mark.django_db
def test_what_waits_gets_the_earliest_day_and_a_later_one_when_its_delivery_slips():
    world = selling_ahead()
    stock.receive(3, place=world.shop.key, item=world.tea)
    first_order = make_order(world, (world.tea, 10), expected_on=day(3))
    make_order(world, (world.tea, 5), expected_on=day(8))
    assert days(sell(world, 3)) == [], "it is there"
    early, late = sell(world, 4), sell(world, 7)
    assert days(early) == [(4, day(3), False)]
    assert days(late) == [(7, day(8), False)]

    slipped = draft((world.tea, 10), expected_on=day(9))
    change_order(actor=SYSTEM, order_id=first_order, draft=slipped, now=NOW)
    look(world)

    found = facade.list_promises(actor=SYSTEM, filters=PromiseFilters(is_at_risk=True)).items
    assert {(one.request_id, one.promised_on, one.first_on) for one in found} == {
        (early, day(8), day(3)), (late, day(9), day(8)),
    }  # fmt: skip
    receive(first_order, "all", (1, 10))
    look(world)
    assert facade.count_promises(actor=SYSTEM, filters=PromiseFilters()) == 1, "the first is served"


@pytest.mark.django_db
def test_what_is_released_waits_no_more_and_frees_its_day():
    world = selling_ahead()
    make_order(world, (world.tea, 10), expected_on=day(3))
    gone, left = sell(world, 8), sell(world, 6)
    assert (days(gone), days(left)) == ([(8, day(3), False)], [(6, None, True)])

    release_hold(actor=SYSTEM, request_id=gone, now=NOW)
    look(world)

    assert days(left) == [(6, day(3), False)]
    assert days(gone) == []


@pytest.mark.django_db
def test_what_can_be_promised_counts_what_is_there_and_what_comes():
    world = make_world()
    stock.receive(2, place=world.shop.key, item=world.tea)
    make_order(world, (world.tea, 10), expected_on=day(3))
    make_order(world, (world.tea, 4), expected_on=day(-2))
    make_order(world, (world.tea, 7))

    assert steps(world) == [(TODAY, 6), (day(3), 16), (day(7), 23)], "sent, it has a day"
    stranger = world.buyer(places=(world.depot,))
    assert (
        facade.promising(
            actor=stranger, variant_keys=[world.tea], place_keys=[world.shop.key], now=NOW
        )
        == ()
    )


@pytest.mark.django_db(transaction=True)
def test_days_asked_for_at_once_are_never_given_twice():
    world = selling_ahead()
    order_id = make_order(world, (world.tea, 10), expected_on=day(3))
    holds = [sell(world, 4) for _ in range(4)]

    told = at_once(*[lambda one=one: days(one) for one in holds], lambda: look(world))

    assert not refused(told)
    promises = facade.list_promises(actor=SYSTEM, filters=PromiseFilters()).items
    given = [one for one in promises if one.promised_on]
    assert sum(one.units for one in given) == 8 <= order(order_id).order.ordered
    assert {one.request_id for one in promises} == set(holds)


@pytest.mark.django_db
def test_the_calls_tell_steps_and_days():
    world = selling_ahead(now=utc_now())
    request_id = sell(world, 4)
    client = program()
    body = {"items": [{"place": world.shop.id, "sku": "tea"}]}
    hold = encode("hld", request_id)

    asked = client.post(f"{API}/replenishment/promising", body, "application/json").json()
    (made,) = client.post(f"{API}/replenishment/holds/{hold}/promise").json()

    assert asked == [{"place": world.shop.id, "sku": "tea", "steps": []}]
    assert (made["hold"], made["promised_on"], made["is_at_risk"]) == (hold, None, True)
    (listed,) = client.get(f"{API}/replenishment/promises?is_at_risk=true").json()["items"]
    assert listed == made
