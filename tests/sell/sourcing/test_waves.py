"""A wave is planned together: never worse than one by one, within stock and capacity."""

import re
from itertools import product
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.org import make_company
from tests.builders.sourcing import NOW, Chain, body, shipped
from tests.builders.stock import TEA, breaches, hold, level
from tests.sell.sourcing.test_document import DOCUMENT, rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.geo import Point
from quanqu.sell.sourcing.contracts import QuestionError, WaveOrder
from quanqu.sell.sourcing.facade import allocate_wave
from quanqu.sell.sourcing.rules.waves import NOWHERE, Wave, one_by_one, spread


def drawn(seed, orders, places, items):
    dice = np.random.default_rng(seed)
    counts = dice.integers(1, items + 1, orders)
    return Wave(
        cost=dice.integers(-1, 9, (orders, places)),
        order=np.repeat(np.arange(orders), counts),
        item=np.concatenate([dice.choice(items, count, replace=False) for count in counts]),
        quantity=dice.integers(1, 3, int(counts.sum())),
        stock=dice.integers(0, 4, (items, places)),
        capacity=dice.integers(0, 3, places),
        penalty=25,
    )


def total_of(wave, places):
    """Return what a spread comes to, None where it takes what is not there."""
    stock, packed, total = wave.stock.copy(), wave.capacity.copy(), 0
    for order, place in enumerate(places):
        if place == NOWHERE:
            total += wave.penalty
            continue
        if wave.cost[order, place] < 0:
            return None
        total += int(wave.cost[order, place])
        packed[place] -= 1
        for line in np.flatnonzero(wave.order == order):
            stock[wave.item[line], place] -= wave.quantity[line]
    return None if stock.min() < 0 or packed.min() < 0 else total


@settings(max_examples=60, deadline=None)
@given(
    st.builds(drawn, st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 3), st.integers(1, 2))
)
def test_a_small_wave_is_spread_best_of_all(wave):
    found, alone = spread(wave), one_by_one(wave)

    choices = product(range(-1, wave.cost.shape[1]), repeat=wave.cost.shape[0])
    best = min(total for one in choices if (total := total_of(wave, one)) is not None)
    assert total_of(wave, found.places) == found.total == best
    assert total_of(wave, alone.places) == alone.total >= best
    assert found.bound <= best + 1e-6


def test_a_large_wave_is_within_its_bound_and_no_worse_than_one_by_one():
    wave = drawn(3, 80, 12, 6)

    found, alone = spread(wave, seconds=5), one_by_one(wave)

    assert total_of(wave, found.places) == found.total <= alone.total
    assert found.gap <= 0.01


def test_the_three_orders_of_the_document():
    costs = np.array([[int(near), int(far)] for _, near, far in rows("order")])
    wave = Wave(
        cost=costs,
        order=np.arange(3),
        item=np.zeros(3, np.int64),
        quantity=np.ones(3, np.int64),
        stock=np.array([[2, 9]]),
        capacity=np.array([9, 9]),
        penalty=1_000,
    )
    alone, together = map(
        int, re.search(r"pays 50: (\d+)\. Together a goes far: (\d+)", DOCUMENT).groups()
    )

    assert one_by_one(wave).total == alone
    assert spread(wave).total == together


def orders_of(chain, *points):
    return [WaveOrder(uuid4(), "ord", chain.order(at=point), None) for point in points]


@pytest.mark.django_db
def test_a_wave_holds_what_it_planned_and_again_gives_the_same():
    chain = Chain()
    chain.stock(near=(1, 0), middle=(9, 0))
    between, close = Point(31.25, 121.1), Point(31.2, 121.5)
    wave = orders_of(chain, between, close)

    result = allocate_wave(actor=SYSTEM, orders=wave, now=NOW)
    again = allocate_wave(actor=SYSTEM, orders=wave, now=NOW)

    assert [list(shipped(one)) for one in result.decisions] == [[chain.middle], [chain.near]]
    assert result.decisions == again.decisions
    assert {one.cause for one in result.decisions} == {"wave"}
    assert result.bound <= result.planned < result.one_by_one
    assert (level(place=chain.near)["allocated"], level(place=chain.middle)["allocated"]) == (1, 1)
    assert not breaches()


@pytest.mark.django_db
def test_an_order_whose_planned_goods_are_gone_is_decided_alone(monkeypatch):
    chain = Chain()
    chain.stock(near=(1, 0), middle=(9, 0))

    def slow(wave):
        found = spread(wave)
        hold((chain.near, TEA, 1))
        return found

    monkeypatch.setattr("quanqu.sell.sourcing.actions.waving.spread", slow)
    result = allocate_wave(actor=SYSTEM, orders=orders_of(chain, Point(31.2, 121.5)), now=NOW)

    assert shipped(result.decisions[0]) == {chain.middle: {TEA: 1}}


@pytest.mark.django_db
def test_an_order_no_place_has_whole_is_split_by_its_strategy():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(0, 5))
    chain.profile(body("parcels", most_parcels=2))
    order = WaveOrder(uuid4(), "ord", chain.order(1, 1), None)

    result = allocate_wave(actor=SYSTEM, orders=[order], now=NOW)

    assert len(result.decisions[0].parcels) == 2


@pytest.mark.django_db
def test_what_is_no_wave_is_refused():
    chain = Chain()
    order = WaveOrder(uuid4(), "ord", chain.order(), None)
    other = WaveOrder(uuid4(), "ord", chain.order(company_key=make_company("other").key), None)

    for wrong in ([], [order] * 1_001, [order, other]):
        with pytest.raises(QuestionError):
            allocate_wave(actor=SYSTEM, orders=wrong, now=NOW)
