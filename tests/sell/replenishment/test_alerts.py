"""Alerts on the database: opened, renewed and closed by looks."""

from datetime import timedelta

import pytest
from tests.builders import stock
from tests.builders.replenishment import expect, look, plan
from tests.builders.supply import NOW, make_order, make_world

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import MovementKind
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.contracts import AlertFilters, AlertKind, PolicyMethod

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def alerts(*, actor=SYSTEM, is_open=True):
    found = facade.list_alerts(actor=actor, filters=AlertFilters(is_open=is_open)).items
    return {one.kind: one for one in found}


def test_out_of_stock_opens_once_and_closes_with_enough(world):
    plan(world, world.tea, minimum=30, maximum=40)
    look(world)
    first = alerts()[AlertKind.OUT]
    stock.receive(2, place=world.shop.key, item=world.tea)
    look(world)
    assert alerts()[AlertKind.OUT].id == first.id, "two are less than a tenth of thirty"

    stock.receive(1, place=world.shop.key, item=world.tea)
    look(world, days=1)

    assert AlertKind.OUT not in alerts()
    closed = alerts(is_open=False)[AlertKind.OUT]
    assert (closed.id, closed.closed_at) == (first.id, NOW + timedelta(days=1))


def test_what_was_sold_or_is_expected_tells_whether_goods_last(world):
    plan(world, world.tea, minimum=0, maximum=0)
    plan(world, world.cup, method=PolicyMethod.FORECAST)
    stock.receive(286, place=world.shop.key, item=world.tea, now=NOW - timedelta(days=20))
    stock.move(
        MovementKind.SALE, -280, place=world.shop.key, item=world.tea, now=NOW - timedelta(days=1)
    )
    stock.receive(950, place=world.shop.key, item=world.cup)
    expect(world, world.cup, *[(10.0, 0.0)] * 60)

    look(world)

    found = alerts()
    tea, cup = found[AlertKind.RUNNING_OUT], found[AlertKind.OVERSTOCK]
    assert (tea.variant_key, tea.free, tea.daily, tea.cover_days, tea.limit_days) == (
        world.tea, 6, 10.0, 0.6, 7,
    )  # fmt: skip
    assert (cup.variant_key, cup.cover_days, cup.limit_days) == (world.cup, 95.0, 90)
    make_order(world, (world.tea, 5), expected_on=NOW.date())
    look(world)
    assert AlertKind.RUNNING_OUT in alerts(), "a day to spare is wanted"
    stock.receive(10, place=world.shop.key, item=world.tea)
    look(world)
    assert AlertKind.RUNNING_OUT not in alerts()


def test_an_item_without_a_rule_has_no_alert_and_nobody_sees_those_elsewhere(world):
    plan(world, world.tea, minimum=30, maximum=40)
    look(world)
    keeper = world.buyer(places=(world.depot,))
    assert not alerts(actor=keeper)
    assert facade.count_alerts(actor=keeper, filters=AlertFilters()) == 0

    facade.stop_policies(actor=SYSTEM, ats=[(world.shop.key, world.tea)])
    facade.look_at_all(now=NOW)

    assert not alerts()
