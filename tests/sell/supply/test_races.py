"""Two people at once with the same order, each on a connection of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.builders import stock
from tests.builders.supply import NOW, breaches, draft, make_order, make_world, order, receive

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import RefusedError
from quanqu.sell.supply import facade
from quanqu.sell.supply.contracts import PurchaseState

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run each work on a thread with a connection of its own, from one starting line."""
    line = threading.Barrier(len(works))

    def run(work):
        try:
            line.wait()
            return work()
        except RefusedError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def refused(told):
    return [one for one in told if isinstance(one, RefusedError)]


def test_of_two_deliveries_that_are_too_much_together_one_is_taken():
    world = make_world()
    for _ in range(5):
        order_id = make_order(world, (world.tea, 10))

        told = at_once(
            lambda: receive(order_id, "a", (1, 6)),  # noqa: B023 - run before the loop goes on
            lambda: receive(order_id, "b", (1, 6)),  # noqa: B023
        )

        assert len(refused(told)) == 1
        assert order(order_id).order.received == 6
    assert world.level(world.tea)["on_hand"] == 30
    assert breaches() == stock.breaches() == []


def test_the_same_delivery_from_many_hands_is_taken_once():
    world = make_world()
    order_id = make_order(world)

    told = at_once(*[lambda: receive(order_id, "DN", (1, 7, 1), (2, 3))] * 6)

    assert not refused(told)
    assert len({one.id for one in told}) == 1
    assert world.level(world.tea)["on_hand"] == 7
    assert world.level(world.tea)["incoming"] == 22
    assert breaches() == stock.breaches() == []


def test_a_delivery_beside_a_cancellation_happens_or_is_refused():
    world = make_world()
    expected = 0
    for _ in range(8):
        order_id = make_order(world, (world.tea, 10))

        told = at_once(
            lambda: receive(order_id, "a", (1, 4)),  # noqa: B023
            lambda: facade.cancel_order(
                actor=SYSTEM,
                order_id=order_id,  # noqa: B023
                reason="no more",
                now=NOW,
            ),
        )

        assert len(refused(told)) == 1
        state = order(order_id).order.state
        if state is PurchaseState.CANCELLED:
            assert order(order_id).order.received == 0
        else:
            assert state is PurchaseState.PARTLY_RECEIVED
            expected += 4
            facade.close_order(actor=SYSTEM, order_id=order_id, now=NOW)
    assert world.level(world.tea)["on_hand"] == expected
    assert world.level(world.tea)["incoming"] == 0
    assert breaches() == stock.breaches() == []


def test_sending_twice_at_once_and_shrinking_beside_a_delivery_keep_incoming_right():
    world = make_world()
    order_id = make_order(world, (world.tea, 30), (world.cup, 10), until="approved")
    at_once(*[lambda: facade.send_order(actor=SYSTEM, order_id=order_id, now=NOW)] * 4)
    assert world.level(world.tea)["incoming"] == 30

    told = at_once(
        lambda: receive(order_id, "a", (1, 20), (2, 10)),
        lambda: facade.change_order(
            actor=SYSTEM,
            order_id=order_id,
            draft=draft((world.tea, 15), (world.cup, 10)),
            now=NOW,
        ),
    )

    assert len(refused(told)) == 1
    assert breaches() == stock.breaches() == []


def test_orders_of_several_items_to_one_place_never_block_each_other():
    world = make_world()
    ids = [
        make_order(world, *pairs)
        for pairs in [((world.tea, 5), (world.cup, 5)), ((world.cup, 5), (world.tea, 5))] * 4
    ]

    told = at_once(*[lambda one=one: receive(one, "a", (1, 5), (2, 5)) for one in ids])

    assert not refused(told)
    assert world.level(world.cup)["on_hand"] == 40
    assert breaches() == stock.breaches() == []


def test_two_orders_made_at_once_have_numbers_of_their_own():
    world = make_world()

    ids = at_once(*[lambda: make_order(world, until="draft")] * 6)

    assert sorted(order(one).order.number for one in ids) == [
        f"PO-{number:06d}" for number in range(1, 7)
    ]
