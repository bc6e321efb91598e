"""Refunds that a provider refused: decided once, by who may, and never given back twice."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from tests.builders.http import API, problem, program
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for, breaches, make_test_account, pay
from tests.builders.peer import Said
from tests.builders.returns import clerk
from tests.builders.stripe_peer import StripePeer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError, QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.payments.contracts import (
    AccountDraft,
    PaymentFieldError,
    PaymentNotFoundError,
    PaymentStateError,
    RefundDecidedError,
    RefundNotFoundError,
    RefundWay,
)
from quanqu.sell.payments.facade import (
    count_refused_refunds,
    decide_refund,
    find_decision,
    get_payment,
    get_refused_refund,
    list_refused_refunds,
    open_refunds,
    refresh_payment,
    refund_payment,
    save_account,
    start_payment,
)
from quanqu.sell.payments.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


class Refusing(StripePeer):
    """A peer that refuses so many refunds."""

    def __init__(self):
        self.refusals = 1
        super().__init__()

    def answer(self, call):
        if call.method == "POST" and call.path.endswith("/refunds") and self.refusals:
            self.refusals -= 1
            error = {"type": "invalid_request_error", "code": "insufficient_funds"}
            return Said(402, json.dumps({"error": error}).encode())
        return super().answer(call)


@pytest.fixture
def peer():
    made = Refusing()
    yield made
    made.stop()
    assert not breaches()


@pytest.fixture
def shop(peer):
    company = make_company()
    settings, secrets = peer.account
    draft = AccountDraft(company.key, "main", "stripe", settings, secrets, is_test=True)
    save_account(actor=SYSTEM, draft=draft, now=NOW)
    return make_place(company=company)


def refused(shop, peer, amount=4_000):
    """Pay 100.00 and have a refund refused; return the payment and the refused refund's id."""
    request = ask_for(shop, tender="card")
    start_payment(actor=SYSTEM, request=request, now=NOW)
    peer.shopper_pays(request.id)
    refresh_payment(actor=SYSTEM, payment_id=request.id, now=NOW)
    asked = uuid4()
    refund_payment(
        actor=SYSTEM, payment_id=request.id, request_id=asked, amount_minor=amount, now=NOW,
        reason="return",
    )  # fmt: skip
    ask_due(NOW)
    return request.id, asked


def decide(asked, way, **more):
    actor = more.pop("actor", SYSTEM)
    return decide_refund(actor=actor, operation_id=asked, way=way, now=NOW, **more)


def test_a_refused_refund_waits_and_is_asked_again_once(shop, peer):
    payment, asked = refused(shop, peer)

    (row,) = list_refused_refunds(actor=SYSTEM).items
    assert (row.operation_id, row.amount_minor, row.reason) == (asked, 4_000, "insufficient_funds")
    assert get_payment(actor=SYSTEM, payment_id=payment).refundable_minor == 10_000
    assert open_refunds(references=[row.reference]) == {row.reference: 4_000}
    made = decide(asked, RefundWay.RETRY)
    assert decide(asked, RefundWay.RETRY) == made
    ask_due(NOW)

    assert peer.sum_refunded(payment) == 4_000
    assert get_payment(actor=SYSTEM, payment_id=payment).refunded_minor == 4_000
    assert count_refused_refunds(actor=SYSTEM) == 0
    assert open_refunds(references=[row.reference]) == {}
    with pytest.raises(RefundDecidedError):
        decide(asked, RefundWay.NONE, reason="x")


def test_what_is_refused_again_waits_again(shop, peer):
    peer.refusals = 2
    _, asked = refused(shop, peer)
    made = decide(asked, RefundWay.RETRY)
    ask_due(NOW)

    (row,) = list_refused_refunds(actor=SYSTEM).items
    assert row.operation_id == made.follow_id


def test_by_hand_it_is_booked_and_no_account_is_told(shop, peer):
    payment, asked = refused(shop, peer)

    with pytest.raises(PaymentFieldError):
        decide(asked, RefundWay.BY_HAND, tender="cash")
    with pytest.raises(PaymentFieldError):
        decide(asked, RefundWay.BY_HAND, reason="closed card", tender="shells")
    made = decide(asked, RefundWay.BY_HAND, reason="closed card", tender="cash")

    assert find_decision(actor=SYSTEM, operation_id=asked) == made
    assert get_payment(actor=SYSTEM, payment_id=payment).refunded_minor == 4_000
    assert Entry.objects.get(kind="refund").account_key is None
    assert peer.sum_refunded(payment) == 0


def test_another_payment_of_the_order_gives_it_back(shop, peer):
    make_test_account(shop.company_key)
    _, asked = refused(shop, peer)
    other, stranger = pay(shop, 5_000), pay(shop, 5_000, reference="order-2")

    for wrong in (stranger.id, uuid4(), None):
        with pytest.raises(PaymentNotFoundError):
            decide(asked, RefundWay.PAYMENT, reason="closed card", payment_id=wrong)
    decide(asked, RefundWay.PAYMENT, reason="closed card", payment_id=other.id)

    assert get_payment(actor=SYSTEM, payment_id=other.id).refunded_minor == 4_000
    assert get_payment(actor=SYSTEM, payment_id=stranger.id).refunded_minor == 0


def test_what_is_not_left_is_not_given_back(shop, peer):
    payment, asked = refused(shop, peer, amount=10_000)
    refund_payment(actor=SYSTEM, payment_id=payment, request_id=uuid4(), amount_minor=1, now=NOW)
    ask_due(NOW)

    for way, more in ((RefundWay.RETRY, {}), (RefundWay.BY_HAND, {"tender": "cash"})):
        with pytest.raises(PaymentStateError):
            decide(asked, way, reason="x", **more)
    assert count_refused_refunds(actor=SYSTEM) == 1
    decide(asked, RefundWay.NONE, reason="settled with the buyer")
    assert count_refused_refunds(actor=SYSTEM) == 0


def test_who_may_decide(shop, peer):
    _, asked = refused(shop, peer)
    agent = clerk("payments.view", "payments.refund", places=(shop.key,))
    stranger = clerk("payments.view", "payments.refund", "payments.manage", places=(shop.key + 99,))

    with pytest.raises(NotAllowedError):
        decide(asked, RefundWay.NONE, reason="x", actor=agent)
    with pytest.raises(RefundNotFoundError):
        decide(asked, RefundWay.RETRY, actor=stranger)
    with pytest.raises(RefundNotFoundError):
        get_refused_refund(actor=stranger, operation_id=asked)
    with pytest.raises(RefundNotFoundError):
        decide(uuid4(), RefundWay.RETRY)
    assert decide(asked, RefundWay.RETRY, actor=agent).way is RefundWay.RETRY


def test_decided_by_many_at_once_the_money_goes_back_once(shop, peer):
    payment, asked = refused(shop, peer, amount=5_000)
    ways = [(RefundWay.RETRY, {}), (RefundWay.BY_HAND, {"tender": "cash"}), (RefundWay.NONE, {})]

    def work(number):
        way, more = ways[number % 3]
        try:
            return decide(asked, way, reason="x", **more).way.value
        except QuanquError as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(work, range(9)))
    ask_due(NOW)

    won = set(told) - {RefundDecidedError.__name__}
    assert len(won) == 1
    given = get_payment(actor=SYSTEM, payment_id=payment).refunded_minor
    assert given == (0 if won == {"none"} else 5_000)


def test_the_calls(shop, peer):
    _, asked = refused(shop, peer)
    door = program()

    (row,) = door.get(f"{API}/refused-refunds?limit=1").json()["items"]
    assert row["amount"] == {"amount": "40.00", "currency": "CNY"}
    path = f"{API}/refused-refunds/{row['id']}/decision"
    wrong = door.post(path, {"way": "none"}, content_type="application/json")
    problem(wrong, 422, "payments.field")
    told = {"way": "none", "reason": "settled"}
    done = door.post(path, told, content_type="application/json")
    assert (done.status_code, done.json()["id"]) == (200, encode("rfd", asked))
    assert door.get(f"{API}/refused-refunds").json()["items"] == []
