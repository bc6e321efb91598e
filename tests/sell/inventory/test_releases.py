"""Goods that are sold ahead leave from their day on, and not before."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.builders.goods import make_shop, stock
from tests.builders.http import API, problem, program
from tests.builders.stock import NOW, breaches, hold

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.time import utc_now
from quanqu.sell.inventory.contracts import (
    HoldState,
    Kit,
    KitPart,
    KitStockError,
    NotReleasedError,
    ReleaseDayError,
    ReleaseFilters,
    StockPlaceError,
)
from quanqu.sell.inventory.facade import (
    consume_hold,
    count_releases,
    get_hold,
    list_releases,
    set_kit,
    set_policy,
    set_release_day,
    unreleased,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 3)
JSON = "application/json"


@pytest.fixture
def shop():
    return make_shop()


def release(shop, day=DAY, *, place=None, actor=SYSTEM, item="tea"):
    set_release_day(
        actor=actor,
        company_key=shop.company.key,
        variant_keys=[shop.items[item].key],
        place_key=place.key if place else None,
        release_on=day,
        now=NOW,
    )


def test_what_is_sold_ahead_leaves_from_its_day_on(shop):
    stock(shop.store, shop.items["tea"], 1)
    release(shop)
    request = uuid4()
    told = hold((shop.store.key, shop.items["tea"].key, 1), request_id=request, seconds=None)

    assert told.is_granted
    assert told.is_dated
    assert get_hold(actor=SYSTEM, request_id=request).ships_from == DAY
    with pytest.raises(NotReleasedError, match="2026-12-03"):
        consume_hold(actor=SYSTEM, request_id=request, now=NOW)
    assert get_hold(actor=SYSTEM, request_id=request).state is HoldState.ALLOCATED
    consume_hold(actor=SYSTEM, request_id=request, now=NOW + timedelta(days=7))
    assert not breaches()


def test_the_day_of_a_place_counts_before_that_of_its_company(shop):
    item = shop.items["tea"].key
    release(shop)
    release(shop, date(2026, 12, 1), place=shop.store)
    ats = {(shop.store.key, item), (shop.depot.key, item), (shop.depot.key, 999)}

    assert unreleased(ats=ats, now=NOW) == {
        (shop.store.key, item): date(2026, 12, 1),
        (shop.depot.key, item): DAY,
    }
    assert unreleased(ats=ats, now=NOW + timedelta(days=5)) == {(shop.depot.key, item): DAY}
    release(shop, date(2026, 11, 1), place=shop.store)  # set again, it is in place of the other
    assert unreleased(ats={(shop.store.key, item)}, now=NOW) == {}
    release(shop, None)
    assert unreleased(ats=ats, now=NOW) == {}
    assert count_releases(actor=SYSTEM, filters=ReleaseFilters()) == 1


def test_what_cannot_be_is_refused_by_name(shop):
    with pytest.raises(ReleaseDayError):
        release(shop, date(2060, 1, 1))
    tea, cup = shop.items["tea"].key, shop.items["cup"].key
    kit = Kit(cup, (KitPart(tea, 2),))
    set_kit(actor=SYSTEM, company_key=shop.company.key, kit=kit, now=NOW)
    with pytest.raises(KitStockError):
        release(shop, item="cup")
    other = make_shop("south")
    with pytest.raises(StockPlaceError):
        release(shop, place=other.store)
    grant = Grant(
        frozenset({"stock.manage", "stock.view"}), Scope(places=frozenset({shop.store.key}))
    )
    clerk = Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))
    with pytest.raises(StockPlaceError):
        release(shop, actor=clerk)
    release(shop, place=shop.store, actor=clerk)
    release(shop, place=shop.depot)
    rows = list_releases(actor=SYSTEM, filters=ReleaseFilters()).items
    assert [one.place_key for one in rows] == [shop.depot.key, shop.store.key]


def test_the_calls_set_the_day_and_holds_say_it(shop):
    wms, day = program(), (utc_now() + timedelta(days=9)).date().isoformat()
    set_policy(
        actor=SYSTEM, ats=[(shop.store.key, shop.items["tea"].key)], safety_target=None,
        backorder_limit=5, now=NOW,
    )  # fmt: skip
    told = {"company": shop.company.id, "skus": ["tea"], "release_on": day}

    assert wms.put(f"{API}/stock/release-days", told, JSON).status_code == 204
    found = wms.get(f"{API}/stock/release-days", {"company": shop.company.id}).json()["items"]
    assert found == [{"item": shop.items["tea"].id, "sku": "tea", "place": None, "release_on": day}]
    line = {"place": shop.store.id, "sku": "tea", "quantity": 2}
    held = wms.post(f"{API}/stock/holds", {"owner": "cart", "lines": [line]}, JSON)
    assert (held.status_code, held.json()["ships_from"]) == (201, day)
    path = f"{API}/stock/holds/{held.json()['id']}/consumption"
    problem(wms.post(path, {}, JSON), 409, "inventory.not_released")
    line |= {"sku": "cup"}
    stock(shop.store, shop.items["cup"], 2)
    plain = wms.post(f"{API}/stock/holds", {"owner": "cart", "lines": [line]}, JSON).json()
    assert plain["ships_from"] is None
    wrong = {**told, "release_on": "2099-01-01"}
    problem(wms.put(f"{API}/stock/release-days", wrong, JSON), 422, "inventory.release_day")
