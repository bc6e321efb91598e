"""Every provider's adapter against its peer: the same suite, and the same list of faults."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from tests.builders.alipay_peer import AlipayPeer
from tests.builders.http import problem
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for, breaches
from tests.builders.stripe_peer import StripePeer
from tests.builders.wechat_peer import WechatPeer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    AccountCheck,
    AccountDraft,
    AccountNotFoundError,
    CaptureMode,
    InsideTransactionError,
    NoticeEarlyError,
    NoticeSignatureError,
    PaymentState,
    PaymentStateError,
)
from quanqu.sell.payments.facade import (
    capture_payment,
    check_account_keys,
    get_payment,
    list_entries,
    refresh_payment,
    refund_payment,
    save_account,
    start_payment,
    take_notice,
    void_payment,
)
from quanqu.sell.payments.models import NoticeRow, Operation
from quanqu.sell.payments.registry import tender_of

pytestmark = pytest.mark.django_db(transaction=True)
PEERS = [StripePeer, WechatPeer, AlipayPeer]
LATER = NOW + timedelta(minutes=2)


class Desk:
    """A shop that pays through one peer."""

    def __init__(self, peer):
        self.peer = peer
        company = make_company()
        self.shop = make_place(company=company)
        settings, secrets = peer.account
        draft = AccountDraft(company.key, "main", peer.provider, settings, secrets, is_test=True)
        self.account = save_account(actor=SYSTEM, draft=draft, now=NOW)
        self.tender = tender_of(peer.tender)

    def start(self, amount=10_000, now=NOW, **changes):
        request = ask_for(self.shop, amount, tender=self.peer.tender, **changes)
        return start_payment(actor=SYSTEM, request=request, now=now)

    def paid(self, amount=10_000, **changes):
        """Start a payment, let the shopper pay, and see it."""
        payment = self.start(amount, **changes)
        self.peer.shopper_pays(payment.id)
        return refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW)

    def now(self, payment):
        return get_payment(actor=SYSTEM, payment_id=payment.id)

    def tell(self, notice, now=NOW):
        headers, body = notice
        return take_notice(
            account_id=encode("pac", self.account.id), headers=headers, body=body, now=now
        )

    def refund(self, payment, amount=None, request=None, now=NOW):
        return refund_payment(
            actor=SYSTEM, payment_id=payment.id, request_id=request or uuid4(),
            amount_minor=amount, now=now,
        )  # fmt: skip


@pytest.fixture(params=PEERS, ids=lambda peer: peer.provider)
def desk(request):
    peer = request.param()
    yield Desk(peer)
    peer.stop()
    assert not breaches()


def count_told(name):
    return OutboxEvent.objects.filter(name=f"payments.{name}").count()


def ledger(payment):
    return [
        (one.kind.value, one.amount_minor)
        for one in list_entries(actor=SYSTEM, payment_id=payment.id)
    ]


PAID = [("authorisation", 10_000), ("capture", 10_000)]


def test_the_shopper_is_shown_how_to_pay_and_pays(desk):
    payment = desk.start()
    assert payment.state is PaymentState.PENDING
    assert payment.next_step.value
    assert not ledger(payment)

    desk.peer.shopper_pays(payment.id)
    paid = refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW)

    assert (paid.state, paid.captured_minor, paid.next_step) == (
        PaymentState.CAPTURED,
        10_000,
        None,
    )
    assert ledger(paid) == PAID
    assert count_told("paid") == 1


def test_money_goes_back_in_parts(desk):
    paid = desk.paid()

    desk.refund(paid, 2_500)
    desk.refund(paid, 500)
    with pytest.raises(PaymentStateError):
        desk.refund(paid, 7_001)
    done = desk.refund(paid)

    assert (done.refunded_minor, done.refunding_minor) == (10_000, 0)
    assert desk.peer.sum_refunded(paid.id) == 10_000
    assert count_told("refunded") == 3


def test_the_same_request_again_asks_for_nothing_new(desk):
    request = ask_for(desk.shop, tender=desk.peer.tender)
    for _ in range(2):
        payment = start_payment(actor=SYSTEM, request=request, now=NOW)
    desk.peer.shopper_pays(payment.id)
    refund = uuid4()

    for _ in range(3):
        paid = refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW)
        desk.refund(paid, 1_000, request=refund)

    assert desk.peer.count_paid(payment.id) == 1
    assert desk.peer.sum_refunded(payment.id) == 1_000
    assert ledger(payment) == [*PAID, ("refund", 1_000)]


def test_promised_money_is_taken_in_part_and_the_rest_let_go(desk):
    if not desk.tender.can_authorise:
        pytest.skip("this provider takes money at once")
    promised = desk.paid(capture=CaptureMode.LATER)
    assert promised.state is PaymentState.AUTHORISED

    taken = capture_payment(
        actor=SYSTEM, payment_id=promised.id, request_id=uuid4(), amount_minor=6_000, now=NOW
    )

    assert (taken.captured_minor, taken.voided_minor) == (6_000, 4_000)
    assert (count_told("authorised"), count_told("paid"), count_told("voided")) == (1, 1, 1)


def test_a_promise_is_given_up(desk):
    if not desk.tender.can_void:
        pytest.skip("this provider takes money at once")
    promised = desk.paid(capture=CaptureMode.LATER)

    voided = void_payment(actor=SYSTEM, payment_id=promised.id, request_id=uuid4(), now=NOW)

    assert (voided.state, voided.voided_minor) == (PaymentState.VOIDED, 10_000)
    assert count_told("voided") == 1


def test_a_payment_nobody_made_in_time_is_closed_and_failed(desk):
    payment = desk.start(expires_at=NOW + timedelta(minutes=1))

    ask_due(LATER)

    failed = desk.now(payment)
    assert (failed.state, failed.reason) == (PaymentState.FAILED, "expired")
    assert count_told("failed") == 1
    with pytest.raises(AssertionError):
        desk.peer.shopper_pays(payment.id)
    assert desk.peer.count_paid(payment.id) == 0


# the list of faults


@pytest.mark.parametrize("fault", ["before", "after", "500"])
def test_silence_at_the_start_is_unknown_and_ends_in_one_payment(desk, fault):
    desk.peer.fail_next(fault)
    payment = desk.start()
    assert payment.state is PaymentState.UNKNOWN

    ask_due(LATER)

    assert desk.now(payment).state is PaymentState.PENDING
    assert desk.now(payment).next_step is not None
    desk.peer.shopper_pays(payment.id)
    paid = refresh_payment(actor=SYSTEM, payment_id=payment.id, now=LATER + timedelta(minutes=1))
    assert ledger(paid) == PAID
    assert desk.peer.count_paid(payment.id) == 1


@pytest.mark.parametrize("fault", ["before", "after", "500"])
def test_silence_at_a_refund_ends_in_one_refund(desk, fault):
    paid = desk.paid()
    desk.peer.fail_next(fault)

    asked = desk.refund(paid, 3_000)
    assert (asked.refunding_minor, asked.refunded_minor) == (3_000, 0)
    with pytest.raises(PaymentStateError):
        desk.refund(paid, 7_001)
    desk.peer.fail_next("500")
    ask_due(LATER)
    ask_due(LATER + timedelta(minutes=2))

    done = desk.now(paid)
    assert (done.refunding_minor, done.refunded_minor) == (0, 3_000)
    assert desk.peer.sum_refunded(paid.id) == 3_000
    assert count_told("refunded") == 1


def test_who_is_killed_while_asking_leaves_it_to_the_next(desk):
    payment = desk.start()
    Operation.objects.update(state="sent", due_at=NOW + timedelta(seconds=30))
    desk.peer.shopper_pays(payment.id)

    assert refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW).state != "captured"
    ask_due(LATER)

    assert ledger(payment) == PAID


def test_a_notice_books_once_however_often_it_comes(desk):
    payment = desk.start()
    desk.peer.shopper_pays(payment.id)
    notice = desk.peer.paid_notice(payment.id, NOW)

    for _ in range(3):
        desk.tell(notice)
    desk.tell(desk.peer.paid_notice(payment.id, NOW, event="evt_again"))
    refresh_payment(actor=SYSTEM, payment_id=payment.id, now=NOW)

    assert ledger(payment) == PAID
    assert count_told("paid") == 1
    assert list(NoticeRow.objects.order_by("key").values_list("outcome", flat=True)) == [
        "booked", "known",
    ]  # fmt: skip


def test_a_refund_told_before_its_payment_is_booked_after_it(desk):
    if not hasattr(desk.peer, "refund_notice"):
        pytest.skip("this provider tells sums of refunds, not refunds")
    payment = desk.start()
    desk.peer.shopper_pays(payment.id)
    desk.peer.refund_outside(payment.id, 1_000)

    notice = desk.peer.refund_notice(payment.id, NOW)
    with pytest.raises(NoticeEarlyError):
        desk.tell(notice)
    assert not ledger(payment)
    ask_due(NOW)
    assert ledger(payment) == PAID
    desk.tell(notice)

    assert ledger(payment) == [*PAID, ("refund", 1_000)]
    assert desk.now(payment).refunded_minor == 1_000


def test_a_wrong_signature_changes_nothing(desk, client):
    payment = desk.start()
    desk.peer.shopper_pays(payment.id)
    headers, body = desk.peer.paid_notice(payment.id, NOW)

    unsigned = [({}, body)] if headers else []  # the others carry the signature in the body
    for told in (desk.peer.forged(headers, body), *unsigned):
        with pytest.raises(NoticeSignatureError):
            desk.tell(told)
    answer = client.post(
        f"/hooks/payments/{encode('pac', uuid4())}", body, content_type="application/json"
    )

    problem(answer, 403, "payments.notice_signature")
    assert not NoticeRow.objects.exists()
    assert not ledger(payment)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"amount": 1}, "amount_changed"),
        ({"amount": 10_001}, "amount_changed"),
        ({"currency": "USD"}, "currency_changed"),
    ],
)
def test_another_amount_or_currency_is_named_and_not_booked(desk, changes, named):
    payment = desk.start()
    desk.peer.shopper_pays(payment.id)

    desk.tell(desk.peer.paid_notice(payment.id, NOW, **changes))

    found = desk.now(payment)
    assert (found.problem, found.captured_minor) == (named, 0)
    assert not ledger(payment)
    assert NoticeRow.objects.get().outcome == named


def test_a_notice_of_nobodys_payment_is_kept_and_answered(desk):
    payment = desk.start()
    desk.peer.shopper_pays(payment.id)
    notice = desk.peer.paid_notice(payment.id, NOW)
    other = make_company("south")
    settings, secrets = desk.peer.account
    draft = AccountDraft(other.key, "main", desk.peer.provider, settings, secrets, is_test=True)
    account = save_account(actor=SYSTEM, draft=draft, now=NOW)

    take_notice(account_id=encode("pac", account.id), headers=notice[0], body=notice[1], now=NOW)

    assert NoticeRow.objects.get().outcome == "no_payment"
    assert not ledger(payment)


def test_the_notice_the_shopper_and_a_retry_at_once_make_one_capture(desk):
    requests = [ask_for(desk.shop, tender=desk.peer.tender) for _ in range(6)]
    payments = [start_payment(actor=SYSTEM, request=one, now=NOW) for one in requests]
    for payment in payments:
        desk.peer.shopper_pays(payment.id)
    notices = [
        desk.peer.paid_notice(one.id, NOW, event=f"evt_{number}")
        for number, one in enumerate(payments)
    ]

    def act(job):
        number, what = job
        try:
            if what == "notice":
                desk.tell(notices[number])
            elif what == "return":
                refresh_payment(actor=SYSTEM, payment_id=payments[number].id, now=NOW)
            elif what == "retry":
                start_payment(actor=SYSTEM, request=requests[number], now=NOW)
            else:
                ask_due(LATER)
        finally:
            connection.close()

    jobs = [
        (number, what)
        for what in ("notice", "return", "retry", "job", "notice", "return")
        for number in range(6)
    ]
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(act, sorted(jobs, key=lambda one: one[0])))

    for payment in payments:
        refresh_payment(actor=SYSTEM, payment_id=payment.id, now=LATER + timedelta(minutes=1))
        assert ledger(payment) == PAID
        assert desk.peer.count_paid(payment.id) == 1
    assert count_told("paid") == 6
    assert not Operation.objects.exclude(state="done").exists()


def test_the_keys_of_an_account_are_tried_by_a_real_call(desk):
    check = {"actor": SYSTEM, "account_id": desk.account.id, "now": NOW}

    assert check_account_keys(**check) == AccountCheck(is_good=True)

    desk.peer.fail_next("before")
    assert check_account_keys(**check) == AccountCheck(is_good=False, reason="silence")
    with transaction.atomic(), pytest.raises(InsideTransactionError):
        check_account_keys(**check)
    with pytest.raises(AccountNotFoundError):
        check_account_keys(actor=SYSTEM, account_id=uuid4(), now=NOW)
