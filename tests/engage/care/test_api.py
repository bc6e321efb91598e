"""Open matters and the next action by API: the same as the facade says, and whom it refuses."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.builders import customers, orders
from tests.builders.http import API, problem, program
from tests.builders.org import make_group

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.customers.models import Identifier
from quanqu.know.org.contracts import RoleCode
from quanqu.know.privacy.contracts import NewRequest, RequestKind
from quanqu.know.privacy.facade import create_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_lake")]


@pytest.fixture
def client() -> Client:
    make_group()
    return program()


def make_customer() -> tuple[str, int]:
    places, subject = orders.make_places(), orders.make_subject("ada@example.com")
    customers.seen_at((subject, places["shop"].key), (subject, places["market"].key))
    orders.record(
        orders.make_order(places["shop"], external_id="own", subject_key=subject, status="paid"),
        orders.make_order(places["market"], external_id="away", subject_key=subject, status="paid"),
    )
    customer = Identifier.objects.select_related("customer").get(key=subject).customer
    return encode("cus", customer.id), subject


def test_open_matters_say_what_since_when_until_when_and_where(client: Client) -> None:
    customer, _ = make_customer()
    received = utc_now() - timedelta(days=40)
    new = NewRequest(RequestKind.ACCESS, (customer,), received_at=received)
    asked = create_request(actor=SYSTEM, new=new, now=utc_now())

    found = client.get(f"{API}/customers/{customer}/matters").json()

    request, *waiting = found["matters"]
    assert found["hidden"] == []
    assert (request["kind"], request["about"], request["state"]) == (
        "privacy_request", "access", "received",
    )  # fmt: skip
    assert request["is_overdue"]
    assert request["since"] < request["due_at"]
    assert request["settled_at"] == f"{API}/privacy/requests/{asked.id}"
    assert [one["kind"] for one in waiting] == ["order_unfulfilled"] * 2
    amounts = {one["about"]: one["amount"] for one in waiting}
    assert amounts["own"] == {"amount": "25.00", "currency": "GBP"}
    for one in (request, waiting[0]):
        assert client.get(one["settled_at"]).status_code == 200


def test_the_next_action_comes_with_its_reason_and_what_was_passed_over(client: Client) -> None:
    customer, _ = make_customer()

    found = client.get(f"{API}/customers/{customer}/next-action").json()

    assert found["is_worked_out"]
    assert found["action"]["code"] == "order_unsent"
    assert found["action"]["leads_to"]["to"] == "order"
    assert "25.00" in found["action"]["reason"]["en"]
    assert "25.00" in found["action"]["reason"]["zh_hans"]
    considered = {one["code"]: one["why"] for one in found["considered"]}
    assert considered["ask_for_a_way"] == "later"
    assert considered["privacy_overdue"] == "not_now"
    assert {one["channel"]: one["has_address"] for one in found["marketing"]} == {
        "email": True, "sms": False, "phone": False, "push": False, "wechat": False,
    }  # fmt: skip


def test_a_program_of_one_company_is_told_of_its_own_matters_alone() -> None:
    customer, _ = make_customer()
    create_request(actor=SYSTEM, new=NewRequest(RequestKind.ACCESS, (customer,)), now=utc_now())
    company = orders.make_places()["shop"].company_id
    other = program(role=RoleCode.OWNER, unit_id=company)

    found = other.get(f"{API}/customers/{customer}/matters").json()
    action = other.get(f"{API}/customers/{customer}/next-action").json()

    assert {one["about"] for one in found["matters"]} == {"own"}
    assert found["hidden"] == action["hidden"] == ["matching", "privacy"]


@pytest.mark.parametrize("call", ["matters", "next-action"])
def test_nobody_s_customer_and_no_customer_are_refused(client: Client, call: str) -> None:
    unknown = encode("cus", Identifier().id)

    problem(client.get(f"{API}/customers/{unknown}/{call}"), 404, "kernel.not_found")
    assert client.get(f"{API}/customers/cus_x/{call}").status_code in (404, 422)
    assert Client().get(f"{API}/customers/{unknown}/{call}").status_code == 401
