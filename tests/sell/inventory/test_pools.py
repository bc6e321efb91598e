"""Pools: many places as one stock, sold to the last unit and never beyond."""

from uuid import uuid4

import pytest
from tests.builders.goods import make_shop
from tests.builders.stock import NOW, breaches, level, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldLineError,
    PoolDraft,
    PoolError,
    PoolNotFoundError,
    PoolRequest,
    StockPlaceError,
)
from quanqu.sell.inventory.facade import (
    end_pool,
    get_pool,
    hold_from_pool,
    list_pools,
    pool_availability,
    release_hold,
    ring_fence,
    save_pool,
)
from quanqu.sell.inventory.rules.pools import check_pool, spread

MALL, STORE, TEA, CUP = 1, 2, 11, 12


def test_a_line_goes_whole_to_the_first_place_that_has_it_and_else_is_split():
    units = {(MALL, TEA): 3, (STORE, TEA): 5, (MALL, CUP): 1}
    lines, short = spread([(TEA, 4), (TEA, 3), (CUP, 1)], [MALL, STORE], units)
    assert not short
    assert lines == [HoldLine(MALL, TEA, 3), HoldLine(MALL, CUP, 1), HoldLine(STORE, TEA, 4)]
    lines, short = spread([(TEA, 7)], [MALL, STORE], units)
    assert lines == [HoldLine(MALL, TEA, 3), HoldLine(STORE, TEA, 4)]
    assert spread([(TEA, 9), (CUP, 1)], [MALL, STORE], units)[1] == [(TEA, 9, 8)]


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (PoolDraft(1, "", (MALL,)), "name"),
        (PoolDraft(1, "all", ()), "places"),
        (PoolDraft(1, "all", (MALL, MALL)), "twice"),
        (PoolDraft(1, "all", (MALL,), ("nowhere",)), "no channel"),
    ],
)
def test_what_is_no_pool_is_refused(draft, problem):
    with pytest.raises(PoolError, match=problem):
        check_pool(draft, {"web"})


@pytest.fixture
def shop(db):
    return make_shop()


def make_pool(shop, *, channels=(), pool_id=None, name="malls"):
    places = (shop.depot.key, shop.store.key)
    draft = PoolDraft(shop.company.key, name, places, channels)
    return save_pool(actor=SYSTEM, draft=draft, pool_id=pool_id, now=NOW)


def take(pool, item, units, *, request_id=None, channel="", actor=SYSTEM):
    request = PoolRequest(request_id or uuid4(), "cart", ((item, units),), None, channel)
    return hold_from_pool(actor=actor, pool_id=pool.id, request=request, now=NOW)


def test_a_pool_is_one_stock(shop):
    tea = shop.items["tea"].key
    receive(3, place=shop.depot.key, item=tea)
    receive(5, place=shop.store.key, item=tea)
    pool = make_pool(shop)
    told = {"actor": SYSTEM, "pool_id": pool.id}
    assert pool_availability(variant_keys=[tea, 999], **told) == {tea: 8, 999: 0}
    request = uuid4()
    answer = take(pool, tea, 7, request_id=request)
    assert answer.is_granted
    assert (
        answer.lines
        == (HoldLine(shop.store.key, tea, 4), HoldLine(shop.depot.key, tea, 3))[
            :: 1 if shop.store.key < shop.depot.key else -1
        ]
    )
    again = take(pool, tea, 7, request_id=request)
    assert (again.is_granted, again.lines) == (True, answer.lines)
    assert pool_availability(variant_keys=[tea], **told) == {tea: 1}
    assert take(pool, tea, 2).short == ((tea, 2, 1),)
    release_hold(actor=SYSTEM, request_id=request, now=NOW)
    assert pool_availability(variant_keys=[tea], **told) == {tea: 8}
    assert not take(pool, tea, 7, request_id=request).is_granted  # it was given free
    with pytest.raises(HoldLineError):
        take(pool, tea, 0)
    assert not breaches()


def test_a_channel_sells_from_its_pools_what_it_may_have(shop):
    tea = shop.items["tea"].key
    receive(5, place=shop.store.key, item=tea)
    ats = [(shop.store.key, tea)]
    ring_fence(actor=SYSTEM, ats=ats, channel="live", units=4, now=NOW)
    pool = make_pool(shop, channels=("web", "live"))
    told = {"actor": SYSTEM, "pool_id": pool.id, "variant_keys": [tea]}
    assert pool_availability(channel="web", **told) == {tea: 1}
    assert pool_availability(channel="live", **told) == {tea: 5}
    with pytest.raises(PoolError, match="does not sell"):
        take(pool, tea, 1, channel="store")
    assert not take(pool, tea, 2, channel="web").is_granted
    assert take(pool, tea, 5, channel="live").is_granted
    assert not breaches()


def test_pools_are_changed_ended_and_hidden(shop):
    pool = make_pool(shop)
    with pytest.raises(PoolError, match="has this name"):
        make_pool(shop)
    assert make_pool(shop, pool_id=pool.id, channels=("web",)).draft.channels == ("web",)
    elsewhere = make_shop("south").store
    draft = PoolDraft(shop.company.key, "mixed", (shop.store.key, elsewhere.key))
    with pytest.raises(StockPlaceError):
        save_pool(actor=SYSTEM, draft=draft, now=NOW)
    rights = frozenset({"stock.view", "stock.manage"})
    half = Scope(places=frozenset({shop.store.key}), companies=frozenset({shop.company.key}))
    clerk = Actor(ActorKind.PERSON, "c", "Cy", (Grant(rights, half),))
    assert list_pools(actor=clerk) == ()
    with pytest.raises(PoolNotFoundError):
        take(pool, shop.items["tea"].key, 1, actor=clerk)
    with pytest.raises(PoolNotFoundError):
        end_pool(actor=clerk, pool_id=pool.id)
    end_pool(actor=SYSTEM, pool_id=pool.id)
    with pytest.raises(PoolNotFoundError):
        get_pool(actor=SYSTEM, pool_id=pool.id)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_gets_all_that_a_pool_has_and_no_more():
    shop = make_shop()
    tea = shop.items["tea"].key
    receive(10, place=shop.depot.key, item=tea)
    receive(9, place=shop.store.key, item=tea)
    pool = make_pool(shop)
    granted = at_once(lambda _: take(pool, tea, 1).is_granted, range(40))
    assert sum(granted) == 19
    held = [level(place=one.key, item=tea)["allocated"] for one in (shop.depot, shop.store)]
    assert held == [10, 9]
    assert not breaches()
