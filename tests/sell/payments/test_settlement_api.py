"""The REST calls of settlement."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.builders.http import problem, program
from tests.builders.settlement import DAY, make_account, make_payment, stripe_file
from tests.sell.payments.test_settlement import CHARGE
from tests.sell.payments.test_statements import BANK

from quanqu.kernel.ids import encode
from quanqu.know.org.facade import companies_by_key

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/settlement"


def send(content, **fields):
    file = SimpleUploadedFile("bill.csv", content, "text/csv")
    return program().post(f"{ROOT}/statements", {**fields, "file": file})


def test_a_statement_is_imported_and_what_differs_is_worked_through():
    account, place = make_account()
    make_payment(account, place, ("capture", 9_000, "c1"))
    name = encode("pac", account.id)
    content = stripe_file(CHARGE, {"reporting_category": "charge", "gross": "x"})

    made = send(content, form="stripe_balance", account=name).json()
    again = send(content, form="stripe_balance", account=name).json()

    assert (made["lines"], made["rejected"], made["is_repeat"]) == (2, 1, False)
    assert (again["id"], again["is_repeat"]) == (made["id"], True)
    assert [(one["row"], one["reason"]) for one in made["rejects"]] == [(4, "amount")]
    assert [one["id"] for one in program().get(f"{ROOT}/statements").json()["items"]] == [
        made["id"]
    ]
    lines = program().get(f"{ROOT}/statements/{made['id']}/lines").json()["items"]
    assert [one["is_matched"] for one in lines] == [False, True]

    (listed,) = program().get(f"{ROOT}/differences?state=open&account={name}").json()["items"]
    assert (listed["kind"], listed["expected"]["amount"], listed["found"]["amount"]) == (
        "amount_differs", "90.00", "100.00"
    )  # fmt: skip
    address = f"{ROOT}/differences/{listed['id']}"
    for act in ("notes", "closing", "reopening"):
        shown = program().post(f"{address}/{act}", {"note": act}, content_type="application/json")
        assert shown.status_code == 200
    shown = program().get(address).json()
    assert shown["entry"]["amount"]["amount"] == "90.00"
    assert [one["provider_id"] for one in shown["lines"]] == ["c1"]
    assert [one["act"] for one in shown["notes"]] == ["noted", "closed", "reopened"]
    twice = program().post(f"{address}/reopening", {"note": "x"}, content_type="application/json")
    problem(twice, 409, "payments.difference_state")

    day = DAY.date().isoformat()
    (row,) = program().get(f"{ROOT}/days?first={day}&last={day}").json()
    assert (row["total"]["amount"], row["different_count"], row["account"]) == ("90.00", 1, name)


def test_a_banks_file_names_its_columns():
    _, place = make_account()
    company = companies_by_key(keys=[place.company_key])[place.company_key].id
    fields = {
        "form": "bank_csv", "company": company, "day": "Buchungstag", "reference": "Zweck",
        "amount": "Betrag", "currency": "EUR", "identity": "Nr", "day_form": "DD.MM.YYYY",
        "decimal": ",",
    }  # fmt: skip

    made = send(BANK.encode(), **fields).json()

    assert (made["lines"], made["rejected"], made["account"]) == (2, 3, None)
    for changes, code in (
        ({"amount": "No"}, "payments.statement_unreadable"),
        ({"amount": ""}, "payments.statement_field"),
        ({"company": ""}, "payments.statement_field"),
    ):
        problem(send(b"a;b\n1;2\n", **(fields | changes)), 422, code)


def test_terms_are_agreed_for_an_account():
    account, _ = make_account()
    address = f"/api/v1/payment-accounts/{encode('pac', account.id)}/terms"
    agreed = {"fee_rate": "0.006", "wait_days": 2, "returns_fee": True}

    saved = program().put(address, agreed, content_type="application/json").json()

    assert saved == program().get(address).json()
    assert (saved["fee_rate"], saved["wait_days"], saved["payout_days"]) == ("0.006", 2, 5)
    bad = program().put(address, {"wait_days": -1}, content_type="application/json")
    assert bad.status_code == 422
