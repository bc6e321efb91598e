"""The REST calls of payments."""

from uuid import uuid4

import pytest
from ninja.testing import TestClient
from tests.builders.http import problem, program
from tests.builders.payments import breaches, make_shop, pay

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import get_unit
from quanqu.sell.payments.api import router
from quanqu.sell.payments.contracts import CaptureMode

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


def address(payment, *parts):
    return "/".join(["/api/v1/payments", encode("pay", payment.id), *parts])


def yuan(amount):
    return {"amount": amount, "currency": "CNY"}


def send(path, body=None, *, method="post"):
    answer = getattr(program(), method)(path, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_payment_is_shown_with_its_ledger(shop):
    paid = pay(shop, 12_345)

    shown = program().get(address(paid)).json()

    assert shown["amount"] == shown["captured"] == shown["refundable"] == yuan("123.45")
    assert (shown["state"], shown["tender"], shown["place"]) == ("captured", "test", shop.id)
    assert [(one["kind"], one["amount"]["amount"]) for one in shown["entries"]] == [
        ("authorisation", "123.45"), ("capture", "123.45"),
    ]  # fmt: skip


def test_payments_are_listed_by_what_they_are(shop):
    for number in range(3):
        pay(shop, reference=f"order-{number}")
    client = TestClient(router)

    def listed(query):
        answer = client.get(f"/payments?{query}", quanqu_actor=SYSTEM).json()
        return [one["reference"] for one in answer["items"]]

    assert listed("") == ["order-2", "order-1", "order-0"]
    assert listed("reference=order-1") == ["order-1"]
    assert listed("state=failed") == listed("tender=cash") == []
    assert listed(f"unit={shop.id}&limit=1") == ["order-2"]


def test_money_is_taken_given_up_and_given_back(shop):
    promised = pay(shop, 10_000, capture=CaptureMode.LATER)

    assert send(address(promised, "captures"), {"amount": yuan("60.00")})["captured"] == yuan(
        "60.00"
    )
    assert send(address(promised, "voiding"))["voided"] == yuan("40.00")
    back = send(address(promised, "refunds"), {"amount": yuan("0.01"), "reason": "late"})
    assert back["refundable"] == yuan("59.99")
    assert send(address(promised, "refunds"), {})["refunded"] == yuan("60.00")
    assert not breaches()


def test_a_call_repeated_under_its_key_moves_money_once(shop):
    paid = pay(shop, 10_000)
    body = {"amount": yuan("10.00")}

    client = program()

    def ask(**body):
        return client.post(
            address(paid, "refunds"), body, content_type="application/json",
            headers={"Idempotency-Key": "k1"},
        )  # fmt: skip

    for _ in range(3):
        assert ask(**body).json()["refunded"] == yuan("10.00")
    problem(ask(amount=yuan("11.00")), 422, "http.idempotency_mismatch")

    assert client.get(address(paid)).json()["refunded"] == yuan("10.00")
    assert not breaches()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": {"amount": "100.01", "currency": "CNY"}}, 409, "payments.state"),
        ({"amount": {"amount": "0", "currency": "CNY"}}, 422, "payments.amount"),
        ({"amount": {"amount": "1.001", "currency": "CNY"}}, 422, "kernel.money_format"),
        ({"amount": {"amount": "1", "currency": "EUR"}}, 422, "kernel.currency_mismatch"),
    ],
)
def test_what_cannot_be_given_back_is_refused_with_its_reason(shop, body, status, code):
    paid = pay(shop, 10_000)

    answer = program().post(address(paid, "refunds"), body, content_type="application/json")

    problem(answer, status, code)
    assert program().get(address(paid)).json()["refunded"]["amount"] == "0.00"


def test_a_payment_that_is_not_there_is_not_found(shop):
    problem(program().get(f"/api/v1/payments/{encode('pay', uuid4())}"), 404, "payments.not_found")
    problem(program().get("/api/v1/payments/pay_x"), 422, "kernel.malformed_id")


def test_a_refund_is_planned(shop):
    pay(shop, 3_000, tender="cash")
    pay(shop, 6_000)

    def plan(**query):
        query = {"reference": "order-1", "amount": "10.00", "currency": "CNY"} | query
        return program().get("/api/v1/payments/refund-plan", query_params=query)

    assert [one["amount"]["amount"] for one in plan().json()] == ["3.33", "6.67"]
    problem(plan(amount="90.01"), 409, "payments.refund_too_large")
    problem(plan(currency="EUR"), 422, "kernel.currency_mismatch")
    problem(plan(reference="other"), 404, "payments.not_found")


def test_tenders_and_accounts_are_shown_without_secrets(shop):
    tenders = {one["code"]: one for one in program().get("/api/v1/payments/tenders").json()}
    assert not tenders["cash"]["can_void"]
    company = program().get("/api/v1/payment-accounts").json()[0]["company"]
    body = {"company": company, "code": "more", "provider": "test", "is_test": True}

    saved = send("/api/v1/payment-accounts", body, method="put")

    assert saved["secret_names"] == []
    assert "secrets" not in saved
    assert len(program().get("/api/v1/payment-accounts").json()) == 2
    assert get_unit(actor=SYSTEM, unit_id=company).key == shop.company_key
