"""The REST calls of changes of placed orders."""

import pytest
from django.test import Client
from tests.builders.checkout import breaches, make_open_shop
from tests.builders.goods import Shop
from tests.builders.http import problem, program
from tests.sell.checkout.test_api import get, placed, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


@pytest.fixture
def door() -> Client:
    return program()


def test_an_order_is_changed_paid_and_tells_what_was(shop: Shop, door: Client) -> None:
    made = placed(door, shop)
    path = f"/live-orders/{made['id']}"
    body = {
        "edition": 1,
        "lines": [{"line": 1, "quantity": 1, "from_place": shop.depot.id}],
        "add": [{"sku": "cup", "quantity": 2, "unit_price": "10.00"}],
        "contact": {"city": "Suzhou"},
        "gift": {"message": "Cheers", "hides_prices": True},
        "reason": "by phone",
    }
    first = post(door, f"{path}/edits", body, key="a")
    assert first.status_code == 200, first.content
    assert post(door, f"{path}/edits", body, key="a").json() == first.json()

    found = first.json()
    assert (found["edition"], found["total"]["amount"], found["due"]["amount"]) == (
        2, "32.50", "7.50",
    )  # fmt: skip
    assert {one["line"]: one["from_place"] for one in found["lines"]}[1] == shop.depot.id
    (edit,) = get(door, f"{path}/edits")["items"]
    assert edit["fields"] == ["city", "gift_message", "hides_prices"]
    assert [one["quantity"] for one in edit["before"]["lines"]] == [2]
    assert edit["after"]["total"]["amount"] == "32.50"

    pay = {"tenders": [{"tender": "cash"}]}
    assert post(door, f"{path}/payments", pay, key="b").json()["due"]["amount"] == "0.00"
    refused = post(door, f"{path}/payments", pay, key="c")
    problem(refused, 409, "checkout.due")
    assert not breaches()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"edition": 9, "lines": [{"line": 1, "quantity": 1}]}, 409, "checkout.edit_conflict"),
        ({"lines": [{"line": 1, "quantity": 0}]}, 409, "checkout.edit"),
        ({"lines": [{"line": 7, "quantity": 1}]}, 409, "checkout.edit"),
        ({}, 409, "checkout.edit"),
        ({"lines": [{"line": 1, "quantity": 99}]}, 409, "checkout.not_enough"),
        ({"lines": [{"line": 1, "quantity": 10**9}]}, 422, "checkout.line"),
        ({"lines": [{"line": 1, "quantity": -1}]}, 422, "http.invalid_request"),
        ({"add": [{"sku": "none", "quantity": 1}]}, 404, "checkout.item_not_found"),
        ({"shipping": "1.234"}, 422, "kernel.money_format"),
        ({"lines": [{"line": 1, "quantity": 3}], "tenders": [{"tender": "cash", "amount": "1"}]},
         422, "checkout.tender_sum"),
    ],
)  # fmt: skip
def test_a_wrong_change_is_refused_by_name(shop, door, change, status, code):
    made = placed(door, shop)
    answer = post(door, f"/live-orders/{made['id']}/edits", {"edition": 1, **change}, key="k")
    problem(answer, status, code)
    assert get(door, f"/live-orders/{made['id']}")["edition"] == 1
    assert not breaches()
