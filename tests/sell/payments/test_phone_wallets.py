"""Apple Pay and Google Pay through Stripe, beside the official library, and what is offered."""

from datetime import timedelta
from uuid import uuid4

import pytest
import stripe
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from tests.builders.http import program
from tests.builders.org import make_company, make_place
from tests.builders.payments import NOW, ask_due, ask_for
from tests.builders.settlement import stripe_file
from tests.builders.stripe_peer import KEY, SECRET, StripePeer
from tests.sell.payments.test_settlement import CHARGE

from quanqu.doors.console.pages.payment_words import tender_detail
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.payments.contracts import (
    AccountDraft,
    AccountInvalidError,
    CaptureMode,
    CardNumberError,
)
from quanqu.sell.payments.facade import (
    get_payment,
    learn_means,
    save_account,
    start_payment,
    take_notice,
)
from quanqu.sell.payments.models import Payment

FILE = "7B2276657273696F6E223A312C2270737049" * 200
PUBLIC = {
    "publishable_key": "pk_test_made_for_tests", "wallets": "apple_pay, google_pay",
    "apple_pay_domains": "shop.example pay.shop.example", "apple_pay_association": FILE,
}  # fmt: skip
WALLETS = [("pm_apple", "apple_pay"), ("pm_google", "google_pay")]


def draft(company, **changes):
    fields = {
        "code": "main", "provider": "stripe", "settings": PUBLIC, "is_test": True,
        "secrets": {"api_key": KEY, "webhook_secret": SECRET},
    }  # fmt: skip
    return AccountDraft(company.key, **(fields | changes))


@pytest.fixture
def peer():
    found = StripePeer()
    yield found
    found.stop()


@pytest.fixture
def company():
    return make_company()


@pytest.fixture
def shop(company):
    return make_place(company=company)


@pytest.fixture
def account(peer, company):
    settings, secrets = peer.account
    return save_account(
        actor=SYSTEM, draft=draft(company, settings=settings, secrets=secrets), now=NOW
    )


def start(shop, **changes):
    request = ask_for(shop, **({"tender": "card"} | changes))
    return start_payment(actor=SYSTEM, request=request, now=NOW)


def told(payment):
    return get_payment(actor=SYSTEM, payment_id=payment.id).wallet


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("token", "wallet"), WALLETS)
def test_a_card_out_of_a_wallet_is_kept_and_shown_as_such(peer, shop, account, token, wallet):
    client = stripe.StripeClient(KEY, base_addresses={"api": peer.url}, max_network_retries=0)
    intent = client.v1.payment_intents.create({
        "amount": 1_000, "currency": "cny", "capture_method": "automatic", "confirm": True,
        "payment_method": token, "expand": ["latest_charge"],
    })  # fmt: skip
    card = intent.latest_charge.payment_method_details.card
    assert card.wallet.type == wallet

    at_once = start(shop, token=token)
    later = start(shop, token=token, capture=CaptureMode.LATER)

    assert (told(at_once), told(later)) == (wallet, wallet)
    shown = program().get(f"/api/v1/payments/{encode('pay', at_once.id)}").json()
    assert (shown["tender"], shown["wallet"]) == ("card", wallet)
    (plain,) = [start(shop, token="pm_ok")]
    assert told(plain) == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(to_jsonb(p)::text, '') FROM payments_payment p")
        assert "4242" not in cursor.fetchone()[0]
    with pytest.raises(CardNumberError):
        start(shop, token="4242 4242 4242 4242")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("token", "wallet"), WALLETS)
def test_a_wallet_confirmed_in_the_page_is_told_by_notices_or_asked_for(
    peer, shop, account, token, wallet
):
    def tell(notice):
        take_notice(
            account_id=encode("pac", account.id), headers=notice[0], body=notice[1], now=NOW
        )

    by_charge, by_intent = start(shop), start(shop)
    assert by_charge.next_step.kind == "secret"
    for one in (by_charge, by_intent):
        peer.confirm(peer.name_of(one.id), token)

    tell(peer.charge_notice(by_charge.id, NOW, event="evt_1", kind="charge.succeeded"))
    tell(peer.intent_notice(by_intent.id, NOW, event="evt_2"))
    assert (told(by_charge), told(by_intent)) == (wallet, "")
    peer.fail_next("before")
    assert not learn_means(payment_id=by_intent.id)
    assert learn_means(payment_id=by_intent.id)

    assert told(by_intent) == wallet
    assert get_payment(actor=SYSTEM, payment_id=by_charge.id).captured_minor == 10_000
    ask_due(NOW + timedelta(minutes=1))
    assert Payment.objects.filter(captured_minor=10_000).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_declined_card_tells_of_no_wallet(peer, shop, account):
    assert start(shop, token="pm_declined").state == "failed"

    assert Payment.objects.get().takes_parts is None


@pytest.mark.django_db(transaction=True)
def test_reconciliation_shows_the_wallet_of_our_side(peer, shop, account):
    payment = start(shop, token="pm_apple", amount=9_000)
    Payment.objects.update(provider_ref="pi_1")
    row = {**CHARGE, "payment_intent_id": "pi_1", "charge_id": peer.charge_of(payment.id)["id"]}
    file = SimpleUploadedFile("bill.csv", stripe_file(row), "text/csv")
    name = encode("pac", account.id)
    sent = {"file": file, "form": "stripe_balance", "account": name}
    assert program().post("/api/v1/settlement/statements", sent).status_code == 200

    (listed,) = program().get(f"/api/v1/settlement/differences?account={name}").json()["items"]
    shown = program().get(f"/api/v1/settlement/differences/{listed['id']}").json()

    assert (shown["entry"]["tender"], shown["entry"]["wallet"]) == ("card", "apple_pay")


def test_wallets_are_called_as_their_makers_call_them():
    assert tender_detail("card", "apple_pay").endswith(" · Apple Pay")
    assert tender_detail("card", "google_pay").endswith(" · Google Pay")
    assert tender_detail("card", "other") != tender_detail("card", "")


@pytest.mark.django_db
def test_a_front_end_is_told_what_it_needs_and_no_secret(company, shop):
    save_account(actor=SYSTEM, draft=draft(company), now=NOW)
    query = {"place": shop.id}

    answer = program().get("/api/v1/payments/offers", query_params=query)

    offers = {one["tender"]: one for one in answer.json()}
    assert offers["card"] == {
        "tender": "card", "kind": "card", "channel": "provider", "account": "main",
        "is_test": True, "publishable_key": "pk_test_made_for_tests",
        "wallets": ["apple_pay", "google_pay"],
    }  # fmt: skip
    assert "cash" in offers
    assert not {"alipay", "wechat_pay", "test"} & offers.keys()
    assert KEY not in answer.content.decode()
    elsewhere = make_company("south")
    client = program(role=RoleCode.STORE_MANAGER, unit_id=elsewhere.id)
    assert client.get("/api/v1/payments/offers", query_params=query).status_code == 404
    assert Client().get("/api/v1/payments/offers", query_params=query).status_code == 401


@pytest.mark.django_db
def test_the_file_of_a_domain_is_served_where_an_account_names_it(company, settings):
    settings.ALLOWED_HOSTS = ["*"]
    save_account(actor=SYSTEM, draft=draft(company), now=NOW)
    path = "/.well-known/apple-developer-merchantid-domain-association"

    for host in ("shop.example", "pay.shop.example:8443", "SHOP.example"):
        answer = Client().get(path, headers={"host": host})
        assert (answer.status_code, answer.content.decode()) == (200, FILE)
        assert answer["Content-Type"] == "text/plain"
    assert Client().get(path, headers={"host": "other.example"}).status_code == 404
    save_account(actor=SYSTEM, draft=draft(company, is_enabled=False), now=NOW)
    assert Client().get(path, headers={"host": "shop.example"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "problem_told"),
    [
        ({"publishable_key": KEY}, "begins with pk_"),
        ({"publishable_key": "pk_live_x"}, "other mode"),
        ({"wallets": "apple_pay,beans"}, "no wallet beans"),
        ({"publishable_key": ""}, "publishable_key"),
        ({"apple_pay_domains": ""}, "together"),
        ({"apple_pay_domains": "https://shop.example"}, "no domain"),
        ({"apple_pay_domains": "localhost"}, "no domain"),
        ({"apple_pay_association": "<script>"}, "not the file"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_by_name(company, changes, problem_told):
    with pytest.raises(AccountInvalidError, match=problem_told):
        save_account(
            actor=SYSTEM, draft=draft(company, code=uuid4().hex, settings=PUBLIC | changes), now=NOW
        )
