"""Availability says from which day: today, with the next delivery, or from the release day."""

from datetime import date, timedelta

import pytest
from tests.builders import stock
from tests.builders.http import API, program
from tests.builders.queue import wait_for
from tests.builders.supply import NOW, make_order, make_world

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.inventory.facade import (
    availability,
    set_policy,
    set_release_day,
)

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def told(world, actor=SYSTEM):
    """Return units and day of tea and cups at the shop and the depot."""
    found = availability(
        actor=actor,
        variant_keys=[world.tea, world.cup],
        place_keys=[world.shop.key, world.depot.key],
        dated_at=NOW,
    )
    days = found.days.astype(object).tolist()
    return [
        list(zip(units, row, strict=True))
        for units, row in zip(found.units.tolist(), days, strict=True)
    ]


def test_the_day_is_today_or_that_of_the_next_delivery():
    world = make_world()
    stock.receive(3, place=world.shop.key, item=world.tea)
    make_order(world, (world.tea, 10), expected_on=day(3))
    make_order(world, (world.cup, 5), expected_on=day(8))

    assert told(world) == [[(3, TODAY), (0, None)], [(0, day(8)), (0, None)]]
    found = availability(actor=SYSTEM, variant_keys=[world.tea], place_keys=[world.shop.key])
    assert found.days is None
    elsewhere = world.buyer("stock.view", places=(world.depot,))
    assert told(world, elsewhere) == [[(0, None), (0, None)], [(0, None), (0, None)]]
    wait_for(1, place=world.shop.key, item=world.cup)
    assert told(world)[1][0] == (0, None)  # what comes is theirs who wait


def test_what_is_sold_beyond_what_is_there_comes_when_it_comes():
    world = make_world()
    at = (world.shop.key, world.tea)
    stock.receive(2, place=at[0], item=at[1])
    set_policy(actor=SYSTEM, ats=[at], safety_target=None, backorder_limit=30, now=NOW)
    assert told(world)[0][0] == (32, TODAY)
    assert stock.hold((*at, 2), seconds=None).is_granted
    assert told(world)[0][0] == (30, None)  # nobody knows when
    make_order(world, (world.tea, 10), expected_on=day(3))
    make_order(world, (world.tea, 10), expected_on=day(8))
    assert told(world)[0][0] == (30, day(3))
    assert stock.hold((*at, 10), seconds=None).is_granted
    assert told(world)[0][0] == (20, day(8))  # the first delivery is promised


def test_nothing_is_there_before_its_release_day():
    world = make_world()
    stock.receive(3, place=world.shop.key, item=world.tea)
    make_order(world, (world.cup, 5), expected_on=day(8))
    for item, place, released in (
        (world.tea, None, day(5)),
        (world.cup, None, day(20)),
        (world.cup, world.shop.key, day(2)),
    ):
        set_release_day(
            actor=SYSTEM, company_key=world.company.key, variant_keys=[item], place_key=place,
            release_on=released, now=NOW,
        )  # fmt: skip

    assert told(world) == [[(3, day(5)), (0, None)], [(0, day(8)), (0, None)]]


def test_the_call_tells_days_if_asked():
    world, today = make_world(), utc_now().date()
    at = (world.shop.key, world.tea)
    stock.receive(3, place=at[0], item=at[1])
    make_order(world, (world.cup, 5), expected_on=today + timedelta(days=400))
    label = variant_labels(variant_keys=[world.tea, world.cup])
    body = {
        "items": [label[world.tea].variant_id, label[world.cup].variant_id],
        "places": [world.shop.id, world.depot.id],
    }

    def read(**more):
        answer = program().post(f"{API}/stock/availability", body | more, "application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    assert read()["available_from"] is None
    found = read(is_dated=True)
    assert found["available"] == [[3, 0], [0, 0]]
    (tea, nothing), (cup, _) = found["available_from"]
    assert abs(date.fromisoformat(tea) - today) <= timedelta(days=1)
    assert (nothing, cup) == (None, (today + timedelta(days=400)).isoformat())


def test_a_hundred_items_at_many_places_are_a_few_statements(django_assert_max_num_queries):
    world = make_world()
    make_order(world, (world.tea, 10), (world.cup, 4), expected_on=day(3))
    told(world)

    with django_assert_max_num_queries(8):
        told(world)
