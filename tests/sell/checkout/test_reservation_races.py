"""Two tills, a till and the job that ends reservations, and buyers, each on its own connection."""

import threading
from uuid import uuid5

import pytest
from tests.builders.checkout import NOW, breaches, later, make_open_shop
from tests.sell.checkout.test_races import at_once
from tests.sell.checkout.test_reservations import buy, level, payments_of, reserve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.actions import buying
from quanqu.sell.checkout.contracts import (
    CancelReason,
    LiveState,
    NotEnoughError,
    OrderStepError,
    ReservationError,
)
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.inventory.facade import expire_holds

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3_600


def state_of(placed):
    return facade.get_live_order(actor=SYSTEM, order_id=placed.id).order.state


def race(*acts):
    """Do some acts at the same moment; return what each answered or was refused with."""
    gate = threading.Barrier(len(acts), timeout=60)

    def run(act):
        gate.wait()
        try:
            return act()
        except (ReservationError, OrderStepError) as error:
            return error

    return at_once(run, acts)


def test_two_tills_sell_a_reservation_once():
    shop = make_open_shop(units=8)
    for _ in range(4):
        placed = reserve(shop, ("tea", 2))
        told = race(
            lambda placed=placed: buy(placed, {1: 1}, ("cash",)),
            lambda placed=placed: buy(placed, {1: 2}, ("cash",)),
        )
        assert sorted(isinstance(one, ReservationError) for one in told) == [False, True]
        assert len(payments_of(placed)) == 1
    assert not breaches()


def test_one_purchase_that_is_sent_twice_is_one():
    shop = make_open_shop(units=8)
    placed = reserve(shop, ("tea", 2))
    name = uuid5(placed.id, "purchase")
    told = race(*[lambda: buy(placed, {1: 1}, ("cash",), purchase_id=name)] * 4)
    assert {one.state for one in told} == {LiveState.COMPLETED}
    assert len(payments_of(placed)) == 1
    assert level(shop) == (7, 7)
    assert not breaches()


def test_a_till_races_the_end_of_the_reservation():
    shop = make_open_shop(units=8)
    for number in range(4):
        placed = reserve(shop, ("tea", 2), pay_until=later(HOUR))
        units = 1 + number % 2

        def end(placed=placed):
            expire_holds(now=later(HOUR + 1))
            deliver_events(now=later(HOUR + 1))
            facade.end_window(order_id=placed.id, now=later(HOUR + 1))

        sold, _ = race(
            lambda placed=placed, units=units: buy(
                placed, {1: units}, ("cash",), now=later(HOUR - 1)
            ),
            end,
        )
        is_sold = not isinstance(sold, ReservationError)
        wanted = LiveState.COMPLETED if is_sold else LiveState.CANCELLED
        assert state_of(placed) is wanted
        assert len(payments_of(placed)) == is_sold
        assert not breaches()


def test_a_till_races_a_cancellation():
    shop = make_open_shop(units=8)
    for _ in range(3):
        placed = reserve(shop, ("tea", 2))
        told = race(
            lambda placed=placed: buy(placed, {1: 1}, ("cash",)),
            lambda placed=placed: facade.cancel_order(
                actor=SYSTEM, order_id=placed.id, reason=CancelReason.BUYER, now=NOW
            ),
        )
        assert sum(isinstance(one, Exception) for one in told) == 1
        assert not breaches()


def test_of_five_units_five_are_reserved_by_twelve():
    shop = make_open_shop(units=5)

    def ask(_):
        try:
            return reserve(shop).is_reservation
        except NotEnoughError:
            return False

    assert at_once(ask, range(12)).count(True) == 5
    assert level(shop) == (0, 5)
    assert not breaches()


@pytest.mark.parametrize("at", ["start_for", "consume_hold", "take_promised_money"])
def test_killed_half_way_nothing_happened(monkeypatch, at):
    shop = make_open_shop(units=5)
    placed = reserve(shop, ("tea", 3))
    code = contact_of(placed.key)["pickup_code"]

    def die(*_args, **_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(buying, at, die)
        with pytest.raises(KeyboardInterrupt):
            buy(placed, {1: 1}, ("cash",), code=code)
    assert state_of(placed) is LiveState.AWAITING_PAYMENT
    assert payments_of(placed) == []
    assert level(shop) == (2, 5)
    assert not breaches()
    assert buy(placed, {1: 1}, ("cash",), code=code).state is LiveState.COMPLETED
