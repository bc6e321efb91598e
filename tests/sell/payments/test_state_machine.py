"""Whatever is asked of payments in whatever order, they are what a plain model of them says."""

from functools import partial
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
from tests.builders.payments import breaches, give_back, give_up, make_shop, pay, take

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.payments.contracts import CaptureMode, PaymentStateError, TenderCannotError
from quanqu.sell.payments.facade import get_payment, list_entries

AMOUNTS = st.integers(1, 120)
SUMS = {"authorisation": "promised", "capture": "taken", "void": "up", "refund": "back"}


class Till(RuleBasedStateMachine):
    """The room, and beside it numbers in dictionaries."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.asked, self.model, self.done = 0, {}, {}

    def teardown(self):
        assert not breaches()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.shop = make_shop()

    def next_id(self):
        self.asked += 1
        return UUID(int=self.asked)

    @rule(
        amount=AMOUNTS,
        tender=st.sampled_from(["test", "cash", "invoice"]),
        later=st.booleans(),
        declines=st.booleans(),
    )
    def start(self, amount, tender, later, declines):
        waits = tender == "invoice" or (tender == "test" and later)
        fails = tender == "test" and declines
        mode = CaptureMode.LATER if waits and tender == "test" else CaptureMode.AT_ONCE
        payment = self.next_id()
        for _ in range(2):
            pay(
                self.shop, amount, id=payment, tender=tender, capture=mode,
                token="declined" if fails else "",
            )  # fmt: skip
        promised = 0 if fails else amount
        self.model[payment] = {
            "tender": tender,
            "promised": promised,
            "taken": 0 if waits else promised,
            "up": 0,
            "back": 0,
        }

    def chosen(self, data):
        payment = data.draw(st.sampled_from(sorted(self.model)))
        return payment, self.model[payment]

    @precondition(lambda self: self.model)
    @rule(data=st.data(), amount=st.none() | AMOUNTS, last=st.booleans())
    def capture(self, data, amount, last):
        payment, one = self.chosen(data)
        left = one["promised"] - one["taken"] - one["up"]
        wanted, ok = left if amount is None else amount, amount is None or amount <= left
        work = partial(take, is_last=last)
        self.act(work, payment, amount, ok=ok and left > 0, column="taken", change=wanted)
        if last and ok:
            one["up"] += left - wanted

    @precondition(lambda self: self.model)
    @rule(data=st.data(), amount=st.none() | AMOUNTS)
    def refund(self, data, amount):
        payment, one = self.chosen(data)
        left = one["taken"] - one["back"]
        wanted = left if amount is None else amount
        self.act(give_back, payment, amount, ok=0 < wanted <= left, column="back", change=wanted)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def void(self, data):
        payment, one = self.chosen(data)
        if one["tender"] == "cash":
            with pytest.raises(TenderCannotError):
                give_up(payment)
            return
        left = one["promised"] - one["taken"] - one["up"]
        self.act(
            lambda payment, _, request: give_up(payment, request=request),
            payment, None, ok=left > 0, column="up", change=left,
        )  # fmt: skip

    def act(self, work, payment, amount, *, ok, column, change):
        request = self.next_id()
        if not ok:
            with pytest.raises(PaymentStateError):
                work(payment, amount, request=request)
            return
        work(payment, amount, request=request)
        self.model[payment][column] += change
        self.done[request] = (work, payment, amount)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def repeat(self, data):
        request = data.draw(st.sampled_from(sorted(self.done)))
        work, payment, amount = self.done[request]
        work(payment, amount, request=request)

    @invariant()
    def it_is_what_the_model_says(self):
        for payment, one in self.model.items():
            found = get_payment(actor=SYSTEM, payment_id=payment)
            figures = dict.fromkeys(SUMS.values(), 0)
            for entry in list_entries(actor=SYSTEM, payment_id=payment):
                if entry.kind in SUMS:
                    figures[SUMS[entry.kind]] += entry.amount_minor
            assert figures == {name: one[name] for name in SUMS.values()}
            assert found.captured_minor == one["taken"]
            assert found.refundable_minor == one["taken"] - one["back"]


@pytest.mark.django_db
def test_payments_are_what_happened():
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
