"""Pages of payments: the last part of a promise, wallets of phones, what a front end offers."""

import pytest
from tests.builders.payments import pay, take
from tests.doors.console.test_payments import client_of, desk, drawn, send
from tests.sell.payments.test_phone_wallets import PUBLIC

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.payments.contracts import CaptureMode
from quanqu.sell.payments.facade import get_payment, list_accounts
from quanqu.sell.payments.models import Payment

__all__ = ["desk"]

pytestmark = pytest.mark.django_db


def test_the_last_part_gives_the_rest_up(desk):
    _, place = desk
    client = client_of(place)
    paid = pay(place, 10_000, capture=CaptureMode.LATER)
    take(paid.id, 2_000)
    name = encode("pay", paid.id)
    assert "is_last" in drawn(client, "payment", name).fields
    form = {"act": "capture", "amount": "30.00", "request_id": encode("req", new_id())}

    for _ in range(2):
        assert send(client, "payment_act", name, **form, is_last="on").status_code == 302

    found = get_payment(actor=SYSTEM, payment_id=paid.id)
    assert (found.captured_minor, found.voided_minor) == (5_000, 5_000)
    assert "is_last" not in drawn(client, "payment", name).fields


def test_a_card_that_is_captured_once_has_no_last_part_and_shows_its_wallet(desk):
    account, place = desk
    client = client_of(place)
    paid = pay(place, 10_000, capture=CaptureMode.LATER)
    Payment.objects.update(
        tender="card", account_key=account.key, takes_parts=False, wallet="google_pay"
    )

    page = drawn(client, "payment", encode("pay", paid.id))

    assert "is_last" not in page.fields
    assert "Google Pay" in page.text
    assert "Google Pay" in drawn(client, "payments").text


def test_an_account_says_what_is_offered_and_keeps_it_when_it_is_changed(desk):
    _, place = desk
    client = client_of(place)
    company = companies_by_key(keys=[place.company_key])[place.company_key].id
    form = {
        "company": company, "code": "shop", "is_test": "on", "is_enabled": "on",
        "secret-api_key": "sk_test_secret", "secret-webhook_secret": "whsec_secret", **PUBLIC,
    }  # fmt: skip
    wrong = form | {"publishable_key": "sk_test_secret"}
    assert send(client, "payment_account", "stripe", **wrong).status_code == 422
    assert send(client, "payment_account", "stripe", **form).status_code == 302

    made = next(one for one in list_accounts(actor=SYSTEM) if one.code == "shop")
    page = drawn(client, "payment_account", encode("pac", made.id))

    assert PUBLIC["apple_pay_association"] in page.text
    assert PUBLIC["apple_pay_association"] not in drawn(client, "payment_accounts").text
    assert made.settings == PUBLIC
