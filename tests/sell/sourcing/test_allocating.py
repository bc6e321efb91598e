"""An order is decided and held in one act, once, and moves with its hold."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.builders.sourcing import HERE, MIDDLE, NOW, Chain, body, shipped
from tests.builders.stock import CUP, TEA, breaches, hold, level

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.geo import Point, great_circle_km
from quanqu.sell.inventory.contracts import HoldSettledError, HoldState
from quanqu.sell.inventory.facade import consume_hold, get_hold
from quanqu.sell.sourcing.contracts import (
    DecisionNotFoundError,
    NothingToMoveError,
    OrderLine,
    QuestionError,
    Reason,
    RequestReusedError,
    SourcingContestedError,
    Unfillable,
)
from quanqu.sell.sourcing.facade import get_decision
from quanqu.sell.sourcing.models import Load, Request
from quanqu.sell.sourcing.rules.choosing import choose

pytestmark = pytest.mark.django_db


def held(place, item=TEA):
    return level(place=place, item=item)["allocated"]


def test_the_nearest_place_that_has_everything_ships_and_holds_it():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 5), depot=(50, 50))

    decision = chain.allocate(chain.order(2, 1))

    assert shipped(decision) == {chain.middle: {TEA: 2, CUP: 1}}
    assert (held(chain.middle), held(chain.middle, CUP), held(chain.near)) == (2, 1, 0)
    (parcel,) = decision.parcels
    assert get_hold(actor=SYSTEM, request_id=parcel.hold_id).state is HoldState.ALLOCATED
    assert parcel.km == int(great_circle_km(HERE, Point(*MIDDLE)))
    assert parcel.arrives_at == NOW + timedelta(hours=24 + 48)
    assert decision.is_filled
    assert decision.score == decision.bound
    assert not breaches()


def test_two_parcels_have_a_hold_each():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(0, 5))

    decision = chain.allocate(chain.order(2, 1), expires_at=NOW + timedelta(minutes=9))

    assert shipped(decision) == {chain.near: {TEA: 2}, chain.middle: {CUP: 1}}
    states = {get_hold(actor=SYSTEM, request_id=one.hold_id).state for one in decision.parcels}
    assert states == {HoldState.HELD}
    assert len({one.hold_id for one in decision.parcels}) == 2


def test_the_same_request_gives_the_same_decision_and_hold():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    request = uuid4()

    first = chain.allocate(request_id=request)
    hold((chain.near, TEA, 4))
    second = chain.allocate(request_id=request)

    assert first == second
    assert held(chain.near) == 1
    with pytest.raises(RequestReusedError):
        chain.allocate(chain.order(2), request_id=request)
    with pytest.raises(RequestReusedError):
        chain.allocate(request_id=request, owner="another")


def test_what_others_took_meanwhile_is_not_asked_again(monkeypatch):
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    rivals = iter([(chain.near, TEA, 5)])

    def slow(*arguments):
        found = choose(*arguments)
        for at in rivals:
            hold(at)
        return found

    monkeypatch.setattr("quanqu.sell.sourcing.actions.deciding.choose", slow)
    decision = chain.allocate()

    assert shipped(decision) == {chain.middle: {TEA: 1}}
    assert decision.tries == 2
    assert not breaches()


def test_who_always_comes_too_late_is_told_and_nothing_is_kept(monkeypatch):
    chain = Chain()
    chain.stock(near=(5, 0))
    module = "quanqu.sell.sourcing.actions.deciding.change_loads"
    monkeypatch.setattr(module, lambda **_: [0])

    with pytest.raises(SourcingContestedError):
        chain.allocate()

    assert held(chain.near) == 0
    assert not Request.objects.exists()


def test_an_order_that_cannot_be_shipped_waits_for_a_person_and_holds_nothing():
    chain = Chain()
    chain.stock(near=(1, 0))

    decision = chain.allocate(chain.order(1, 1))

    assert decision.parcels == ()
    assert decision.unfillable is Unfillable.HOLD
    assert {line.variant_key for line in decision.unfilled} == {TEA, CUP}
    assert held(chain.near) == 0


def test_lines_that_cannot_be_shipped_are_left_behind_where_the_profile_says_so():
    chain = Chain()
    chain.stock(near=(1, 0), depot=(0, 1))
    chain.profile(body(unfillable="backorder", most_parcels=1))

    decision = chain.allocate(chain.order(1, 1))

    assert shipped(decision) == {chain.depot: {CUP: 1}} or shipped(decision) == {
        chain.near: {TEA: 1}
    }
    assert decision.unfillable is Unfillable.BACKORDER
    assert len(decision.unfilled) == 1
    assert not decision.is_filled


def test_a_place_gets_no_more_parcels_than_it_can_pack():
    chain = Chain()
    chain.stock(near=(50, 0), middle=(50, 0))
    chain.offer(chain.near, daily_parcels=2)

    decisions = [chain.allocate() for _ in range(3)]

    assert [list(shipped(one)) for one in decisions] == [[chain.near], [chain.near], [chain.middle]]
    assert dict(Load.objects.values_list("place_key", "parcels")) == {
        chain.near: 2,
        chain.middle: 1,
    }
    told = get_decision(actor=SYSTEM, request_id=decisions[2].request_id)
    reasons = {one.place_key: one.reason for one in told.rejections}
    assert reasons[chain.near] is Reason.NO_CAPACITY
    assert reasons[chain.depot] is Reason.NO_STOCK


def test_a_short_pick_moves_with_its_hold_and_load():
    chain = Chain()
    chain.stock(near=(5, 5), middle=(5, 0), depot=(5, 5))
    order = chain.order(2, 1)
    first = chain.allocate(order)
    assert shipped(first) == {chain.near: {TEA: 2, CUP: 1}}

    moved = chain.move(first, (chain.near, TEA), question=order)

    assert shipped(moved) == {chain.near: {CUP: 1}, chain.middle: {TEA: 2}}
    assert (held(chain.near), held(chain.near, CUP), held(chain.middle)) == (0, 1, 2)
    assert (moved.revision, moved.cause) == (1, "short_pick")
    assert dict(Load.objects.values_list("place_key", "parcels")) == {
        chain.near: 1,
        chain.middle: 1,
    }
    assert not breaches()


def test_a_place_that_refuses_is_not_asked_again_and_gets_its_capacity_back():
    chain = Chain()
    chain.stock(near=(5, 5), depot=(5, 5))
    order = chain.order(2, 1)
    first = chain.allocate(order)

    moved = chain.move(
        first, (chain.near, TEA), (chain.near, CUP), question=order, closed=[chain.near]
    )

    assert shipped(moved) == {chain.depot: {TEA: 2, CUP: 1}}
    assert dict(Load.objects.values_list("place_key", "parcels")) == {chain.near: 0, chain.depot: 1}
    assert not breaches()


def test_the_same_move_again_changes_nothing():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    first, again = chain.allocate(), uuid4()

    once = chain.move(first, (chain.near, TEA), move_id=again)
    twice = chain.move(first, (chain.near, TEA), move_id=again)

    assert once == twice
    assert (held(chain.near), held(chain.middle)) == (0, 1)


def test_where_nobody_else_has_it_the_hold_stays_until_a_person_decides():
    chain = Chain()
    chain.stock(near=(5, 0))
    first = chain.allocate()

    moved = chain.move(first, (chain.near, TEA))

    assert shipped(moved) == shipped(first)
    assert held(chain.near) == 1
    assert moved.unfillable is Unfillable.HOLD
    assert [line.variant_key for line in moved.unfilled] == [TEA]


def test_what_is_not_there_or_has_left_does_not_move():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    first = chain.allocate()

    with pytest.raises(NothingToMoveError):
        chain.move(first, (chain.depot, TEA))
    consume_hold(actor=SYSTEM, request_id=first.parcels[0].hold_id, now=NOW)
    with pytest.raises(HoldSettledError):
        chain.move(first, (chain.near, TEA))
    assert held(chain.middle) == 0


def test_a_decision_nobody_made_is_not_moved():
    chain = Chain()
    chain.stock(near=(5, 0))
    first = chain.allocate()
    Request.objects.all().delete()

    with pytest.raises(DecisionNotFoundError):
        chain.move(first, (chain.near, TEA))


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (OrderLine(TEA, 0),),
        (OrderLine(TEA, -1),),
        (OrderLine(TEA, 10**10),),
        (OrderLine(TEA, 1, value_minor=-1),),
        tuple(OrderLine(item, 1) for item in range(1, 62)),
    ],
)
def test_what_is_no_order_is_refused(lines):
    chain = Chain()

    with pytest.raises(QuestionError):
        chain.allocate(chain.order(lines=lines))

    assert not Request.objects.exists()


def test_lines_of_one_item_are_asked_as_one():
    chain = Chain()
    chain.stock(near=(3, 0), middle=(4, 0))

    decision = chain.allocate(chain.order(lines=(OrderLine(TEA, 2), OrderLine(TEA, 2))))

    assert shipped(decision) == {chain.middle: {TEA: 4}}


def test_only_places_within_the_actors_right_over_stock_are_asked():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0))
    right = frozenset({"stock.view", "stock.manage"})
    clerk = Actor(
        ActorKind.PERSON, "per_1", "Clerk", (Grant(right, Scope(places=frozenset({chain.middle}))),)
    )

    decision = chain.allocate(actor=clerk)

    assert shipped(decision) == {chain.middle: {TEA: 1}}
    with pytest.raises(NotAllowedError):
        chain.allocate(actor=Actor(ActorKind.PERSON, "per_2", "Nobody"))
