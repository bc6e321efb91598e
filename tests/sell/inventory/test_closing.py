"""Closed places: no hold, no availability, whatever happens at the same time."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tests.builders.stock import CUP, DEPOT, NOW, SHOP, TEA, breaches, hold, receive
from tests.sell.inventory.test_races import at_once

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldRequest,
    LevelFilters,
    PlaceClosing,
    PlaceClosingError,
    StockPlaceError,
)
from quanqu.sell.inventory.facade import (
    allocate_hold,
    available_at,
    close_place,
    find_level,
    hold_many,
    list_closed_places,
    list_levels,
    reopen_place,
    ring_fence,
    set_policy,
)
from quanqu.sell.inventory.models import HoldLine as HoldRow
from quanqu.sell.inventory.queries.laws import closings_unlike_the_places, held_where_closed
from quanqu.sell.inventory.rules.closing import checked_closing

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def close(place=SHOP, *, start=NOW, end=None, now=NOW, actor=SYSTEM):
    close_place(actor=actor, place_key=place, closing=PlaceClosing(start, end, "works"), now=now)


def broken():
    return [*breaches(), *closings_unlike_the_places(), *held_where_closed()]


def offered(item=TEA, channel=""):
    found = available_at(actor=SYSTEM, variant_keys=[item], channel=channel)
    return dict(zip(found.place_keys.tolist(), found.units.tolist(), strict=True))


@pytest.mark.parametrize(
    ("closing", "problem"),
    [
        (PlaceClosing(NOW, NOW), "ends before"),
        (PlaceClosing(NOW - timedelta(days=9), NOW - timedelta(days=8)), "ends before"),
        (PlaceClosing(NOW + timedelta(days=9_999)), "ten years"),
        (PlaceClosing(NOW, None, "x" * 301), "300 characters"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(closing, problem):
    with pytest.raises(PlaceClosingError, match=problem):
        checked_closing(closing, now=NOW)


def test_a_closing_covers_its_times():
    span = PlaceClosing(NOW, NOW + timedelta(hours=1))
    moments = (-1, 0, 3_599, 3_600)
    covered = [span.covers(NOW + timedelta(seconds=one)) for one in moments]
    assert covered == [False, True, True, False]
    assert PlaceClosing(NOW).covers(NOW + timedelta(days=999))


@pytest.mark.django_db
def test_a_closed_place_takes_no_hold_and_names_itself():
    receive(10)
    receive(10, place=DEPOT)
    before = uuid4()
    assert hold((SHOP, TEA, 2), request_id=before).is_granted
    close(start=NOW + timedelta(seconds=1))

    assert hold((SHOP, TEA, 1), now=NOW).is_granted  # it begins a second later
    later = NOW + timedelta(seconds=1)
    told = hold((SHOP, TEA, 1), (DEPOT, TEA, 1), now=later)
    assert (told.is_granted, told.closed, told.short[0].available) == (False, (SHOP,), 0)
    assert hold((DEPOT, TEA, 1), now=later).is_granted
    lines = (HoldLine(SHOP, TEA, 1),)
    (inside,) = hold_many(requests=[HoldRequest(uuid4(), "cart", lines, None)], now=later)
    assert inside.closed == (SHOP,)
    allocate_hold(actor=SYSTEM, request_id=before, now=later)  # promised before: it stays
    (shown,) = list_closed_places(actor=SYSTEM, now=later)
    assert (shown.place_key, shown.claimed, shown.closing.reason) == (SHOP, 3, "works")
    assert not broken()

    reopen_place(actor=SYSTEM, place_key=SHOP, now=later)
    reopen_place(actor=SYSTEM, place_key=SHOP, now=later)
    assert hold((SHOP, TEA, 7), now=later).is_granted
    assert not broken()


@pytest.mark.django_db
def test_what_is_kept_for_a_channel_is_closed_with_its_place():
    receive(10)
    ring_fence(actor=SYSTEM, ats=[(SHOP, TEA)], channel="live", units=4, now=NOW)
    close()
    told = hold((SHOP, TEA, 1), channel="live")
    assert (told.is_granted, told.closed) == (False, (SHOP,))


@pytest.mark.django_db
def test_a_temporary_closing_ends_by_itself():
    receive(10)
    close(end=NOW + timedelta(hours=2))
    assert not hold((SHOP, TEA, 1), now=NOW + timedelta(hours=1)).is_granted
    assert hold((SHOP, TEA, 1), now=NOW + timedelta(hours=2)).is_granted
    assert not list_closed_places(actor=SYSTEM, now=NOW + timedelta(hours=2))
    assert not broken()


@pytest.mark.django_db
def test_no_availability_answer_offers_a_closed_place():
    receive(10)
    receive(5, place=DEPOT)
    set_policy(actor=SYSTEM, ats=[(SHOP, TEA)], safety_target=None, backorder_limit=9, now=NOW)
    assert offered() == {SHOP: 19, DEPOT: 5}
    close(start=LONG_AGO, now=LONG_AGO)
    assert offered() == offered(channel="web") == {DEPOT: 5}
    shop = find_level(actor=SYSTEM, place_key=SHOP, variant_key=TEA)
    assert shop is not None
    assert (shop.is_closed, shop.available, shop.on_hand) == (True, 0, 10)
    out = list_levels(actor=SYSTEM, filters=LevelFilters(is_out=True)).items
    assert [one.place_key for one in out] == [SHOP]
    close(start=LONG_AGO, end=LONG_AGO + timedelta(days=1), now=LONG_AGO)
    assert offered() == {SHOP: 19, DEPOT: 5}


@pytest.mark.django_db
def test_goods_that_come_to_a_closed_place_are_closed_too():
    close(start=NOW + timedelta(minutes=1))
    receive(3, item=CUP)
    assert not hold((SHOP, CUP, 1), now=NOW + timedelta(minutes=1)).is_granted
    assert not broken()


@pytest.mark.django_db
def test_who_may_not_manage_the_place_closes_nothing():
    receive(3)
    everywhere, depot = Scope(everything=True), Scope(places=frozenset({DEPOT}))
    viewer = Actor(ActorKind.PERSON, "v", "Vi", (Grant(frozenset({"stock.view"}), everywhere),))
    with pytest.raises(NotAllowedError):
        close(actor=viewer)
    clerk = Actor(ActorKind.PERSON, "c", "Cy", (Grant(frozenset({"stock.manage"}), depot),))
    with pytest.raises(StockPlaceError):
        close(actor=clerk)
    with pytest.raises(StockPlaceError):
        reopen_place(actor=clerk, place_key=SHOP, now=NOW)
    assert not closings_unlike_the_places()
    assert hold((SHOP, TEA, 3)).is_granted


@pytest.mark.django_db(transaction=True)
def test_buyers_goods_and_a_closing_at_once_leave_no_hold_behind_it():
    receive(50)
    later = NOW + timedelta(milliseconds=5)

    def buy(number):
        hold((SHOP, TEA, 1), now=NOW + timedelta(milliseconds=number))

    works = [lambda n=n: buy(n) for n in range(8)]
    works += [lambda: close(now=later, start=later), lambda: receive(2, item=CUP)]
    at_once(lambda work: work(), works)
    assert not broken()
    assert not hold((SHOP, TEA, 1), now=NOW + timedelta(seconds=1)).is_granted
    assert not hold((SHOP, CUP, 1), now=NOW + timedelta(seconds=1)).is_granted
    assert HoldRow.objects.count() <= 8


@pytest.mark.django_db
def test_a_closing_told_again_keeps_its_beginning_and_takes_another_end():
    receive(3)
    close()
    later, end = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    close(start=NOW, end=end, now=later)
    (shown,) = list_closed_places(actor=SYSTEM, now=later)
    assert (shown.closing.starts_at, shown.closing.ends_at) == (NOW, end)
    assert not broken()
