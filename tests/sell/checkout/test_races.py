"""Many buyers and many callers at once, each on a connection of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.builders.checkout import NOW, breaches, draft, later, make_open_shop, order
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveState,
    NotEnoughError,
    OrderStepError,
    Step,
)
from quanqu.sell.checkout.facade import (
    cancel_order,
    end_window,
    move_order,
    place_order,
    record_live_orders,
    settle_payment,
)
from quanqu.sell.checkout.models import Order, StepTaken
from quanqu.sell.inventory.facade import expire_holds
from quanqu.sell.payments import registry
from quanqu.sell.payments.models import Payment

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 12


def at_once(work, arguments):
    """Run the work for each argument on threads that close their connections."""

    def run(argument):
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(BUYERS) as pool:
        return list(pool.map(run, arguments))


@pytest.fixture(autouse=True)
def slow_tender(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)


def test_of_thirty_units_thirty_are_sold_to_sixty_buyers():
    shop = make_open_shop(units=30)

    def buy(_):
        try:
            return order(shop).state
        except NotEnoughError:
            return None

    states = at_once(buy, range(60))

    assert states.count(LiveState.CONFIRMED) == 30
    assert Order.objects.count() == Payment.objects.count() == 30
    assert not breaches()


def test_one_order_sent_by_many_is_one_order_and_one_payment():
    shop = make_open_shop(units=30)
    once = draft(shop, ("tea", 2))

    keys = at_once(lambda _: place_order(actor=SYSTEM, draft=once, now=NOW).key, range(BUYERS))

    assert len(set(keys)) == 1
    assert Payment.objects.count() == 1
    assert not breaches()


def test_a_wrong_order_among_many_does_not_touch_the_others():
    shop = make_open_shop(units=60)

    def buy(number):
        try:
            return order(shop, token="declined" if number % 4 == 0 else "").state
        except Exception as error:  # noqa: BLE001 - told below
            return type(error).__name__

    told = at_once(buy, range(40))

    assert told.count("PaymentRefusedError") == 10
    assert told.count(LiveState.CONFIRMED) == 30
    assert not breaches()


def test_money_races_the_end_of_its_window():
    shop = make_open_shop(units=40)
    placed = [order(shop, tender=SLOW.code) for _ in range(8)]
    expire_holds(now=later(901))
    gate = threading.Barrier(2, timeout=60)

    def end(_):
        gate.wait()
        for one in placed:
            end_window(order_id=one.id, now=later(902))

    def pay(_):
        gate.wait()
        for one in placed:
            answer(one, now=later(902))
            settle_payment(reference=encode("ord", one.id), now=later(902))
            settle_payment(reference=encode("ord", one.id), now=later(903))

    at_once(lambda work: work(None), [end, pay])

    assert set(Order.objects.values_list("state", flat=True)) <= {"confirmed", "cancelled"}
    assert not breaches()  # confirmed and paid, or cancelled and the money back


def test_a_cancellation_races_the_shipment():
    shop = make_open_shop(units=40)
    placed = [order(shop) for _ in range(8)]
    for one in placed:
        move_order(actor=SYSTEM, order_id=one.id, step=Step.PICK, now=NOW)
    gate = threading.Barrier(2, timeout=60)

    def act(work):
        gate.wait()
        done = 0
        for one in placed:
            try:
                work(one)
                done += 1
            except OrderStepError:
                pass
        return done

    def cancel(one):
        cancel_order(actor=SYSTEM, order_id=one.id, reason=CancelReason.BUYER, now=NOW)

    def ship(one):
        move_order(actor=SYSTEM, order_id=one.id, step=Step.SHIP, now=NOW)

    assert sum(at_once(act, [cancel, ship])) == 8
    assert StepTaken.objects.filter(step__in=["cancel", "ship"]).count() == 8
    assert not breaches()


def test_recording_races_itself_and_the_orders():
    shop = make_open_shop(units=40)
    placed = [order(shop) for _ in range(6)]

    def work(number):
        if number % 2:
            return record_live_orders(now=NOW + timedelta(seconds=number))
        one = placed[number // 2]
        move_order(actor=SYSTEM, order_id=one.id, step=Step.PICK, now=NOW)
        return 0

    at_once(work, range(12))
    deliver_events(now=later(60))
    record_live_orders(now=later(61))

    assert not breaches()
    assert not Order.objects.exclude(recorded_version=2).exists()
