"""The REST calls of carts."""

import pytest
from django.test import Client
from tests.builders.catalog import show
from tests.builders.checkout import breaches, make_open_shop
from tests.builders.goods import NOW, Shop
from tests.builders.http import API, problem, program
from tests.sell.checkout.test_api import JSON, get, post

from quanqu.sell.checkout.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    made = make_open_shop()
    for item in made.items.values():
        show(item.key, made.store.key, now=NOW, price_minor=1_250, currency="CNY")
    return made


@pytest.fixture
def door() -> Client:
    return program()


def put(client: Client, path: str, *lines: dict[str, object]):
    return client.put(f"{API}{path}", {"lines": list(lines)}, content_type=JSON)


def opened(client: Client, shop: Shop, key: str = "a", **more: str) -> str:
    answer = post(client, "/carts", {"place": shop.store.id, **more}, key=key)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_a_desk_cart_is_filled_shared_and_ordered_once(shop: Shop, door: Client) -> None:
    cart = opened(door, shop, kind="desk")
    assert opened(door, shop, kind="desk") == cart
    told = put(door, f"/carts/{cart}/lines", {"sku": "tea", "quantity": 2},
               {"item": shop.items["cup"].id, "quantity": 1, "place": shop.depot.id,
                "is_saved": True}).json()  # fmt: skip
    assert (told["goods"]["amount"], told["is_orderable"]) == ("25.00", True)
    assert [(one["available"], one["place"]) for one in told["lines"]] == [
        (10, None),
        (10, shop.depot.id),
    ]
    code = post(door, f"/carts/{cart}/share").json()["share_code"]
    assert get(door, f"/carts/shared/{code}")["id"] == cart
    assert [one["id"] for one in get(door, f"/carts?search={code}")["items"]] == [cart]

    body = {"tenders": [{"tender": "cash"}], "delivery": "ship", "contact": {"city": "Suzhou"},
            "gift": {"message": "Cheers", "hides_prices": True}}  # fmt: skip
    first = post(door, f"/carts/{cart}/order", body, key="b")
    assert first.status_code == 200, first.content
    assert post(door, f"/carts/{cart}/order", body, key="c").json() == first.json()

    assert Order.objects.count() == 1
    assert get(door, f"/carts/{cart}")["order"] == first.json()["order"]
    refused = put(door, f"/carts/{cart}/lines", {"sku": "tea", "quantity": 1})
    problem(refused, 409, "carts.state")
    assert get(door, "/carts?abandoned=true")["items"] == []
    assert not breaches()


def test_wrong_calls_are_refused_by_name(shop: Shop, door: Client) -> None:
    cart = opened(door, shop)
    path = f"/carts/{cart}/lines"
    problem(put(door, path, {"sku": "none", "quantity": 1}), 404, "carts.item_not_found")
    problem(put(door, path, {"sku": "tea", "quantity": -1}), 422, "http.invalid_request")
    problem(put(door, path, {"sku": "tea", "quantity": 10**9}), 422, "carts.line")
    problem(put(door, path, {"quantity": 1}), 422, "http.invalid_request")
    problem(post(door, f"/carts/{cart}/order", {}, key="x"), 409, "carts.state")
    gone = "/carts/crt_" + "0" * 26
    problem(door.get(f"{API}{gone}"), 404, "carts.not_found")
    problem(post(door, "/carts", {"place": "plc_" + "0" * 26}, key="y"), 404, "carts.not_found")
