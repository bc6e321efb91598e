"""The REST calls of slots, and orders and carts that take them."""

from datetime import timedelta

import pytest
from tests.builders.checkout import NOW, breaches, make_open_shop
from tests.builders.http import problem, program
from tests.sell.checkout.test_api import asked, get, post

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.time import utc_now
from quanqu.sell.carts.contracts import CartDraft, CartLineDraft
from quanqu.sell.carts.facade import open_cart, set_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_open_shop()


@pytest.fixture
def door():
    return program()


def add(door, shop, key="s", **more):
    day = utc_now().date() + timedelta(days=2)
    told = {"weekday": day.weekday(), "starts": "16:00", "ends": "18:00", "capacity": 1,
            "cut_off_minutes": 120, "postcodes": ["2000"]} | more  # fmt: skip
    return day, post(door, f"/places/{shop.store.id}/slots", told, key=key)


def test_a_slot_is_kept_offered_taken_and_full(shop, door):
    day, made = add(door, shop)
    assert made.status_code == 201, made.content
    assert add(door, shop)[1].json() == made.json()
    path = f"/places/{shop.store.id}/slots"
    offers = get(door, f"{path}?postcode=200001")["items"]
    mine = [one for one in offers if one["day"] == day.isoformat()]
    assert [(one["left"], one["place"]) for one in mine] == [(1, shop.store.id)]
    assert get(door, f"{path}?postcode=215000")["items"] == []

    wanted = asked(shop) | {"slot": {"id": mine[0]["id"], "day": day.isoformat()},
                           "contact": {"postcode": "200001", "street": "Old Road 1"},
                           "gift": {"message": "Cheers", "hides_prices": True}}  # fmt: skip
    placed = post(door, "/live-orders", wanted, key="o1")
    assert placed.status_code == 201, placed.content
    assert placed.json()["slot_starts_at"] == mine[0]["starts_at"]
    problem(post(door, "/live-orders", wanted, key="o2"), 409, "slots.full")
    far = wanted | {"contact": {"postcode": "9"}}
    problem(post(door, "/live-orders", far, key="o3"), 409, "slots.slot")

    week = get(door, f"/places/{shop.store.id}/slot-week?on={day.isoformat()}")
    assert [(one["reserved"], one["room"]) for one in week["items"]] == [(1, 1)]
    closing = {"day": day.isoformat()}
    assert post(door, f"/places/{shop.store.id}/slot-closings", closing, key="c").status_code == 204
    again = get(door, f"/places/{shop.store.id}/slot-week?on={day.isoformat()}")
    assert again["closed"] == [day.isoformat()]
    assert not breaches()


def test_a_wrong_slot_is_refused(shop, door):
    for key, wrong in enumerate(({"capacity": 0}, {"weekday": 9}, {"ends": "15:00"})):
        problem(add(door, shop, key=f"w{key}", **wrong)[1], 422, "slots.field")
    problem(add(door, shop, key="t", starts="25:00")[1], 422, "http.invalid_request")
    elsewhere = "/places/plc_00000000000000000000000000/slots"
    answer = post(door, elsewhere, {"weekday": 1, "starts": "16:00", "ends": "18:00",
                                    "capacity": 1}, key="e")  # fmt: skip
    problem(answer, 404, "slots.not_found")


def test_a_cart_is_offered_slots_of_places_that_have_all_of_it(shop, door):
    day, _ = add(door, shop, postcodes=[])
    cart = open_cart(actor=SYSTEM, draft=CartDraft(new_id(), shop.store.key, "CNY"), now=NOW)
    set_lines(actor=SYSTEM, cart_id=cart.id,
              lines=[CartLineDraft(shop.items["tea"].key, 2)], now=NOW)  # fmt: skip
    path = f"/carts/{encode('crt', cart.id)}/slots"
    offers = get(door, path)["items"]
    assert day.isoformat() in {one["day"] for one in offers}
    assert {one["place"] for one in offers} == {shop.store.id}
    set_lines(actor=SYSTEM, cart_id=cart.id,
              lines=[CartLineDraft(shop.items["tea"].key, 99)], now=NOW)  # fmt: skip
    assert get(door, path)["items"] == []
