"""Several workers and suppliers at one order, each on a connection of its own; one is killed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.builders.dropship import asked, breaches, buy, make_dropshop, state
from tests.builders.goods import NOW

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.sell.checkout.contracts import CancelReason, LiveState
from quanqu.sell.checkout.facade import cancel_order, get_live_order
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import Answer, DropshipState, ParcelTold
from quanqu.sell.dropship.models import Due, Order
from quanqu.sell.inventory.facade import find_level

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NOW + timedelta(hours=2)


def at_once(*works):
    """Run works on threads of their own; return what each gave or refused."""

    def run(work):
        try:
            return work()
        except QuanquError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


class KilledError(Exception):
    """A worker that goes away before it commits."""


def follow(order_id):
    return facade.follow_orders(order_ids=[order_id], now=NOW)


def test_workers_who_follow_an_order_at_once_make_one_order_to_the_supplier():
    shop, _ = make_dropshop()
    placed = buy(shop)
    Order.objects.all().delete()

    at_once(*[lambda: follow(placed.id) for _ in range(4)])

    assert Order.objects.count() == 1
    assert breaches() == []


def test_a_worker_that_is_killed_half_way_leaves_nothing_and_the_next_makes_the_order():
    shop, _ = make_dropshop()
    placed = buy(shop)
    Order.objects.all().delete()

    def killed():
        with transaction.atomic():
            follow(placed.id)
            raise KilledError

    with pytest.raises(KilledError):
        killed()
    assert Order.objects.count() == 0

    follow(placed.id)
    assert Order.objects.count() == 1


def test_answered_while_it_times_out_it_is_one_of_both():
    shop, _ = make_dropshop("north", "mill", "loom")
    placed = buy(shop)
    (one,) = asked(placed.id)

    at_once(
        lambda: facade.answer_order(actor=SYSTEM, order_id=one.row.id, answer=Answer(), now=LATE),
        lambda: facade.time_out_orders(now=LATE),
    )
    follow(placed.id)

    first, *rest = asked(placed.id)
    assert first.row.state in {DropshipState.ACCEPTED, DropshipState.TIMED_OUT}
    assert len(rest) == (first.row.state is DropshipState.TIMED_OUT)
    assert breaches() == []


def test_shipped_twice_at_once_goods_leave_once_and_are_due_once():
    shop, (mill,) = make_dropshop()
    placed = buy(shop, ("tea", 2))
    (one,) = asked(placed.id)
    parcels = [ParcelTold("SF", "1"), ParcelTold("SF", "1"), ParcelTold("SF", "2")]

    at_once(*[
        lambda parcel=parcel: facade.ship_parcel(
            actor=SYSTEM, order_id=one.row.id, parcel=parcel, now=NOW
        )
        for parcel in parcels
    ])  # fmt: skip

    assert Due.objects.count() == 1
    item = shop.items["tea"].key
    there = find_level(actor=SYSTEM, place_key=mill.place.key, variant_key=item)
    assert there.on_hand == 8
    assert breaches() == []


def test_shipped_while_it_is_cancelled_goods_are_gone_or_free():
    shop, _ = make_dropshop()
    placed = buy(shop)
    (one,) = asked(placed.id)
    parcel = ParcelTold("SF", "1")

    at_once(
        lambda: facade.ship_parcel(actor=SYSTEM, order_id=one.row.id, parcel=parcel, now=NOW),
        lambda: cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW),
    )
    follow(placed.id)

    stands = get_live_order(actor=SYSTEM, order_id=placed.id).order.state
    wanted = {
        LiveState.SHIPPED: DropshipState.SHIPPED,
        LiveState.CANCELLED: DropshipState.CANCELLED,
    }
    assert asked(placed.id)[0].row.state is wanted[stands]
    assert Due.objects.count() == (stands is LiveState.SHIPPED)
    assert breaches() == []


def test_stated_while_it_is_sold_no_unit_is_promised_twice():
    shop, (mill,) = make_dropshop()
    item = shop.items["tea"].key

    at_once(
        *[lambda: buy(shop, ("tea", 2)) for _ in range(3)],
        lambda: state(shop, mill, at=NOW + timedelta(seconds=1), tea=4),
    )

    there = find_level(actor=SYSTEM, place_key=mill.place.key, variant_key=item)
    assert there.on_hand == 4
    assert there.held + there.allocated <= 4
