"""The pages of payments: money moved, statements taken in, differences worked through."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.builders.payments import make_test_account, pay
from tests.builders.settlement import make_account, make_payment, stripe_file
from tests.doors.console.test_supply import Drawn
from tests.sell.payments.test_settlement import CHARGE

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import RoleCode
from quanqu.know.org.facade import companies_by_key
from quanqu.sell.payments.contracts import CaptureMode, DifferenceFilters
from quanqu.sell.payments.facade import (
    get_difference,
    get_payment,
    get_terms,
    list_accounts,
    list_differences,
    list_statements,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    account, place = make_account()
    make_test_account(place.company_key)
    return account, place


def client_of(place, role=RoleCode.OWNER):
    company = companies_by_key(keys=[place.company_key])[place.company_key]
    unit = company.id if role is RoleCode.OWNER else place.id
    return signed_in(make_person(role=role, unit_id=unit))


def drawn(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"console:{name}", args=args), query)
    assert answer.status_code == status
    return Drawn(answer)


def send(client, name, *args, **form):
    return client.post(reverse(f"console:{name}", args=args), form)


def test_payments_are_found_by_what_they_are(desk):
    _, place = desk
    client = client_of(place)
    assert "No payments yet" in drawn(client, "payments").text
    for number, amount in enumerate((1_000, 2_000)):
        pay(place, amount, reference=f"basket-{number}")

    for query in ({"least": "15"}, {"q": "basket-1"}, {"tender": "test", "least": "20"}):
        page = drawn(client, "payments", **query)
        assert "basket-1" in page.text
        assert "basket-0" not in page.text
    assert "basket" not in drawn(client, "payments", problem="yes").text
    exported = client.get(reverse("console:payments"), {"export": "csv"})
    assert b"basket-0" in b"".join(exported.streaming_content)


def test_money_is_taken_and_given_back_once_for_each_form(desk):
    _, place = desk
    client = client_of(place)
    paid = pay(place, 10_000, capture=CaptureMode.LATER)
    name = encode("pay", paid.id)
    form = {"act": "capture", "amount": "60.00", "request_id": encode("req", new_id())}

    for _ in range(2):
        assert send(client, "payment_act", name, **form).status_code == 302
    back = {"act": "refund", "amount": "70", "request_id": encode("req", new_id()), "reason": "x"}
    send(client, "payment_act", name, **back)
    assert "60" in drawn(client, "payment", name).text

    found = get_payment(actor=SYSTEM, payment_id=paid.id)
    assert (found.captured_minor, found.refunded_minor) == (6_000, 0)
    send(client, "payment_act", name, **(back | {"amount": "10.00"}))
    assert get_payment(actor=SYSTEM, payment_id=paid.id).refunded_minor == 1_000


def test_an_associate_looks_and_moves_nothing(desk):
    _, place = desk
    paid = pay(place, 10_000)
    client = client_of(place, RoleCode.ASSOCIATE)
    name = encode("pay", paid.id)

    assert "amount" not in drawn(client, "payment", name).fields
    send(client, "payment_act", name, act="refund", amount="1", request_id=encode("req", new_id()))

    assert not get_payment(actor=SYSTEM, payment_id=paid.id).refunded_minor
    assert send(client, "statement_import", target="x").status_code == 403


def test_keys_are_written_and_never_shown(desk):
    _, place = desk
    client = client_of(place)
    company = companies_by_key(keys=[place.company_key])[place.company_key].id
    form = {
        "company": company, "code": "shop", "is_test": "on", "is_enabled": "on",
        "secret-api_key": "sk_test_secret", "secret-webhook_secret": "whsec_secret",
    }  # fmt: skip

    assert send(client, "payment_account", "stripe", **form).status_code == 302
    bad = send(client, "payment_account", "stripe", **(form | {"code": "Ü"}))
    assert (bad.status_code, len(Drawn(bad).alerts)) == (422, 1)

    made = next(one for one in list_accounts(actor=SYSTEM) if one.code == "shop")
    for page in (
        drawn(client, "payment_accounts"), drawn(client, "payment_account", encode("pac", made.id))
    ):  # fmt: skip
        assert "secret" not in page.text.replace("webhook_secret", "")
        values = [field.get("value") or "" for fields in page.fields.values() for field in fields]
        assert not any("sk_test" in value for value in values)
    terms = {"wait_days": "4", "payout_days": "6", "fee_rate": "1.5 %"}
    send(client, "payment_terms", encode("pac", made.id), **terms)
    agreed = get_terms(actor=SYSTEM, account_id=made.id).terms
    assert (agreed.wait_days, str(agreed.fee_rate.normalize())) == (4, "0.015")


def test_a_statement_is_taken_in_and_a_difference_closed(desk):
    account, place = desk
    client = client_of(place)
    make_payment(account, place, ("capture", 9_000, "c1"))
    assert "No statements yet" in drawn(client, "settlement").text
    content = stripe_file(CHARGE, {"reporting_category": "charge", "gross": "x"})
    form = {"target": f"stripe_balance:{encode('pac', account.id)}"}

    taken = client.post(
        reverse("console:statement_import"),
        form | {"file": SimpleUploadedFile("bill.csv", content)},
    )
    assert taken.status_code == 302
    (statement,) = list_statements(actor=SYSTEM).items
    name = encode("stm", statement.id)
    assert "bill.csv" in drawn(client, "statement", name).text
    rejects = client.get(reverse("console:statement_rejects", args=[name]))
    assert b"charge" in b"".join(rejects.streaming_content)
    wrong = client.post(
        reverse("console:statement_import"), form | {"file": SimpleUploadedFile("x.csv", b"a,b")}
    )
    assert (wrong.status_code, len(Drawn(wrong).alerts)) == (422, 1)

    (found,) = list_differences(actor=SYSTEM, filters=DifferenceFilters()).items
    difference = encode("dif", found.id)
    assert "Amount differs" in drawn(client, "differences", state="open").text
    assert "order-1" in drawn(client, "difference", difference).text
    assert send(client, "difference_act", difference, act="close", note=" ").status_code == 422
    send(client, "difference_act", difference, act="close", note="their mistake")
    detail = get_difference(actor=SYSTEM, difference_id=found.id)
    assert (str(detail.difference.state), detail.notes[0].note) == ("closed", "their mistake")
    page = drawn(client, "difference", difference)
    assert "their mistake" in page.text
