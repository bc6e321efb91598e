"""The REST calls of live orders."""

from typing import Any

import pytest
from django.test import Client
from tests.builders.catalog import show
from tests.builders.checkout import breaches, make_open_shop
from tests.builders.goods import Shop
from tests.builders.http import API, problem, program

from quanqu.kernel.time import utc_now
from quanqu.sell.checkout.facade import record_live_orders
from quanqu.sell.checkout.models import Contact, Order
from quanqu.sell.checkout.queries.orders import contact_of

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


@pytest.fixture
def door() -> Client:
    return program()


def get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def post(client: Client, path: str, body: Any = None, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"{API}{path}", body or {}, content_type=JSON, headers=headers)


def asked(shop: Shop, quantity: Any = 2, **more: Any) -> dict[str, Any]:
    line = {"sku": "tea", "quantity": quantity, "unit_price": "12.50"}
    made = {"place": shop.store.id, "lines": [line], "tenders": [{"tender": "test"}]}
    return made | more


def placed(client: Client, shop: Shop, **more: Any) -> dict[str, Any]:
    response = post(client, "/live-orders", asked(shop, **more))
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    return found


def test_an_order_is_placed_shown_and_shipped(shop: Shop, door: Client) -> None:
    made = placed(door, shop, note="Ring twice", contact={"name": "Mei", "city": "Suzhou"})
    assert (made["state"], made["total"]) == ("confirmed", {"amount": "25.00", "currency": "CNY"})

    found = get(door, f"/live-orders/{made['id']}")
    assert found["lines"][0] | {"item": ""} == {
        "line": 1,
        "item": "",
        "sku": "tea",
        "name": "north tea",
        "quantity": 2,
        "unit_price": {"amount": "12.50", "currency": "CNY"},
        "amount": {"amount": "25.00", "currency": "CNY"},
        "from_place": shop.store.id,
        "part": 1,
    }
    assert found["parts"] == [
        {"part": 1, "place": shop.store.id, "state": "waiting", "wanted_on": None, "drop": 0}
    ]
    assert [one["captured"]["amount"] for one in found["payments"]] == ["25.00"]
    for call, state in (("picking", "processing"), ("shipment", "shipped")):
        moved = post(door, f"/live-orders/{made['id']}/{call}", {"detail": "SF 123"})
        assert (moved.status_code, moved.json()["state"]) == (200, state)
    assert [one["step"] for one in moved.json()["steps"]] == ["place", "pick", "ship"]
    assert [one["id"] for one in get(door, "/live-orders?state=shipped")["items"]] == [made["id"]]
    assert get(door, "/live-orders?state=confirmed")["items"] == []
    assert not breaches()


def test_what_is_live_is_among_the_orders_of_all_channels_under_its_id(
    shop: Shop, door: Client
) -> None:
    made = placed(door, shop, contact={"name": "Mei", "city": "Suzhou"})
    record_live_orders(now=utc_now())
    record = get(door, f"/orders/{made['id']}")
    assert (record["status"], record["number"]) == ("paid", made["number"])


def test_sent_twice_it_is_placed_once(shop: Shop, door: Client) -> None:
    first = post(door, "/live-orders", asked(shop), key="cart-7")
    again = post(door, "/live-orders", asked(shop), key="cart-7")
    other = post(door, "/live-orders", asked(shop, quantity=3), key="cart-7")

    assert first.json()["id"] == again.json()["id"]
    problem(other, 422, "checkout.order_reused")
    assert Order.objects.count() == 1


def test_without_a_price_of_its_own_the_place_s_is_asked(shop: Shop, door: Client) -> None:
    bare = {"sku": "tea", "quantity": 3}
    refused = post(door, "/live-orders", asked(shop) | {"lines": [bare]})
    problem(refused, 409, "checkout.no_price")

    show(shop.items["tea"].key, shop.store.key, price_minor=990, currency="CNY")
    assert placed(door, shop, lines=[bare])["total"]["amount"] == "29.70"


def test_goods_that_are_short_are_told_line_by_line(shop: Shop, door: Client) -> None:
    refused = post(door, "/live-orders", asked(shop, quantity=11))
    told = problem(refused, 409, "checkout.not_enough")["fields"]
    assert told["short"] == [{"line": 1, "sku": "tea", "asked": 11, "available": 10}]


def test_a_pickup_is_handed_over_against_its_code(shop: Shop, door: Client) -> None:
    made = placed(door, shop, delivery="pickup", pickup_place=shop.depot.id)
    path = f"/live-orders/{made['id']}"
    assert get(door, path)["lines"][0]["from_place"] == shop.depot.id
    post(door, f"{path}/picking")
    post(door, f"{path}/readiness")
    problem(post(door, f"{path}/handover"), 409, "checkout.pickup_code")
    code = contact_of(Order.objects.get().key)["pickup_code"]
    done = post(door, f"{path}/handover", {"pickup_code": code})
    assert done.json()["state"] == "completed"


def test_a_cancellation_says_why_and_gives_the_money_back(shop: Shop, door: Client) -> None:
    made = placed(door, shop)
    gone = post(door, f"/live-orders/{made['id']}/cancellation", {"reason": "fraud"})
    assert gone.json()["cancel_reason"] == "fraud"
    assert gone.json()["payments"][0]["refunded"]["amount"] == "25.00"
    late = post(door, f"/live-orders/{made['id']}/picking")
    problem(late, 409, "checkout.step")
    assert not breaches()


def test_who_gets_the_goods_rests_encrypted(shop: Shop, door: Client) -> None:
    placed(door, shop, contact={"name": "Mei Chen", "phone": "+8613812345678"})
    sealed = bytes(Contact.objects.get().sealed)
    assert b"Mei" not in sealed
    assert b"138" not in sealed


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": []}, 422, "http.invalid_request"),
        ({"lines": [{"sku": "tea", "quantity": 0, "unit_price": "1"}]}, 422, "checkout.line"),
        ({"lines": [{"sku": "tea", "quantity": -2, "unit_price": "1"}]}, 422, "checkout.line"),
        ({"lines": [{"sku": "no", "quantity": 1}]}, 404, "checkout.item_not_found"),
        ({"place": "plc_00000000000000000000000000"}, 404, "checkout.order_not_found"),
        ({"tenders": []}, 422, "checkout.tender_sum"),
        ({"tenders": [{"tender": "cash", "amount": "1.00"}]}, 422, "checkout.tender_sum"),
        ({"tenders": [{"tender": "shells"}]}, 422, "payments.tender_unknown"),
        ({"delivery": "pickup"}, 422, "http.invalid_request"),
        ({"tenders": [{"tender": "card"}]}, 409, "payments.tender_not_offered"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    shop: Shop, door: Client, change: dict[str, Any], status: int, code: str
) -> None:
    refused = post(door, "/live-orders", asked(shop) | change)
    problem(refused, status, code)
    assert not Order.objects.exists()
    assert not breaches()


def test_parts_are_listed_and_sent_one_by_one(shop: Shop, door: Client) -> None:
    lines = [
        {"sku": "tea", "quantity": 1, "unit_price": "12.50", "from_place": shop.store.id},
        {"sku": "cup", "quantity": 1, "unit_price": "12.50", "from_place": shop.depot.id},
    ]
    made = placed(door, shop, lines=lines)
    (work,) = get(door, f"/live-order-parts?unit={shop.depot.id}&state=waiting")["items"]
    assert (work["part"], work["order"]["id"], work["is_held_up"]) == (2, made["id"], False)
    assert work["lines"] == [{"line": 2, "sku": "cup", "name": "north cup", "quantity": 1}]

    at = f"/live-orders/{made['id']}/parts"
    states = [
        post(door, f"{at}/{part}/{call}", {}).json()["state"]
        for part, call in ((2, "picking"), (2, "readiness"), (2, "shipment"), (1, "picking"))
    ]
    assert states == ["processing"] * 4
    problem(post(door, f"{at}/1/handover", {}), 409, "checkout.part_step")
    problem(post(door, f"{at}/7/picking", {}), 404, "checkout.part_not_found")
    assert post(door, f"{at}/1/shipment", {}).json()["state"] == "shipped"
    assert not breaches()


def test_an_order_is_held_up_noted_moved_and_let_go(shop: Shop, door: Client) -> None:
    made = placed(door, shop)
    at = f"/live-orders/{made['id']}"
    held = post(door, f"{at}/holds", {"kind": "fraud", "note": "a new address"}).json()
    assert [(one["kind"], one["released_at"]) for one in held["holds"]] == [("fraud", None)]
    problem(post(door, f"{at}/picking", {}), 409, "checkout.held_up")
    assert [one["id"] for one in get(door, "/live-orders?is_held_up=true")["items"]] == [made["id"]]
    post(door, f"{at}/notes", {"note": "called twice"})
    post(door, f"{at}/releases", {"kind": "fraud"})
    moved = post(door, f"{at}/parts/1/move", {"lines": [1], "cause": "shelf empty"}).json()
    assert [one["step"] for one in moved["steps"]] == [
        "place",
        "hold",
        "note",
        "release",
        "resource",
    ]
    found = [get(door, f"/live-orders?search={text}")["items"] for text in
             (made["number"], made["id"], "261127-999999", "nonsense", "9" * 30)]  # fmt: skip
    assert [len(one) for one in found] == [1, 1, 0, 0, 0]
