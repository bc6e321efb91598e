"""Goods near a customer: where, how many, how far, and from when they can be fetched."""

from datetime import timedelta

import pytest
from ninja.testing import TestClient
from tests.builders.org import make_actor
from tests.builders.sourcing import NOW, Chain
from tests.builders.stock import CUP, TEA, receive
from tests.sell.sourcing.test_api import asked, item_of

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.org.contracts import PlaceType
from quanqu.know.org.facade import places_by_key
from quanqu.sell.sourcing.api import router
from quanqu.sell.sourcing.contracts import QuestionError, WhereaboutsError
from quanqu.sell.sourcing.facade import find_nearby
from quanqu.sell.sourcing.queries.places import forget_places

pytestmark = pytest.mark.django_db
SHORT_DAY = tuple((9 * 60, 18 * 60) for _ in range(7))


@pytest.fixture
def chain():
    return Chain()


def near(chain, tea=1, cup=0, *, actor=SYSTEM, now=NOW, within_km=None, most=10, **more):
    return find_nearby(
        actor=actor,
        question=chain.order(tea, cup, **more),
        within_km=within_km,
        most=most,
        now=now,
    )


def told(found):
    return [(one.place_key, one.has_all, one.available) for one in found.places]


def test_places_with_everything_come_first_the_nearest_of_them_first(chain):
    chain.stock(near=(5, 0), middle=(5, 2), depot=(50, 50))

    found = near(chain, 2, 1)

    items = [line.variant_key for line in found.lines]
    assert items == sorted([TEA, CUP])
    assert told(found) == [(chain.middle, True, (5, 2)), (chain.near, False, (5, 0))]
    assert (found.with_all, found.today) == (1, 1)  # a depot lets nobody fetch
    assert [one.km for one in found.places] == [83, 4]


def test_what_cannot_be_ready_before_closing_is_ready_tomorrow(chain):
    chain.stock(near=(5, 0), middle=(5, 0))
    for place in (chain.near, chain.middle):
        chain.offer(place, opens=SHORT_DAY, pickup_lead_minutes=60)
    evening = NOW + timedelta(hours=7, minutes=30)  # half past five in Shanghai

    by_day, late = near(chain), near(chain, now=evening)

    assert (by_day.with_all, by_day.today) == (2, 2)
    assert {one.ready_at for one in by_day.places} == {NOW + timedelta(hours=1)}
    assert (late.with_all, late.today) == (2, 0)
    assert {one.ready_at for one in late.places} == {NOW + timedelta(days=1)}


def test_within_a_distance_only_what_lies_there_is_told(chain):
    chain.stock(near=(5, 0), middle=(5, 0))

    assert [one.place_key for one in near(chain, within_km=10).places] == [chain.near]
    by_postcode = near(chain, at=None, postcode="20004", country="CN", within_km=10)
    assert [one.place_key for one in by_postcode.places] == [chain.near]
    with pytest.raises(WhereaboutsError):
        near(chain, at=None, postcode="9", within_km=10)
    with pytest.raises(WhereaboutsError):
        near(chain, at=None, within_km=10)
    assert {one.km for one in near(chain, at=None).places} == {None}
    assert near(chain, most=1).with_all == 2
    assert len(near(chain, most=1).places) == 1
    with pytest.raises(QuestionError):
        near(chain, 0)


def test_nobody_is_told_of_stock_they_may_not_see(chain):
    chain.stock(near=(5, 0), middle=(5, 0))
    grant = Grant(frozenset({"stock.view"}), Scope(places=frozenset({chain.middle})))
    clerk = Actor(ActorKind.PERSON, "per_1", "Clerk", (grant,))

    assert [one.place_key for one in near(chain, actor=clerk).places] == [chain.middle]
    with pytest.raises(NotAllowedError):
        near(chain, actor=Actor(ActorKind.PERSON, "per_2", "Nobody"))


def test_the_call_speaks_in_names_and_in_the_clock_of_the_place(chain):
    receive(5, place=chain.near, item=item_of(chain))
    outlet = chain.place("outlet", PlaceType.STORE, (31.23, 121.47))
    forget_places()
    receive(1, place=outlet, item=item_of(chain))
    owner = {"quanqu_actor": make_actor("Li", unit_id=chain.company.id)}
    client = TestClient(router)

    found = client.post("/sourcing/nearby", json=asked(chain, within_km=50), **owner).json()

    assert found["with_all"] == 1
    first, second = found["places"]
    place = places_by_key(keys=[chain.near])[chain.near]
    assert (first["place"], first["name"], first["has_all"]) == (place.id, place.name, True)
    assert first["items"] == [{"sku": "tea-100", "available": 5}]
    assert first["time_zone"] == place.time_zone
    assert first["ready_at"].endswith("Z")
    assert len(first["ready_there"]) == len("2026-11-27T12:00")
    assert (second["has_all"], second["km"]) == (False, 0)
