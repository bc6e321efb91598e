"""The REST calls of orders that are split, merged and made two again."""

import pytest
from django.test import Client
from tests.builders.checkout import breaches, make_open_shop, order
from tests.builders.customers import resolve
from tests.builders.goods import Shop
from tests.builders.http import problem, program
from tests.sell.checkout.test_api import get, placed, post

from quanqu.kernel.ids import encode

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_open_shop()


@pytest.fixture
def door() -> Client:
    return program()


def test_a_line_is_split_and_joined_by_the_api(shop: Shop, door: Client) -> None:
    made = placed(door, shop)
    path = f"/live-orders/{made['id']}"
    split = {"line": 1, "quantity": 1, "from_place": shop.depot.id, "wanted_on": "2099-01-02",
             "contact": {"name": "Li", "street": "Lake Street 9", "city": "Wuxi"}}  # fmt: skip
    found = post(door, f"{path}/edits", {"edition": 1, "splits": [split]}, key="a").json()
    assert found["total"] == made["total"]
    assert [(one["drop"], one["wanted_on"]) for one in found["parts"]][-1] == (1, "2099-01-02")
    assert "Lake" not in str(found)
    body = {"edition": 2, "joins": [{"line": 2, "into": 1}]}
    back = post(door, f"{path}/edits", body, key="b").json()
    assert [one["quantity"] for one in back["lines"]] == [2]
    wrong = {"edition": 3, "splits": [{"line": 1, "quantity": 2, "from_place": shop.depot.id}]}
    problem(post(door, f"{path}/edits", wrong, key="c"), 422, "checkout.line")
    assert not breaches()


def test_orders_are_merged_and_made_two_again_by_the_api(shop: Shop, door: Client) -> None:
    (buyer,) = resolve({"email": "mei@example.com"})
    kept, gone = (order(shop, ("tea", 2), subject_key=buyer) for _ in range(2))
    path = f"/live-orders/{encode('ord', kept.id)}"
    (told,) = get(door, f"{path}/merge-candidates")["items"]
    assert (told["id"], told["problem"]) == (encode("ord", gone.id), None)

    body = {"other": told["id"], "edition": 1, "other_edition": told["edition"]}
    first = post(door, f"{path}/merges", body, key="a")
    assert post(door, f"{path}/merges", body, key="a").json() == first.json()
    assert first.json()["total"]["amount"] == "50.00"
    (merge,) = get(door, f"{path}/merges")["items"]
    assert merge["merged_total"]["amount"] == "50.00"
    problem(post(door, f"{path}/merges", body, key="b"), 409, "checkout.merge")

    undo = f"{path}/merges/{merge['id']}/undoing"
    assert post(door, undo, {}, key="c").json()["total"]["amount"] == "25.00"
    missing = f"{path}/merges/00000000-0000-7000-8000-000000000000/undoing"
    problem(post(door, missing, {}, key="d"), 404, "checkout.merge_not_found")
    assert not breaches()
