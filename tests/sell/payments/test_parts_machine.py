"""Parts of a promise, faults, late notices and a desk: what the room says is what Stripe took."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
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
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for, breaches, give_up, take
from tests.builders.stripe_peer import StripePeer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    AccountDraft,
    CaptureMode,
    NoticeEarlyError,
    PaymentStateError,
)
from quanqu.sell.payments.facade import (
    get_payment,
    list_entries,
    save_account,
    start_payment,
    take_notice,
)

AMOUNTS = st.integers(1, 60)


class Parcels(RuleBasedStateMachine):
    """One promise of 100; calls are lost before or after they are done, notices come any time."""

    desk = None
    number = 0

    def next_id(self):
        Parcels.number += 1
        return UUID(int=Parcels.number)

    @initialize(token=st.sampled_from(["pm_parts", "pm_parts", "pm_ok"]))
    def promise(self, token):
        self.peer, self.shop, self.account = Parcels.desk
        self.now, self.notices, self.asked = NOW, [], {}
        self.payment = start_payment(
            actor=SYSTEM, now=NOW,
            request=ask_for(
                self.shop, 100, id=self.next_id(), tender="card", token=token,
                capture=CaptureMode.LATER,
            ),
        ).id  # fmt: skip

    @rule(amount=AMOUNTS, last=st.booleans(), fault=st.sampled_from(["", "", "after", "before"]))
    def capture(self, amount, last, fault):
        request, before = self.next_id(), self.taken()
        if fault:
            self.peer.fail_next(fault)
        try:
            take(self.payment, amount, request=request, now=self.now, is_last=last)
        except PaymentStateError:
            assert self.taken() == before
        else:
            self.asked[request] = (amount, last)
        self.peer.forget_faults()

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def ask_again(self, data):
        request = data.draw(st.sampled_from(sorted(self.asked)))
        amount, last = self.asked[request]
        take(self.payment, amount, request=request, now=self.now, is_last=last)

    @rule(fault=st.sampled_from(["", "after"]))
    def void(self, fault):
        if fault:
            self.peer.fail_next(fault)
        with suppress(PaymentStateError):
            give_up(self.payment, request=self.next_id())
        self.peer.forget_faults()

    @rule(amount=AMOUNTS, final=st.booleans())
    def take_at_the_desk(self, amount, final):
        self.peer.try_outside(self.payment, amount, is_final=final)

    @rule(kind=st.sampled_from(["charge", "intent"]))
    def write_a_notice(self, kind):
        tell = self.peer.charge_notice if kind == "charge" else self.peer.intent_notice
        event = f"evt_{self.payment.int}_{len(self.notices)}"
        self.notices.append(tell(self.payment, self.now, event=event))

    @precondition(lambda self: self.notices)
    @rule(data=st.data())
    def deliver(self, data):
        self.tell(self.notices[data.draw(st.integers(0, len(self.notices) - 1))])

    def tell(self, notice):
        with suppress(NoticeEarlyError):
            take_notice(account_id=self.account, headers=notice[0], body=notice[1], now=NOW)

    @rule()
    def wait(self):
        self.now += timedelta(minutes=11)
        ask_due(self.now)

    def taken(self):
        return self.peer.sum_captured(self.payment)

    @invariant()
    def nothing_is_counted_twice(self):
        found = get_payment(actor=SYSTEM, payment_id=self.payment)
        entries = list_entries(actor=SYSTEM, payment_id=self.payment)
        captures = [one.amount_minor for one in entries if one.kind == "capture"]
        assert found.captured_minor == sum(captures) <= self.taken()

    def teardown(self):
        for _ in range(4):
            self.wait()
        self.tell(
            self.peer.intent_notice(self.payment, NOW, event=f"evt_{self.payment.int}_end")
        )  # fmt: skip
        found = get_payment(actor=SYSTEM, payment_id=self.payment)
        intent = self.peer.intents[found.provider_ref]
        assert found.captured_minor == self.taken()
        assert (found.capturing_minor, found.voiding_minor) == (0, 0)
        assert found.capturable_minor == intent["amount_capturable"]


@pytest.mark.django_db(transaction=True)
def test_parts_are_what_stripe_took():
    peer = StripePeer()
    company = make_company()
    given, secrets = peer.account
    draft = AccountDraft(company.key, "main", "stripe", given, secrets, is_test=True)
    account = save_account(actor=SYSTEM, draft=draft, now=NOW)
    Parcels.desk = (peer, make_place(company=company), encode("pac", account.id))
    try:
        run_state_machine_as_test(
            Parcels,
            settings=settings(
                max_examples=10,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
        assert not breaches()
    finally:
        peer.stop()
