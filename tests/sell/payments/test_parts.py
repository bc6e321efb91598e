"""One promise taken in several parts through Stripe, beside the official library, with faults."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
import stripe
from django.db import connection, transaction
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for, breaches
from tests.builders.settlement import differing, reconcile, stripe_file, take_in
from tests.builders.stripe_peer import KEY, StripePeer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    AccountDraft,
    CaptureMode,
    PaymentReusedError,
    PaymentState,
    PaymentStateError,
)
from quanqu.sell.payments.facade import (
    capture_payment,
    get_payment,
    learn_means,
    list_entries,
    list_operations,
    list_payment_lines,
    refresh_payment,
    refund_payment,
    save_account,
    start_payment,
    take_notice,
    void_payment,
)
from quanqu.sell.payments.models import Account

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=2)
PROMISED = ("authorisation", 10_000)


class Desk:
    """A shop that takes cards through Stripe, of which the first can be captured in parts."""

    def __init__(self, peer):
        self.peer = peer
        company = make_company()
        self.shop = make_place(company=company)
        settings, secrets = peer.account
        draft = AccountDraft(company.key, "main", "stripe", settings, secrets, is_test=True)
        self.account = save_account(actor=SYSTEM, draft=draft, now=NOW)

    def promised(self, token="pm_parts", **changes):  # noqa: S107 - a token for tests
        request = ask_for(
            self.shop, tender="card", token=token, **({"capture": CaptureMode.LATER} | changes)
        )
        return start_payment(actor=SYSTEM, request=request, now=NOW)

    def take(self, payment, amount=None, request=None, now=NOW, **changes):
        return capture_payment(
            actor=SYSTEM, payment_id=payment.id, request_id=request or uuid4(), now=now,
            amount_minor=amount, **changes,
        )  # fmt: skip

    def give_up(self, payment):
        return void_payment(actor=SYSTEM, payment_id=payment.id, request_id=uuid4(), now=NOW)

    def tell(self, notice):
        take_notice(
            account_id=encode("pac", self.account.id), headers=notice[0], body=notice[1], now=NOW
        )

    def now(self, payment):
        return get_payment(actor=SYSTEM, payment_id=payment.id)


@pytest.fixture
def desk():
    peer = StripePeer()
    yield Desk(peer)
    peer.stop()
    assert not breaches()


def ledger(payment):
    return [
        (one.kind.value, one.amount_minor)
        for one in list_entries(actor=SYSTEM, payment_id=payment.id)
    ]


def states(payment):
    found = list_operations(actor=SYSTEM, payment_id=payment.id)
    return sorted((one.amount_minor, one.state.value) for one in found if one.kind == "capture")


def captures(desk):
    return [one for one in desk.peer.calls if one.path.endswith("/capture")]


def read(call):
    """Return the fields of a call, lists of one without their index."""
    fields = {name: value[0] for name, value in parse_qs(call.body.decode()).items()}
    return {name.replace("[0]", "[]"): value for name, value in fields.items()}


def test_money_is_taken_as_parcels_leave_and_the_last_part_ends_it(desk):
    payment = desk.promised()
    assert payment.can_capture_again

    first = desk.take(payment, 3_000)
    assert (first.captured_minor, first.capturable_minor) == (3_000, 7_000)
    desk.take(payment, 2_500)
    done = desk.take(payment)

    assert (done.state, done.captured_minor, done.voided_minor) == (
        PaymentState.CAPTURED,
        10_000,
        0,
    )
    assert ledger(payment) == [
        PROMISED, ("capture", 3_000), ("capture", 2_500), ("capture", 4_500),
    ]  # fmt: skip
    assert [b"final_capture=false" in one.body for one in captures(desk)] == [True, True, False]
    assert desk.peer.intents[done.provider_ref]["status"] == "succeeded"
    with pytest.raises(PaymentStateError):
        desk.take(payment, 1)
    back = refund_payment(actor=SYSTEM, payment_id=payment.id, request_id=uuid4(), now=NOW)
    assert desk.peer.sum_refunded(payment.id) == back.refunded_minor == 10_000


def test_the_official_client_makes_the_calls_that_we_make_of_parts(desk):
    payment = desk.promised()
    for amount in (3_000, 2_000):
        desk.take(payment, amount)
    desk.give_up(payment)
    mine = list(map(read, captures(desk)))
    desk.peer.calls.clear()

    client = stripe.StripeClient(KEY, base_addresses={"api": desk.peer.url}, max_network_retries=0)
    intent = client.v1.payment_intents.create({
        "amount": 10_000, "currency": "cny", "capture_method": "manual", "confirm": True,
        "payment_method": "pm_parts", "metadata": {"payment_id": str(uuid4())},
        "payment_method_options": {"card": {"request_multicapture": "if_available"}},
        "expand": ["latest_charge"],
    })  # fmt: skip
    card = intent.latest_charge.payment_method_details.card
    assert (card.multicapture.status, card.wallet) == ("available", None)
    for form in (
        {"amount_to_capture": 3_000, "final_capture": False},
        {"amount_to_capture": 2_000, "final_capture": False},
        {"amount_to_capture": 0, "final_capture": True},
    ):
        found = client.v1.payment_intents.capture(intent.id, {**form, "expand": ["latest_charge"]})
    assert (found.status, found.amount_received) == ("succeeded", 5_000)
    assert found.latest_charge.amount_captured == 5_000

    theirs = list(map(read, captures(desk)))
    assert mine == theirs


def test_the_same_part_asked_for_again_is_taken_once(desk):
    payment, request = desk.promised(), uuid4()

    for _ in range(3):
        desk.take(payment, 3_000, request)
    with pytest.raises(PaymentReusedError):
        desk.take(payment, 3_001, request)
    with pytest.raises(PaymentReusedError):
        desk.take(payment, 3_000, request, is_last=True)

    assert ledger(payment) == [PROMISED, ("capture", 3_000)]
    assert desk.peer.sum_captured(payment.id) == 3_000


@pytest.mark.parametrize("way", ["void", "last"])
def test_what_no_parcel_needs_is_given_up(desk, way):
    payment = desk.promised()
    desk.take(payment, 3_000)

    if way == "void":
        desk.give_up(payment)
        taken = [("capture", 3_000), ("void", 7_000)]
    else:
        desk.take(payment, 2_000, is_last=True)
        taken = [("capture", 3_000), ("capture", 2_000), ("void", 5_000)]

    assert ledger(payment) == [PROMISED, *taken]
    assert desk.peer.intents[desk.now(payment).provider_ref]["status"] == "succeeded"
    assert desk.now(payment).capturable_minor == 0


def test_a_card_that_is_captured_once_gives_the_rest_back(desk):
    payment = desk.promised(token="pm_ok")
    assert not payment.can_capture_again

    desk.take(payment, 3_000)

    assert ledger(payment) == [PROMISED, ("capture", 3_000), ("void", 7_000)]
    assert b"final_capture" not in captures(desk)[0].body
    with pytest.raises(PaymentStateError):
        desk.take(payment, 1_000)


def test_silence_after_a_part_was_taken_takes_it_once_and_the_next_one_waits(desk):
    payment = desk.promised()
    desk.take(payment, 2_000)
    desk.peer.fail_next("after")

    silent = desk.take(payment, 3_000)
    assert (silent.captured_minor, silent.capturing_minor) == (2_000, 3_000)
    waiting = desk.take(payment, 4_000)
    assert (waiting.captured_minor, waiting.capturing_minor) == (2_000, 7_000)
    assert desk.peer.sum_captured(payment.id) == 5_000

    ask_due(LATER)
    ask_due(LATER + timedelta(minutes=1))

    assert ledger(payment) == [
        PROMISED, ("capture", 2_000), ("capture", 3_000), ("capture", 4_000),
    ]  # fmt: skip
    assert desk.peer.sum_captured(payment.id) == 9_000
    assert len(captures(desk)) == 3


def test_silence_before_a_part_was_taken_asks_for_it_under_the_same_id(desk):
    payment = desk.promised()
    desk.peer.fail_next("before")
    desk.take(payment, 3_000)
    assert desk.peer.sum_captured(payment.id) == 0

    ask_due(LATER)

    assert ledger(payment) == [PROMISED, ("capture", 3_000)]
    keys = {one.headers["idempotency-key"] for one in captures(desk)}
    assert (len(captures(desk)), len(keys)) == (2, 1)


def test_doubled_late_and_disordered_notices_count_no_part_twice(desk):
    payment = desk.promised()
    notices = []
    for number, amount in enumerate((3_000, 2_000, 1_000)):
        desk.take(payment, amount)
        notices += [
            desk.peer.charge_notice(payment.id, NOW, event=f"evt_c{number}"),
            desk.peer.charge_notice(payment.id, NOW, event=f"evt_u{number}", kind="charge.updated"),
            desk.peer.intent_notice(payment.id, NOW, event=f"evt_i{number}"),
        ]
    expected = ledger(payment)

    for notice in [*reversed(notices), *notices, *notices[3:5]]:
        desk.tell(notice)
    refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW)

    assert ledger(payment) == expected
    assert expected == [
        PROMISED, ("capture", 3_000), ("capture", 2_000), ("capture", 1_000),
    ]  # fmt: skip
    assert desk.now(payment).problem == ""


@pytest.mark.parametrize("kind", ["charge", "intent"])
@pytest.mark.parametrize("fault", ["after", "500"])
def test_a_notice_before_the_answer_books_the_part_that_was_asked_for(desk, kind, fault):
    payment = desk.promised()
    desk.take(payment, 3_000)
    desk.peer.fail_next(fault)
    desk.take(payment, 3_000)
    if fault == "500":
        desk.peer.capture_outside(payment.id, 3_000)  # done, and answered by a fault inside
    tell = desk.peer.charge_notice if kind == "charge" else desk.peer.intent_notice

    desk.tell(tell(payment.id, NOW, event="evt_early"))
    assert states(payment) == [(3_000, "done"), (3_000, "done")]
    ask_due(LATER)

    assert ledger(payment) == [PROMISED, ("capture", 3_000), ("capture", 3_000)]
    assert desk.peer.sum_captured(payment.id) == 6_000


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"amount_captured": 5_001}, "amount_changed"),
        ({"amount_captured": 10_001}, "amount_changed"),
        ({"currency": "usd"}, "currency_changed"),
    ],
)
def test_another_total_than_was_asked_for_is_named_and_not_booked(desk, changes, named):
    payment = desk.promised()
    desk.take(payment, 3_000)
    desk.peer.fail_next("after")
    desk.take(payment, 2_000)

    desk.tell(desk.peer.charge_notice(payment.id, NOW, event="evt_other", **changes))

    assert (desk.now(payment).problem, desk.now(payment).captured_minor) == (named, 3_000)
    ask_due(LATER)
    assert ledger(payment) == [PROMISED, ("capture", 3_000), ("capture", 2_000)]


def test_what_is_taken_and_ended_at_the_providers_desk_is_booked(desk):
    payment = desk.promised()
    desk.peer.capture_outside(payment.id, 1_000)
    desk.tell(desk.peer.charge_notice(payment.id, NOW, event="evt_1"))
    desk.take(payment, 2_000)
    desk.peer.capture_outside(payment.id, 500, is_final=True)

    desk.tell(desk.peer.intent_notice(payment.id, NOW, event="evt_2"))

    assert ledger(payment) == [
        PROMISED, ("capture", 1_000), ("capture", 2_000), ("capture", 500), ("void", 6_500),
    ]  # fmt: skip
    found = list_entries(actor=SYSTEM, payment_id=payment.id)
    assert [one.actor for one in found] == ["system", "provider", "system", "provider", "provider"]


def test_what_was_taken_at_the_providers_desk_unheard_of_is_told_from_our_part(desk):
    payment = desk.promised()
    desk.peer.capture_outside(payment.id, 500)

    desk.take(payment, 2_000)

    assert ledger(payment) == [PROMISED, ("capture", 500), ("capture", 2_000)]
    assert states(payment) == [(2_000, "done")]


def test_a_part_after_the_end_is_refused_and_the_rest_is_booked_as_given_up(desk):
    payment = desk.promised()
    desk.take(payment, 1_000)
    desk.peer.fail_next("before")
    desk.take(payment, 2_000)
    desk.peer.capture_outside(payment.id, 500, is_final=True)

    ask_due(LATER)

    assert states(payment) == [(1_000, "done"), (2_000, "refused")]
    assert ledger(payment) == [
        PROMISED, ("capture", 1_000), ("capture", 500), ("void", 8_500),
    ]  # fmt: skip
    assert desk.now(payment).capturing_minor == 0


def test_the_means_are_learned_where_a_notice_told_of_the_promise(desk):
    request = ask_for(desk.shop, tender="card", capture=CaptureMode.LATER)
    payment = start_payment(actor=SYSTEM, request=request, now=NOW)
    desk.peer.confirm(desk.peer.name_of(payment.id), "pm_parts")
    desk.tell(desk.peer.paid_notice(payment.id, NOW))
    assert not desk.now(payment).can_capture_again

    desk.peer.fail_next("before")
    waiting = desk.take(payment, 3_000)  # the provider is asked whether it can be captured again
    assert (waiting.captured_minor, waiting.capturing_minor) == (0, 3_000)
    assert not captures(desk)
    ask_due(LATER)

    assert ledger(payment) == [PROMISED, ("capture", 3_000)]
    assert desk.take(payment, 1_000).captured_minor == 4_000
    assert not learn_means(payment_id=payment.id)


def test_parts_asked_for_at_once_are_all_taken_once(desk):
    payment = desk.promised()
    requests = [uuid4() for _ in range(4)]

    def act(request):
        try:
            desk.take(payment, 2_000, request)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, [*requests, *requests]))
    for minutes in range(1, 6):
        ask_due(NOW + timedelta(minutes=minutes))

    assert ledger(payment) == [PROMISED, *[("capture", 2_000)] * 4]
    assert desk.peer.sum_captured(payment.id) == 8_000


def test_parts_asked_for_within_one_transaction_are_taken_one_after_the_other(desk):
    payment = desk.promised()
    with transaction.atomic():
        desk.take(payment, 3_000)
        desk.take(payment, 2_000, is_last=True)
        with pytest.raises(PaymentStateError):
            desk.take(payment, 1_000)
    assert not captures(desk)

    for seconds in (0, 5):
        ask_due(NOW + timedelta(seconds=seconds))

    assert desk.peer.sum_captured(payment.id) == 5_000
    assert desk.now(payment).voided_minor == 5_000


def test_a_report_that_tells_of_each_part_under_one_charge_is_matched(desk):
    payment = desk.promised(currency="EUR")
    for amount in (3_000, 2_500):
        desk.take(payment, amount)
    desk.take(payment)
    rows = [
        {
            "reporting_category": "charge", "gross": gross,
            "charge_id": desk.peer.charge_of(payment.id)["id"],
            "payment_intent_id": desk.now(payment).provider_ref,
        }
        for gross in ("45.00", "30.00", "25.00")
    ]  # fmt: skip
    account = Account.objects.get(id=desk.account.id)

    take_in(account, stripe_file(*rows))
    reconcile(account, days=9)

    assert differing(account) == []
    lines = list_payment_lines(actor=SYSTEM, payment_key=payment.key)
    assert [one.amount_minor for one in lines if one.is_matched] == [4_500, 3_000, 2_500]
