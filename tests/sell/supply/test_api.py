"""The REST calls of supply, by HTTP with a key."""

from datetime import timedelta

import pytest
from tests.builders.http import API, problem, program
from tests.builders.supply import make_world

from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def world():
    return make_world(now=utc_now())


@pytest.fixture
def client(world):
    return program()


def post(client, path, body=None, *, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{API}{path}", body or {}, JSON, headers=headers)


def draft(client, world, **told):
    body = {
        "supplier": world.supplier_id,
        "place": world.shop.id,
        "lines": [{"sku": "tea", "quantity": 30}, {"sku": "cup", "quantity": 12}],
    }
    answer = post(client, "/purchase-orders", body | told)
    assert answer.status_code == 201, answer.content
    return answer.json()


def sent(client, world):
    made = draft(client, world)
    for step in ("submission", "dispatch"):
        answer = post(client, f"/purchase-orders/{made['id']}/{step}")
        assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_order_goes_from_draft_to_closed(client, world):
    made = draft(client, world)
    assert made["state"] == "draft"
    assert made["total"] == {"amount": "123.00", "currency": "CNY"}
    assert made["lines"][0]["unit_cost"] == {"amount": "2.50", "currency": "CNY"}
    path = f"/purchase-orders/{made['id']}"
    assert post(client, f"{path}/submission").json()["state"] == "approved"
    assert post(client, f"{path}/dispatch").json()["state"] == "sent"

    body = {
        "reference": "DN-1",
        "lines": [{"line_no": 1, "good": 19, "damaged": 1}, {"line_no": 2, "good": 6}],
    }
    receipt = post(client, f"{path}/receipts", body).json()
    assert receipt["lines"][0] == {
        "line_no": 1,
        "sku": "tea",
        "good": 19,
        "damaged": 1,
        "unit_cost": {"amount": "2.50", "currency": "CNY"},
        "landed": {"amount": "0.00", "currency": "CNY"},
        "unit_landed": "2.5000",
    }
    charge = {"kind": "freight", "amount": "10.00", "basis": "quantity"}
    charged = post(client, f"/receipts/{receipt['id']}/charges", charge).json()
    assert [one["amount"]["amount"] for one in charged["charges"][0]["shares"]] == ["7.69", "2.31"]
    assert charged["lines"][0]["unit_landed"] == "2.8845"

    closed = post(client, f"{path}/closure", {"reason": "the rest is out"}).json()
    assert closed["state"] == "closed"
    assert [line["open"] for line in closed["lines"]] == [0, 0]
    assert [one["act"] for one in closed["history"]] == [
        "create", "submit", "approve", "send", "receive", "close",
    ]  # fmt: skip
    told = client.get(f"{API}/purchase-orders/discrepancies").json()
    assert {(one["sku"], one["kind"], one["units"]) for one in told} == {
        ("tea", "short", 10), ("tea", "damaged", 1), ("cup", "short", 6),
    }  # fmt: skip


def test_a_call_again_under_its_key_happens_once(client, world):
    order = sent(client, world)
    path = f"/purchase-orders/{order['id']}/receipts"
    body = {"reference": "DN-1", "lines": [{"line_no": 1, "good": 10}]}

    first, again = (post(client, path, body, key="k-1") for _ in range(2))
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert post(client, path, body).json()["id"] == first.json()["id"], "the reference says so"
    other = {"reference": "DN-1", "lines": [{"line_no": 1, "good": 11}]}
    problem(post(client, path, other), 409, "supply.receipt_reference")
    assert world.level(world.tea)["on_hand"] == 10


@pytest.mark.parametrize(
    ("step", "body", "status", "code"),
    [
        ("approval", None, 409, "supply.order_state"),
        ("rejection", {"reason": ""}, 422, "supply.field"),
        ("cancellation", {"reason": "x"}, 422, "supply.field"),
        ("closure", {"reason": ""}, 409, "supply.order_state"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 1, "good": 31}]}, 409,
         "supply.over_delivery"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 9, "good": 1}]}, 422,
         "supply.receipt_line"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 1, "good": 0}]}, 422,
         "supply.receipt_line"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 1, "good": -1}]}, 422,
         "http.invalid_request"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 1, "good": 1}], "received_at":
         (utc_now() + timedelta(hours=1)).isoformat()}, 422, "supply.receipt_line"),
        ("receipts", {"reference": "a", "lines": [{"line_no": 1, "good": 1}], "received_at":
         "2020-01-01T00:00:00Z"}, 422, "supply.receipt_line"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name_and_changes_nothing(
    client, world, step, body, status, code
):
    order = sent(client, world)
    path = f"/purchase-orders/{order['id']}"

    problem(post(client, f"{path}/{step}", body), status, code)

    assert client.get(f"{API}{path}").json() == order
    assert world.level(world.tea)["on_hand"] == 0


def test_a_draft_changes_and_a_sent_order_shrinks(client, world):
    made = draft(client, world)
    path = f"{API}/purchase-orders/{made['id']}"
    more = {"lines": [{"sku": "tea", "quantity": 50, "unit_cost": "2.20"}], "note": "more"}
    changed = client.put(path, more, JSON).json()
    assert (changed["total"]["amount"], changed["note"], changed["version"]) == (
        "110.00",
        "more",
        1,
    )
    for step in ("submission", "dispatch"):
        post(client, f"/purchase-orders/{made['id']}/{step}")

    grown = client.put(path, {"lines": [{"sku": "tea", "quantity": 51}]}, JSON)
    problem(grown, 409, "supply.order_change")
    less = client.put(path, {"lines": [{"sku": "tea", "quantity": 40}]}, JSON).json()
    assert (less["version"], less["lines"][0]["open"]) == (2, 40)
    assert less["history"][-1]["lines_before"] == [
        {"line_no": 1, "sku": "tea", "ordered": 50, "received": 0}
    ]
    assert world.level(world.tea)["incoming"] == 40


def test_suppliers_are_kept_and_their_contact_is_revealed_to_who_may(client, world):
    body = {
        "company": world.company.id,
        "code": "pot",
        "name": "Potter",
        "currency": "EUR",
        "minimum_order": "100.00",
        "contact": {"name": "Ida Holm", "email": "ida@potter.example"},
    }
    made = post(client, "/suppliers", body)
    assert made.status_code == 201
    supplier = made.json()
    assert "ida@" not in made.content.decode()
    problem(post(client, "/suppliers", body), 409, "supply.supplier_code_taken")

    path = f"{API}/suppliers/{supplier['id']}"
    told = {"code": "pot", "name": "Potters", "currency": "EUR", "is_active": False}
    assert client.put(path, told, JSON).json()["name"] == "Potters"
    shown = client.post(f"{path}/reveal", {}, JSON).json()
    assert shown == {"name": "Ida Holm", "email": "ida@potter.example", "phone": "", "address": ""}
    listed = client.get(f"{API}/suppliers?is_active=true").json()["items"]
    assert [one["code"] for one in listed] == ["leaf"]
    viewer = program(role=RoleCode.STORE_MANAGER, unit_id=world.shop.id)
    assert viewer.get(path).status_code == 200
    problem(viewer.post(f"{path}/reveal", {}, JSON), 403, "kernel.not_allowed")


def test_costs_come_one_by_one_and_as_a_catalogue(client, world):
    path = f"/suppliers/{world.supplier_id}"
    today = utc_now().date()
    told = {"costs": [{"sku": "tea", "cost": "2.75", "pack_size": 5}]}
    assert post(client, f"{path}/costs", told).json() == {"added": 1}
    problem(
        post(client, f"{path}/costs", {"costs": [{"sku": "x", "cost": "1"}]}), 422, "supply.field"
    )

    sheet = f"sku,cost,valid_from\ntea,2.75,\ncup,4.5,{today + timedelta(days=9)}\nx,1,\n"
    found = post(client, f"{path}/catalogue", {"csv": sheet}).json()
    assert (found["rows"], found["taken"], found["unchanged"]) == (3, 2, 0)
    assert found["rejected"] == [
        {"row": 3, "reason": "the company sells no item 'x'", "cells": ["x", "1", ""]}
    ]
    costs = client.get(f"{API}{path}/costs").json()
    current = {one["sku"]: one["cost"]["amount"] for one in costs if one["is_current"]}
    assert current == {"tea": "2.75", "cup": "4.00"}


def test_rules_of_buying_ask_for_a_second_person(client, world):
    path = f"{API}/companies/{world.company.id}/buying-rules"
    assert client.get(path).json()["approval_limit"] is None
    told = {"currency": "CNY", "approval_limit": "100.00", "over_rate": "0.1"}
    assert client.put(path, told, JSON).json() == {
        "company": world.company.id,
        "approval_limit": {"amount": "100.00", "currency": "CNY"},
        "over_rate": "0.1",
    }
    order = draft(client, world)
    steps = f"/purchase-orders/{order['id']}"
    submitted = post(client, f"{steps}/submission").json()
    assert (submitted["state"], submitted["needs_second_person"]) == ("submitted", True)
    problem(post(client, f"{steps}/approval"), 409, "supply.second_person")
    assert post(program(), f"{steps}/approval").json()["state"] == "approved"


def test_lists_are_narrowed_and_paged(client, world):
    ids = [draft(client, world)["id"] for _ in range(3)]
    post(client, f"/purchase-orders/{ids[1]}/submission")

    def listed(query):
        return [one["id"] for one in client.get(f"{API}/purchase-orders?{query}").json()["items"]]

    assert listed("state=draft&sort=oldest") == [ids[0], ids[2]]
    assert listed(f"unit={world.depot.id}") == []
    assert listed(f"supplier={world.supplier_id}&search=PO-000003") == [ids[2]]
    page = client.get(f"{API}/purchase-orders?limit=2")
    assert [one["id"] for one in page.json()["items"]] == [ids[2], ids[1]]
    assert 'rel="next"' in page["Link"]
    assert client.get(f"{API}/purchase-orders/count?state=draft").json() == {"count": 2}
    assert listed("is_overdue=true") == []
    problem(client.get(f"{API}/purchase-orders/pur_x"), 422, "kernel.malformed_id")


def test_lead_times_are_told(client, world):
    order = sent(client, world)
    body = {"reference": "a", "lines": [{"line_no": 1, "good": 30}, {"line_no": 2, "good": 12}]}
    post(client, f"/purchase-orders/{order['id']}/receipts", body)

    whole, *items = client.get(f"{API}/suppliers/{world.supplier_id}/lead-times").json()
    assert (whole["sku"], whole["count"], whole["on_time_rate"], whole["fill_rate"]) == (
        None, 2, 1.0, 1.0,
    )  # fmt: skip
    assert {one["sku"] for one in items} == {"tea", "cup"}
    assert client.get(f"{API}/lead-times").json() == [whole]
    receipts = client.get(f"{API}/receipts?purchase_order={order['id']}").json()["items"]
    assert [one["reference"] for one in receipts] == ["a"]
    assert client.get(f"{API}/receipts/{receipts[0]['id']}").json() == receipts[0]
