"""Stripe's adapter beside the official library: the same calls, the same signatures."""

from datetime import timedelta
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
import stripe
from django.db import connection, transaction
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for
from tests.builders.stripe_peer import KEY, SECRET, StripePeer

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.jobs.contracts import JobState
from quanqu.infra.jobs.facade import list_jobs
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.sell.payments.adapters.stripe import StripeGateway
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountInvalidError,
    CaptureMode,
    EntryKind,
    InsideTransactionError,
    NoticeContentError,
    NoticeSignatureError,
    PaymentState,
)
from quanqu.sell.payments.facade import (
    carry_out,
    get_payment,
    list_accounts,
    queue_due,
    save_account,
    start_payment,
)
from quanqu.sell.payments.models import Account
from quanqu.sell.payments.ports import Access, Outcome, Task

GATEWAY = StripeGateway()


@pytest.fixture
def peer():
    found = StripePeer()
    yield found
    found.stop()


def access(peer):
    settings, secrets = peer.account
    return Access(settings, secrets, is_test=True, notify_url="")


def task(kind, payment, **changes):
    fields = {
        "operation_id": uuid4(), "payment_id": payment, "kind": kind, "amount_minor": 900,
        "payment_minor": 900, "currency": "EUR", "capture": CaptureMode.LATER, "tender": "card",
        "provider_ref": "", "reference": "order-1", "description": "Two cups", "token": "pm_ok",
    }  # fmt: skip
    return Task(**(fields | changes))


def form(call):
    return {name: value[0] for name, value in parse_qs(call.body.decode()).items()}


def test_the_official_client_makes_the_calls_that_we_make(peer):
    payment = uuid4()
    ours = GATEWAY.do(access(peer), task(EntryKind.AUTHORISATION, payment), now=NOW)
    GATEWAY.do(
        access(peer), task(EntryKind.CAPTURE, payment, provider_ref=ours.provider_ref), now=NOW
    )
    GATEWAY.do(
        access(peer),
        task(EntryKind.REFUND, payment, provider_ref=ours.provider_ref, amount_minor=100),
        now=NOW,
    )
    mine, peer.calls = peer.calls, []

    client = stripe.StripeClient(KEY, base_addresses={"api": peer.url}, max_network_retries=0)
    intent = client.v1.payment_intents.create(
        {
            "amount": 900, "currency": "eur", "capture_method": "manual", "confirm": True,
            "payment_method": "pm_ok", "description": "Two cups",
            "metadata": {
                "payment_id": str(payment), "reference": "order-1", "is_confirmed": "yes",
            },
        },
        {"idempotency_key": str(uuid4())},
    )  # fmt: skip
    assert intent.status == "requires_capture"
    assert client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 900}).status == (
        "succeeded"
    )
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    assert refund.status == "succeeded"

    for own, theirs in zip(mine, peer.calls, strict=True):
        given = {name: value for name, value in form(own).items() if name in form(theirs)}
        given.pop("payment_intent", None)
        expected = form(theirs)
        expected.pop("payment_intent", None)
        assert given == expected
        assert own.path.split("/")[:3] == theirs.path.split("/")[:3]
        assert own.headers["authorization"] == theirs.headers["authorization"]
        assert own.headers["content-type"] == theirs.headers["content-type"]
        assert {"idempotency-key"} <= own.headers.keys() & theirs.headers.keys()


def test_a_notice_is_signed_as_the_library_signs_and_lives_five_minutes(peer):
    payment = uuid4()
    GATEWAY.do(access(peer), task(EntryKind.AUTHORISATION, payment), now=NOW)
    headers, body = peer.paid_notice(payment, NOW)

    stripe.WebhookSignature.verify_header(body, headers["stripe-signature"], SECRET)
    notice = GATEWAY.read_notice(access(peer), headers, body, now=NOW)

    assert [(one.kind, one.amount_minor, one.currency) for one in notice.facts] == [
        (EntryKind.AUTHORISATION, 900, "EUR")
    ]
    for changed, now in (
        (headers, NOW + timedelta(minutes=6)),
        (headers, NOW - timedelta(minutes=6)),
        ({"stripe-signature": headers["stripe-signature"].replace("v1=", "v0=")}, NOW),
        ({"stripe-signature": "t=x,v1=é"}, NOW),
        (peer.notice("e", "x", {}, NOW, secret="whsec_other")[0], NOW),
    ):
        with pytest.raises(NoticeSignatureError):
            GATEWAY.read_notice(access(peer), changed, body, now=now)
    broken = stripe.WebhookSignature.generate_signature_header(
        "{", SECRET, timestamp=int(NOW.timestamp())
    )
    with pytest.raises(NoticeContentError):
        GATEWAY.read_notice(access(peer), {"stripe-signature": broken}, b"{", now=NOW)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": "pm_declined"}, "lost_card"),
        ({"currency": "KWD"}, "currency_not_supported"),
        ({"currency": "ISK"}, "currency_not_supported"),
    ],
)
def test_a_refusal_has_its_reason(peer, changes, reason):
    answer = GATEWAY.do(access(peer), task(EntryKind.AUTHORISATION, uuid4(), **changes), now=NOW)

    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, reason)


def test_the_shopper_is_sent_to_their_bank(peer):
    answer = GATEWAY.do(
        access(peer), task(EntryKind.AUTHORISATION, uuid4(), token="pm_3ds"), now=NOW
    )

    assert (answer.outcome, answer.next_step.kind) == (Outcome.PENDING, "redirect")


def test_a_wrong_key_is_a_refusal_and_silence_is_not_one(peer):
    other = Access({"api_base": peer.url}, {"api_key": "x", "webhook_secret": "y"}, True, "")
    wanted = task(EntryKind.AUTHORISATION, uuid4())

    assert GATEWAY.do(other, wanted, now=NOW).reason == "api_key"
    assert GATEWAY.check(other, now=NOW).reason == "api_key"
    peer.fail_next("before", "500")
    for _ in range(2):
        assert GATEWAY.do(access(peer), wanted, now=NOW).outcome is Outcome.UNKNOWN
    assert GATEWAY.find(access(peer), wanted, now=NOW).outcome is Outcome.ABSENT


@pytest.fixture
def shop(peer):
    company = make_company()
    settings, secrets = peer.account
    draft = AccountDraft(company.key, "main", "stripe", settings, secrets, is_test=True)
    save_account(actor=SYSTEM, draft=draft, now=NOW)
    return make_place(company=company)


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_the_provider_is_asked_after_it(peer, shop):
    with transaction.atomic():
        payment = start_payment(
            actor=SYSTEM, request=ask_for(shop, tender="card", token="pm_ok"), now=NOW
        )
        assert payment.state is PaymentState.CREATED
        with pytest.raises(InsideTransactionError):
            carry_out(operation_id=payment.id, now=NOW)
    assert not peer.calls
    waiting = [(one.name, dict(one.ids)) for one in list_jobs(states=[JobState.WAITING])]
    assert waiting.count(("payments.carry_out", {"operation_id": str(payment.id)})) == 1

    assert queue_due(now=NOW) == 1
    assert ask_due(NOW) == 1

    assert get_payment(actor=SYSTEM, payment_id=payment.id).state is PaymentState.CAPTURED
    assert not carry_out(operation_id=payment.id, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_declined_card_fails_and_a_notice_by_http_is_acknowledged(peer, shop, client):
    declined = start_payment(
        actor=SYSTEM, request=ask_for(shop, tender="card", token="pm_declined"), now=NOW
    )
    assert (declined.state, declined.reason) == (PaymentState.FAILED, "lost_card")

    waiting = start_payment(actor=SYSTEM, request=ask_for(shop, tender="card"), now=NOW)
    peer.shopper_pays(waiting.id)
    headers, body = peer.paid_notice(waiting.id, utc_now())
    account = encode("pac", list_accounts(actor=SYSTEM)[0].id)
    answer = client.post(
        f"/hooks/payments/{account}", body, content_type="application/json",
        headers={"Stripe-Signature": headers["stripe-signature"]},
    )  # fmt: skip

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert get_payment(actor=SYSTEM, payment_id=waiting.id).state is PaymentState.CAPTURED


@pytest.mark.django_db
def test_keys_rest_sealed_and_go_to_the_provider_alone(peer, shop):
    row = Account.objects.get()
    assert KEY.encode() not in bytes(row.secrets_enc)
    assert row.secret_names == ["api_key", "webhook_secret"]

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(a)::text FROM payments_account a")
        assert KEY not in cursor.fetchone()[0]
    _, secrets = peer.account
    for base, is_test in (
        ("https://evil.example", True),
        (peer.url, False),
        ("http://api.stripe.com", True),
        ("https://api.stripe.com@evil.example/", False),
        ("https://[", True),
    ):
        draft = AccountDraft(
            shop.company_key, "other", "stripe", {"api_base": base}, secrets, is_test=is_test
        )
        with pytest.raises(AccountInvalidError):
            save_account(actor=SYSTEM, draft=draft, now=NOW)
    assert Account.objects.count() == 1
