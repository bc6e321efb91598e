"""Many orders at once, each on a connection of its own: goods and capacity are given once."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from tests.builders.sourcing import Chain, body, shipped
from tests.builders.stock import TEA, breaches, level

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import HoldState
from quanqu.sell.inventory.facade import get_hold
from quanqu.sell.sourcing.contracts import NothingToMoveError
from quanqu.sell.sourcing.facade import get_decision
from quanqu.sell.sourcing.models import Decision, Load, Request, Version

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 8


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(BUYERS) as pool:
        return list(pool.map(run, arguments))


def allocated(chain):
    return {
        name: level(place=getattr(chain, name))["allocated"] for name in ("near", "middle", "depot")
    }


def test_goods_that_everybody_wants_are_given_once_and_then_the_next_place_ships():
    chain = Chain()
    chain.stock(near=(9, 0), middle=(7, 0), depot=(4, 0))

    decisions = at_once(lambda _: chain.allocate(), range(30))

    assert allocated(chain) == {"near": 9, "middle": 7, "depot": 4}
    assert sum(one.is_filled for one in decisions) == 20
    assert Request.objects.count() == 30
    assert not breaches()


def test_the_same_request_sent_many_times_at_once_is_decided_once():
    chain = Chain()
    chain.stock(near=(3, 0), middle=(50, 0))

    decisions = at_once(
        lambda number: chain.allocate(request_id=UUID(int=number // 4 + 1)), range(24)
    )

    assert Decision.objects.count() == 6
    assert sum(allocated(chain).values()) == 6
    for number in range(0, 24, 4):
        assert len({shipped_from(one) for one in decisions[number : number + 4]}) == 1
    assert not breaches()


def shipped_from(decision):
    return tuple((one.place_key, one.hold_id) for one in decision.parcels)


def test_capacity_is_given_once():
    chain = Chain()
    chain.stock(near=(50, 0), middle=(50, 0))
    chain.offer(chain.near, daily_parcels=5)
    chain.offer(chain.middle, daily_parcels=6)

    decisions = at_once(lambda _: chain.allocate(), range(16))

    loads = dict(Load.objects.values_list("place_key", "parcels"))
    assert loads == {chain.near: 5, chain.middle: 6}
    assert sum(one.is_filled for one in decisions) == 11
    assert allocated(chain) == {"near": 5, "middle": 6, "depot": 0}
    assert not breaches()


def test_moves_and_new_orders_that_cross_leave_every_order_with_its_goods():
    chain = Chain()
    chain.stock(near=(12, 0), middle=(12, 0), depot=(12, 0))
    first = [chain.allocate() for _ in range(12)]

    def work(number):
        if number % 2:
            return chain.allocate()
        decision = first[number // 2]
        (parcel,) = decision.parcels
        try:
            return chain.move(decision, (parcel.place_key, TEA))
        except NothingToMoveError:
            return decision

    at_once(work, range(24))

    assert sum(allocated(chain).values()) == 24
    for row in Request.objects.all():
        decision = get_decision(actor=SYSTEM, request_id=row.request_id)
        (parcel,) = decision.parcels
        hold = get_hold(actor=SYSTEM, request_id=parcel.hold_id)
        assert hold.state is HoldState.ALLOCATED
        assert [line.place_key for line in hold.lines] == [parcel.place_key]
    loads = dict(Load.objects.values_list("place_key", "parcels"))
    assert sum(loads.values()) == 24
    assert not breaches()


def test_the_same_move_sent_many_times_at_once_happens_once():
    chain = Chain()
    chain.stock(near=(5, 0), middle=(5, 0), depot=(5, 0))
    first, move_id = chain.allocate(), uuid4()

    moved = at_once(lambda _: chain.move(first, (chain.near, TEA), move_id=move_id), range(8))

    assert {one.revision for one in moved} == {1}
    assert {tuple(shipped(one)) for one in moved} == {(chain.middle,)}
    assert allocated(chain) == {"near": 0, "middle": 1, "depot": 0}


def test_versions_saved_at_once_get_numbers_of_their_own():
    chain = Chain()

    at_once(
        lambda number: chain.profile(body(most_parcels=number % 4 + 1), activate=False), range(8)
    )

    numbers = sorted(Version.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 4
