"""The REST calls of replenishment, by HTTP with a key."""

import pytest
from tests.builders.http import API, problem, program
from tests.builders.supply import make_world

from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.contracts import RoleCode

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def world():
    return make_world(now=utc_now())


@pytest.fixture
def client(world):
    return program()


def send(client, method, path, body, *, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(f"{API}/replenishment{path}", body, JSON, headers=headers)


def policy(world, **told):
    return {"place": world.shop.id, "sku": "tea", "minimum": 5, "maximum": 20} | told


def test_from_a_policy_to_an_order(client, world):
    day = utc_now().date().isoformat()
    told = {"policies": [policy(world, method="forecast", supplier=world.supplier_id)]}
    assert send(client, "put", "/policies", told).json() == {"count": 1}
    (kept,) = client.get(f"{API}/replenishment/policies").json()["items"]
    assert (kept["service_rate"], kept["supplier"]) == ("0.95", world.supplier_id)
    period = {"place": world.shop.id, "sku": "tea", "starts_on": day, "days": 30, "quantity": 300,
              "standard_error": 15}  # fmt: skip
    body = {"made_at": format_time(utc_now()), "source": "fc", "periods": [period]}
    assert send(client, "post", "/forecasts", body).json() == {"count": 1}

    run = send(client, "post", "/runs", {"company": world.company.id}).json()
    assert (run["policies"], run["proposed"], run["unforecast"]) == (1, 1, 0)
    assert client.get(f"{API}/replenishment/runs").json() == [run]
    (found,) = client.get(f"{API}/replenishment/proposals?state=open").json()["items"]
    assert found["figures"]["reorder_point"] > found["figures"]["net"] == 0
    assert found["figures"]["unit_cost"] == {"amount": "2.50", "currency": "CNY"}
    path = f"/proposals/{found['id']}"
    changed = send(client, "put", f"{path}/quantity", {"quantity": 40}).json()
    assert (changed["units"], changed["amount"]["amount"]) == (40, "100.00")

    accepted = send(client, "post", "/acceptances", {"proposals": [found["id"]]}, key="a")
    (made,) = accepted.json()
    again = send(client, "post", "/acceptances", {"proposals": [found["id"]]}, key="a").json()
    assert accepted.status_code == 201
    assert again == [made]
    order = client.get(f"{API}/purchase-orders/{made['document']}").json()
    assert (order["state"], order["lines"][0]["ordered"]) == ("draft", 40)
    one = client.get(f"{API}/replenishment{path}").json()
    assert (one["state"], one["document"]) == ("accepted", made["document"])
    count = client.get(f"{API}/replenishment/proposals/count?state=open").json()
    assert count == {"count": 0}


def test_what_cannot_be_is_named(client, world):
    assert send(client, "put", "/policies", {"policies": [policy(world)]}).status_code == 200
    send(client, "post", "/runs", {"company": world.company.id})
    (found,) = client.get(f"{API}/replenishment/proposals").json()["items"]

    wrong = send(client, "put", "/policies", {"policies": [policy(world, sku="gin")]})
    problem(wrong, 404, "replenishment.item_not_found")
    wrong = send(client, "put", "/policies", {"policies": [policy(world, maximum=1)]})
    problem(wrong, 422, "replenishment.policy")
    wrong = send(client, "post", "/runs", {"company": world.shop.id})
    problem(wrong, 404, "org.unit_not_found")
    told = {"proposals": [found["id"]], "reason": "no"}
    assert send(client, "post", "/dismissals", told).json() == {"count": 1}
    wrong = send(client, "post", "/acceptances", {"proposals": [found["id"]]})
    problem(wrong, 409, "replenishment.proposal_state")
    item = {"items": [{"place": world.shop.id, "sku": "tea"}]}
    assert send(client, "post", "/policy-stops", item).json() == {"count": 1}
    assert client.get(f"{API}/replenishment/policies").json()["items"] == []
    viewer = program(role=RoleCode.VIEWER)
    refused = send(viewer, "put", "/policies", {"policies": [policy(world)]})
    assert refused.status_code == 403


def test_alerts_are_listed_by_kind_and_state(client, world):
    send(client, "put", "/policies", {"policies": [policy(world, most_cover_days=60)]})
    send(client, "post", "/runs", {"company": world.company.id})

    (found,) = client.get(f"{API}/replenishment/alerts?kind=out").json()["items"]
    assert (found["sku"], found["place"], found["free"]) == ("tea", world.shop.id, 0)
    assert found["closed_at"] is None
    counts = [
        client.get(f"{API}/replenishment/alerts/count?{query}").json()["count"]
        for query in ("kind=overstock", "is_open=false", f"unit={world.shop.id}")
    ]
    assert counts == [0, 0, 1]
