"""Slots taken, given free, closed and resized in any order hold what their orders have."""

from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.builders.checkout import NOW, make_open_shop
from tests.builders.slots import make_slot

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.slots.contracts import SlotAsk, SlotError, SlotFullError, SlotKind
from quanqu.sell.slots.facade import (
    close_day,
    get_week,
    open_day,
    release_slot,
    reserve_slots,
    retake_slot,
)
from quanqu.sell.slots.queries import slots_unlike_their_orders

DAY = NOW.date()


class Slots(RuleBasedStateMachine):
    """A model of one slot on one day: its size, whether it is closed, who has it."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.shop = make_open_shop(1)
        self.slot = make_slot(self.shop, capacity=2, slot_id=UUID(int=7))
        self.room, self.rule_room, self.is_closed = 2, 2, False
        self.has: dict[UUID, bool] = {}

    @rule(number=st.integers(1, 6))
    def take(self, number):
        name = UUID(int=number)
        if name in self.has:
            return
        ask = SlotAsk(name, self.slot.id, DAY, SlotKind.DELIVERY, self.shop.store.key)
        try:
            reserve_slots(asks=[ask], now=NOW)
        except SlotFullError:
            assert not self.is_closed
            assert sum(self.has.values()) >= self.room
        except SlotError:
            assert self.is_closed
        else:
            assert not self.is_closed
            assert sum(self.has.values()) < self.room
            self.has[name] = True

    @rule(number=st.integers(1, 6))
    def give_free(self, number):
        release_slot(order_id=UUID(int=number), now=NOW)
        if UUID(int=number) in self.has:
            self.has[UUID(int=number)] = False

    @rule(number=st.integers(1, 6))
    def take_again(self, number):
        name = UUID(int=number)
        told = retake_slot(order_id=name, now=NOW)
        if name in self.has and not self.has[name]:
            assert told == (sum(self.has.values()) < self.room)
            self.has[name] = told
        else:
            assert told

    @rule(capacity=st.integers(1, 4))
    def resize(self, capacity):
        make_slot(self.shop, capacity=capacity, slot_id=self.slot.id)
        self.rule_room = capacity
        if not self.is_closed:
            self.room = max(capacity, sum(self.has.values()))

    @rule()
    def close(self):
        close_day(actor=SYSTEM, place_id=self.shop.store.id, day=DAY, now=NOW)
        self.is_closed, self.room = True, sum(self.has.values())

    @rule()
    def open(self):
        open_day(actor=SYSTEM, place_id=self.shop.store.id, day=DAY, now=NOW)
        self.is_closed = False
        self.room = max(self.rule_room, sum(self.has.values()))

    @invariant()
    def it_holds_what_its_orders_have(self):
        if not hasattr(self, "slot"):
            return
        (shown,) = get_week(actor=SYSTEM, place_id=self.shop.store.id, monday=DAY, now=NOW).fillings
        assert shown.reserved == sum(self.has.values())
        assert not slots_unlike_their_orders()


@pytest.mark.django_db
def test_slots_are_what_a_plain_model_says():
    run_state_machine_as_test(
        Slots,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
