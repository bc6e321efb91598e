"""Whatever happens to live orders, their goods and money are what a plain model says."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.builders.checkout import NOW, PRICE, breaches, make_open_shop, order
from tests.builders.slow_tender import SLOW, answer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveState,
    NotEnoughError,
    OrderStepError,
    ReservationError,
    ReservedPurchase,
    Step,
    TenderDraft,
)
from quanqu.sell.checkout.facade import (
    buy_reserved,
    cancel_order,
    get_live_order,
    move_order,
    record_live_orders,
)
from quanqu.sell.checkout.queries.orders import contact_of
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import expire_holds, list_levels
from quanqu.sell.payments import registry
from quanqu.sell.payments.facade import get_payments

UNITS = 12
WINDOW = timedelta(minutes=15)
TRYING = timedelta(minutes=40)
LEFT = frozenset({LiveState.SHIPPED, LiveState.DELIVERED, LiveState.COMPLETED})
MOVES = {
    Step.PICK: (LiveState.CONFIRMED, LiveState.PROCESSING),
    Step.SHIP: (LiveState.PROCESSING, LiveState.SHIPPED),
    Step.DELIVER: (LiveState.SHIPPED, LiveState.DELIVERED),
    Step.COMPLETE: (LiveState.DELIVERED, LiveState.COMPLETED),
}
CANCELLABLE = frozenset({LiveState.AWAITING_PAYMENT, LiveState.CONFIRMED, LiveState.PROCESSING})


class Orders(RuleBasedStateMachine):
    """The room, and beside it one dictionary an order."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.now, self.asked, self.orders = NOW, 0, []

    def teardown(self):
        record_live_orders(now=self.now)
        assert not breaches()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.shop = make_open_shop(units=UNITS)

    def free(self):
        claimed = [one for one in self.orders if one["state"] is not LiveState.CANCELLED]
        return UNITS - sum(one["units"] for one in claimed)

    @rule(units=st.integers(1, 6), is_slow=st.booleans())
    def place(self, units, is_slow):
        self.asked += 1
        asked = {
            "order_id": UUID(int=self.asked << 64 | 7 << 76 | 2 << 62),
            "tender": SLOW.code if is_slow else "test",
        }
        if units > self.free():
            with pytest.raises(NotEnoughError):
                order(self.shop, ("tea", units), now=self.now, **asked)
            return
        placed = order(self.shop, ("tea", units), now=self.now, **asked)
        self.orders.append(
            {
                "placed": placed,
                "units": units,
                "state": LiveState.AWAITING_PAYMENT if is_slow else LiveState.CONFIRMED,
                "is_paid": not is_slow,
                "until": self.now + WINDOW,
                "money": 0 if is_slow else units * PRICE,
                "is_late": False,
            }
        )

    @rule(units=st.integers(1, 6))
    def reserve(self, units):
        self.asked += 1
        asked = {
            "order_id": UUID(int=self.asked << 64 | 7 << 76 | 2 << 62),
            "tender": None,
            "is_reservation": True,
            "delivery": Delivery.PICKUP,
            "pickup_place_key": self.shop.store.key,
            "pay_until": self.now + TRYING,
        }
        if units > self.free():
            with pytest.raises(NotEnoughError):
                order(self.shop, ("tea", units), now=self.now, **asked)
            return
        self.orders.append(
            {
                "placed": order(self.shop, ("tea", units), now=self.now, **asked),
                "units": units,
                "state": LiveState.AWAITING_PAYMENT,
                "is_paid": True,
                "until": self.now + TRYING,
                "money": 0,
                "is_late": False,
                "is_tried": True,
            }
        )

    @precondition(lambda self: any("is_tried" in one for one in self.orders))
    @rule(data=st.data(), units=st.integers(0, 6))
    def try_and_buy(self, data, units):
        one = data.draw(st.sampled_from([one for one in self.orders if "is_tried" in one]))
        self.asked += 1
        purchase = ReservedPurchase(
            id=UUID(int=self.asked << 64 | 7 << 76 | 2 << 62),
            order_id=one["placed"].id,
            quantities={1: units},
            tenders=(TenderDraft("cash"),) if units else (),
            pickup_code=contact_of(one["placed"].key)["pickup_code"],
        )
        asked = {"actor": SYSTEM, "purchase": purchase, "now": self.now}
        if one["state"] is not LiveState.AWAITING_PAYMENT or units > one["units"]:
            with pytest.raises(ReservationError):
                buy_reserved(**asked)
            return
        found = buy_reserved(**asked)
        assert buy_reserved(**asked) == found
        if units:
            one.update(state=LiveState.COMPLETED, units=units, money=units * PRICE)
        else:
            one["state"] = LiveState.CANCELLED

    @precondition(lambda self: any(not one["is_paid"] for one in self.orders))
    @rule(data=st.data())
    def pay(self, data):
        one = data.draw(st.sampled_from([one for one in self.orders if not one["is_paid"]]))
        answer(one["placed"], now=self.now)
        deliver_events(now=self.now)
        one["is_paid"] = True
        is_there = one["state"] is LiveState.AWAITING_PAYMENT
        if one["state"] is LiveState.CANCELLED and one["is_late"]:
            is_there = self.free() >= one["units"]
        if is_there:
            one["state"], one["money"] = LiveState.CONFIRMED, one["units"] * PRICE

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), step=st.sampled_from(list(MOVES)))
    def move(self, data, step):
        one = data.draw(st.sampled_from(self.orders))
        before, after = MOVES[step]
        asked = {"actor": SYSTEM, "order_id": one["placed"].id, "step": step, "now": self.now}
        if one["state"] is before:
            assert move_order(**asked).state is after
            one["state"] = after
        elif one["state"] is not after:
            with pytest.raises(OrderStepError):
                move_order(**asked)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def cancel(self, data):
        one = data.draw(st.sampled_from(self.orders))
        asked = {
            "actor": SYSTEM,
            "order_id": one["placed"].id,
            "reason": CancelReason.BUYER,
            "now": self.now,
        }
        if one["state"] in CANCELLABLE:
            cancel_order(**asked)
            deliver_events(now=self.now)
            one["state"], one["money"] = LiveState.CANCELLED, 0
        elif one["state"] in LEFT:
            with pytest.raises(OrderStepError):
                cancel_order(**asked)

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        expire_holds(now=self.now)
        deliver_events(now=self.now)
        for one in self.orders:
            if one["state"] is LiveState.AWAITING_PAYMENT and one["until"] <= self.now:
                one["state"], one["is_late"] = LiveState.CANCELLED, True

    @rule()
    def record(self):
        record_live_orders(now=self.now)

    @invariant()
    def goods_and_money_are_the_models(self):
        if not self.asked:
            return
        keys = frozenset({self.shop.items["tea"].key})
        filters = LevelFilters(place_key=self.shop.store.key, variant_keys=keys)
        (level,) = list_levels(actor=SYSTEM, filters=filters).items
        gone = sum(one["units"] for one in self.orders if one["state"] in LEFT)
        assert (level.available, level.on_hand) == (self.free(), UNITS - gone)
        names = {encode("ord", one["placed"].id): one for one in self.orders}
        payments = get_payments(actor=SYSTEM, references=list(names))
        for name, one in names.items():
            found = get_live_order(actor=SYSTEM, order_id=one["placed"].id).order
            assert found.state is one["state"]
            kept = sum(
                each.captured_minor - each.refunded_minor - each.refunding_minor
                for each in payments[name]
            )
            assert kept == one["money"]
        assert not breaches()


@pytest.mark.slow
@pytest.mark.django_db
def test_live_orders_are_what_a_plain_model_says(monkeypatch):
    monkeypatch.setitem(registry._TENDERS, SLOW.code, SLOW)
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=12,
            stateful_step_count=18,
            suppress_health_check=list(HealthCheck),
        ),
    )
