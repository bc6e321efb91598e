"""The REST calls of subscriptions."""

from datetime import timedelta

import pytest
from tests.builders.checkout import make_open_shop
from tests.builders.http import problem, program
from tests.sell.checkout.test_api import get, post

from quanqu.kernel.time import utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_open_shop()


@pytest.fixture
def door():
    return program()


def asked(shop, **more):
    day = (utc_now().date() + timedelta(days=3)).isoformat()
    item = {"item": shop.items["tea"].id, "quantity": 2}
    told = {"place": shop.store.id, "items": [item], "every": 2, "unit": "week",
            "first_on": day, "tender": "invoice", "contact": {"name": "Mei"}}  # fmt: skip
    return told | more


def test_a_subscription_is_begun_changed_skipped_paused_and_ended(shop, door):
    body = asked(shop)
    made = post(door, "/subscriptions", body, key="a")
    assert made.status_code == 201, made.content
    assert post(door, "/subscriptions", body, key="a").json() == made.json()
    found = made.json()
    assert (found["state"], found["next_on"], found["items"][0]["sku"]) == (
        "active", body["first_on"], "tea",
    )  # fmt: skip
    assert "Mei" not in str(found)
    path = f"/subscriptions/{found['id']}"
    changed = post(door, f"{path}/changes", {"every": 1, "unit": "month"}, key="b").json()
    assert (changed["every"], changed["unit"]) == (1, "month")
    skip = {"due_on": changed["next_on"]}
    skipped = post(door, f"{path}/skips", skip, key="c").json()
    assert post(door, f"{path}/skips", skip, key="d").json()["next_on"] == skipped["next_on"]
    assert skipped["deliveries"][0]["state"] == "skipped"
    assert post(door, f"{path}/pauses", {"reason": "away"}, key="e").json()["state"] == "paused"
    assert post(door, f"{path}/resumptions", key="f").json()["state"] == "active"
    assert post(door, f"{path}/endings", {}, key="g").json()["state"] == "ended"
    problem(post(door, f"{path}/pauses", {}, key="h"), 409, "subscriptions.state")
    assert [one["id"] for one in get(door, "/subscriptions?state=ended")["items"]] == [found["id"]]
    assert get(door, "/subscriptions?state=active")["items"] == []


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"every": 0}, 422, "subscriptions.field"),
        ({"items": []}, 422, "subscriptions.field"),
        ({"first_on": "2001-01-01"}, 422, "subscriptions.field"),
        ({"tender": "gold"}, 422, "payments.tender_unknown"),
        (
            {"items": [{"item": "var_00000000000000000000000000", "quantity": 1}]},
            404,
            "subscriptions.item_not_found",
        ),
        ({"place": "plc_00000000000000000000000000"}, 404, "subscriptions.not_found"),
        ({"unit": "day"}, 422, "http.invalid_request"),
        ({"shipping": "1.234"}, 422, "kernel.money_format"),
    ],
)
def test_a_wrong_subscription_is_refused_by_name(shop, door, more, status, code):
    problem(post(door, "/subscriptions", asked(shop, **more), key="k"), status, code)
    assert get(door, "/subscriptions")["items"] == []
