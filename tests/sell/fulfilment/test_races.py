"""Several people at one list, one part and one parcel, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders.checkout import make_open_shop
from tests.builders.fulfilment import (
    breaches,
    label,
    make_carrier,
    pack,
    pick,
    price,
    sell,
)
from tests.builders.goods import NOW
from tests.builders.org import make_actor

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.checkout.contracts import CancelReason, LiveState
from quanqu.sell.checkout.facade import cancel_order, get_live_order
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.contracts import ParcelState, PickState
from quanqu.sell.fulfilment.models import Parcel, ParcelEvent, PickLine

pytestmark = pytest.mark.django_db(transaction=True)


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


@pytest.fixture
def shop():
    return make_open_shop()


def test_a_line_is_on_one_list_however_many_waves_are_made(shop):
    for _ in range(3):
        sell(shop, ("tea", 1))

    at_once(*[
        lambda: facade.make_pick_list(
            actor=SYSTEM, place_id=shop.store.id, now=NOW, most_parts=2
        )
        for _ in range(4)
    ])  # fmt: skip

    lines = PickLine.objects.exclude(state=PickState.DROPPED.value)
    assert lines.count() == 3
    assert len(set(lines.values_list("order_id", "line_no"))) == 3


def test_a_list_goes_to_one_of_those_who_claim_it_at_once(shop):
    sell(shop, ("tea", 1))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    people = [
        make_actor(f"P{at}", role=RoleCode.ASSOCIATE, unit_id=shop.store.id) for at in range(4)
    ]

    answers = at_once(*[
        lambda who=who: facade.claim_pick_list(
            actor=who, list_id=encode("pkl", made.id), now=NOW
        )
        for who in people
    ])  # fmt: skip

    assert sum(not isinstance(one, QuanquError) for one in answers) == 1


def test_two_scans_at_once_pick_two_units_and_no_third(shop):
    sell(shop, ("tea", 2))
    made = facade.make_pick_list(actor=SYSTEM, place_id=shop.store.id, now=NOW)
    name = encode("pkl", made.id)
    facade.claim_pick_list(actor=SYSTEM, list_id=name, now=NOW)

    answers = at_once(*[
        lambda: facade.scan_item(actor=SYSTEM, list_id=name, code="tea", now=NOW)
        for _ in range(3)
    ])  # fmt: skip

    assert sum(isinstance(one, QuanquError) for one in answers) == 1
    assert PickLine.objects.get().picked == 2


def test_packed_at_once_a_part_gives_no_unit_twice(shop):
    placed = sell(shop, ("tea", 3))
    pick(shop)

    answers = at_once(*[lambda: pack(placed, {1: 2}) for _ in range(4)])

    assert sum(not isinstance(one, QuanquError) for one in answers) == 1
    assert breaches() == []


def test_cancelled_while_it_is_handed_over_goods_are_free_or_gone(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)
    price(carrier)
    placed = sell(shop, ("tea", 1))
    pick(shop)
    label(pack(placed, {1: 1}), carrier)

    at_once(
        lambda: facade.hand_over_parcels(actor=SYSTEM, order_id=placed.id, part_no=1, now=NOW),
        lambda: cancel_order(actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW),
    )
    facade.follow_orders(order_ids=[placed.id], now=NOW)

    state = get_live_order(actor=SYSTEM, order_id=placed.id).order.state
    parcel = Parcel.objects.get()
    assert (state, parcel.state) in {
        (LiveState.SHIPPED, ParcelState.HANDED_OVER),
        (LiveState.CANCELLED, ParcelState.CANCELLED),
    }
    assert breaches() == []


def test_the_last_two_parcels_delivered_at_once_deliver_the_order(shop):
    carrier = encode("cac", make_carrier(shop.company.key).id)
    price(carrier)
    placed = sell(shop, ("tea", 2))
    pick(shop)
    parcels = [label(pack(placed, {1: 1}), carrier) for _ in range(2)]
    facade.hand_over_parcels(actor=SYSTEM, order_id=placed.id, part_no=1, now=NOW)

    at_once(*[
        lambda one=one: facade.note_parcel(
            actor=SYSTEM, parcel_id=encode("pcl", one.id), event_id="e",
            state=ParcelState.DELIVERED, now=NOW + timedelta(hours=1),
        )
        for one in parcels * 2
    ])  # fmt: skip

    assert get_live_order(actor=SYSTEM, order_id=placed.id).order.state is LiveState.DELIVERED
    assert ParcelEvent.objects.count() == 2
    assert breaches() == []
