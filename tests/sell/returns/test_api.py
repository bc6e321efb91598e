"""The REST calls of returns."""

import base64
from typing import Any

import pytest
from django.test import Client
from tests.builders.goods import Shop
from tests.builders.http import API, problem, program
from tests.builders.returns import PNG, breaches, make_open_shop, recorded, sold

from quanqu.kernel.ids import encode
from quanqu.sell.returns.models import Return

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


@pytest.fixture
def door() -> Client:
    return program()


def post(client: Client, path: str, body: Any = None, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"{API}{path}", body or {}, content_type=JSON, headers=headers)


def done(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def asked(shop: Shop, order: str, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    line = {"line": 1, "quantity": quantity, "reason": "changed_mind"}
    return {"order": order, "place": shop.store.id, "lines": [line]} | more


def test_a_return_is_asked_about_opened_and_settled(shop: Shop, door: Client) -> None:
    order = encode("ord", sold(shop, ("tea", 2)).id)
    found = done(post(door, "/returns/orders", {"place": shop.store.id, "number": order}))
    assert found["items"][0]["lines"][0]["free"] == 2

    told = done(post(door, "/returns/preview", asked(shop, order)))
    assert (told["is_allowed"], told["refund"]["amount"]) == (True, "12.50")
    assert not Return.objects.exists()

    made = done(post(door, "/returns", asked(shop, order), key="a"), 201)
    again = done(post(door, "/returns", asked(shop, order), key="a"), 201)
    assert made == again
    at = f"/returns/{made['id']}"
    photo = {"content": base64.b64encode(PNG).decode()}
    kept = done(post(door, f"{at}/photos", photo), 201)
    shown = door.get(f"{API}{at}/photos/{kept['id']}")
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    done(post(door, f"{at}/parcel", {"detail": "SF123"}))
    done(post(door, f"{at}/arrival", {"lines": [{"line": 1, "quantity": 1}]}))
    done(post(door, f"{at}/inspection", {"lines": [{"line": 1, "units": {"a": 1}}]}))
    first = done(post(door, f"{at}/settlement", {}, key="s"))
    second = done(post(door, f"{at}/settlement", {}, key="s"))

    assert first == second
    assert first["state"] == "settled"
    assert [one["kind"] for one in first["entries"]] == ["goods", "refund"]
    listed = door.get(f"{API}/returns?is_open=false&unit={shop.store.id}").json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    assert not breaches()


def test_an_exchange_is_placed_once(shop: Shop, door: Client) -> None:
    order = encode("ord", sold(shop).id)
    at = f"/returns/{done(post(door, '/returns', asked(shop, order)), 201)['id']}"
    done(post(door, f"{at}/arrival"))
    done(post(door, f"{at}/inspection", {"lines": [{"line": 1, "units": {"a": 1}}]}))
    done(post(door, f"{at}/settlement", {"to_credit": True}))
    line = {"item": shop.items["cup"].id, "quantity": 1, "unit_price": "10.00"}

    first = done(post(door, f"{at}/exchange", {"lines": [line]}, key="x"))
    again = done(post(door, f"{at}/exchange", {"lines": [line]}, key="x"))

    assert first == again
    assert (first["credit_left"]["amount"], bool(first["exchange_order"])) == ("0.00", True)
    wrong = line | {"item": "var_" + "0" * 26}
    assert post(door, f"{at}/exchange", {"lines": [wrong]}).status_code == 404
    assert not breaches()


def test_refusals_are_named(shop: Shop, door: Client) -> None:
    order = encode("ord", recorded(shop))
    for body, code, status in (
        (asked(shop, order, 3), "returns.quantity", 409),
        (asked(shop, order, 0), "returns.line", 422),
        (asked(shop, order, 10**12), "returns.line", 422),
        (asked(shop, "ord_" + "0" * 26), "returns.order_not_found", 404),
        (asked(shop, order, place="plc_" + "0" * 26), "returns.place", 404),
    ):
        response = post(door, "/returns", body)
        problem(response, status, code)
    made = done(post(door, "/returns", asked(shop, order)), 201)
    settled = post(door, f"/returns/{made['id']}/settlement")
    problem(settled, 409, "returns.step")
    photo = post(door, f"/returns/{made['id']}/photos", {"content": "R0lG"})
    problem(photo, 422, "returns.photo")
    assert door.get(f"{API}/returns/ret_{'0' * 26}").status_code == 404
    assert not breaches()


def test_a_policy_is_put_in_force(shop: Shop, door: Client) -> None:
    at = f"{API}/companies/{shop.company.id}/return-policies"
    (usual,) = door.get(at).json()
    assert usual["number"] == 0
    body = {"policy": usual["policy"] | {"window_days": 14}}
    saved = done(door.put(at, body, content_type=JSON))
    assert (saved["number"], saved["policy"]["window_days"]) == (1, 14)
    wrong = body | {"policy": {"window_days": "soon"}}
    refused = door.put(at, wrong, content_type=JSON)
    problem(refused, 422, "returns.policy_format")
    assert "window_days" in str(done(door.get(f"{API}/return-policies/schema")))
