"""Both sides of drop-shipping by HTTP: a supplier's key sees and does what is its own."""

import json

import pytest
from tests.builders.dropship import COST, asked, breaches, buy, make_dropshop
from tests.builders.goods import make_shop
from tests.builders.http import API, problem, program
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import PlaceType, RoleCode
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.contracts import OfferFilters

pytestmark = pytest.mark.django_db
JSON = "application/json"


def send(client, path, body=None, *, method="post", key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(f"{API}{path}", body or {}, JSON, headers=headers)


def supplier(mill):
    """Return a client with the key of a supplier."""
    return program(role=RoleCode.SUPPLIER, unit_id=mill.place.id)


def name(one):
    return encode("dso", one.row.id)


def test_a_supplier_fetches_answers_and_ships_its_order():
    shop, (mill,) = make_dropshop()
    placed = buy(shop, ("tea", 2))
    client, ref = supplier(mill), name(asked(placed.id)[0])

    (listed,) = client.get(f"{API}/dropship/orders?state=placed").json()["items"]
    assert (listed["id"], listed["units"]) == (ref, 2)
    assert listed["cost"] == {"amount": "14.00", "currency": "CNY"}
    address = client.get(f"{API}/dropship/orders/{ref}/address").json()
    assert (address["name"], address["city"]) == ("王小明", "上海")

    body = {"promised_on": utc_now().date().isoformat(), "note": "today"}
    for _ in range(2):
        answered = send(client, f"/dropship/orders/{ref}/answer", body, key="a-1")
        assert answered.status_code == 200, answered.content
    assert answered.json()["state"] == "accepted"
    parcel = {"carrier": "SF Express", "tracking_number": "SF1", "weight_g": 400}
    shipped = send(client, f"/dropship/orders/{ref}/parcels", parcel, key="p-1").json()
    assert shipped["state"] == "shipped"
    assert [one["tracking_number"] for one in shipped["parcels"]] == ["SF1"]
    told = send(
        client, f"/dropship/orders/{ref}/parcels/{shipped['parcels'][0]['id']}/events",
        {"state": "delivered"}, key="e-1",
    )  # fmt: skip
    assert told.json()["parcels"][0]["state"] == "delivered"
    assert problem(client.get(f"{API}/dropship/orders/{ref}/address"), 409, "dropship.state")
    assert breaches() == []


def test_a_suppliers_key_sees_and_does_nothing_of_another():
    shop, (mill, loom) = make_dropshop("north", "mill", "loom")
    (one,) = asked(buy(shop).id)
    other = loom if one.row.place_key == mill.place.key else mill
    client, ref = supplier(other), name(one)

    assert client.get(f"{API}/dropship/orders").json()["items"] == []
    assert len(client.get(f"{API}/dropship/terms").json()) == 1
    offers = client.get(f"{API}/dropship/offers").json()["items"]
    assert {row["place"] for row in offers} == {other.place.id}
    for path in ("", "/address"):
        found = client.get(f"{API}/dropship/orders/{ref}{path}")
        assert problem(found, 404, "dropship.order_not_found")
    parcel = {"carrier": "SF", "tracking_number": "1"}
    for path, body in (("answer", {}), ("parcels", parcel)):
        assert send(client, f"/dropship/orders/{ref}/{path}", body).status_code == 404
    for path, body in (("withdrawal", {}),):
        assert send(client, f"/dropship/orders/{ref}/{path}", body).status_code == 403
    mine = loom if other is mill else mill
    stated = {"stated_at": utc_now().isoformat(), "items": [{"sku": "tea", "units": 1}]}
    assert send(client, f"/dropship/places/{mine.place.id}/stock", stated).status_code == 404
    assert client.get(f"{API}/orders").status_code == 403
    assert client.get(f"{API}/stock/levels").status_code == 403


def test_a_supplier_states_its_stock():
    _, (mill,) = make_dropshop()
    path = f"/dropship/places/{mill.place.id}/stock"
    body = {"stated_at": utc_now().isoformat(), "items": [{"sku": "tea", "units": 4}]}

    told = send(supplier(mill), path, body, key="s-1")

    assert told.json() == [{"sku": "tea", "outcome": "taken", "change": -6}]
    unknown = body | {"items": [{"sku": "sofa", "units": 4}]}
    assert problem(send(supplier(mill), path, unknown), 422, "dropship.field")


def test_a_retailer_sets_terms_and_offers_and_pays():
    shop = make_shop()
    place = make_place("mill", company=shop.company, place_type=PlaceType.SUPPLIER)
    owner = program()
    told = {"company": shop.company.id, "code": "mill", "name": "Mill", "currency": "CNY"}
    made = send(owner, "/suppliers", told).json()

    terms = {"supplier": made["id"], "cut_off": "16:00", "url": "https://mill.example/hook"}
    saved = send(owner, f"/dropship/places/{place.id}/terms", terms, method="put")
    assert saved.status_code == 200, saved.content
    assert saved.json()["secret"].startswith("whsec_")
    again = send(owner, f"/dropship/places/{place.id}/terms", terms, method="put").json()
    assert (again["secret"], again["cut_off"]) == ("", "16:00")
    offers = {"offers": [{"sku": "tea", "cost": "7.10", "buffer": 2}]}
    assert send(owner, f"/dropship/places/{place.id}/offers", offers, method="put").json() == {
        "saved": 1
    }
    (offer,) = facade.list_offers(actor=SYSTEM, filters=OfferFilters()).items
    assert (offer.draft.cost_minor, offer.draft.buffer) == (710, 2)
    paid = send(
        owner, f"/dropship/places/{place.id}/payments", {"amount": "3.00", "reference": "B-1"},
        key="b-1",
    )  # fmt: skip
    assert paid.json()[0]["due"] == {"amount": "-3.00", "currency": "CNY"}
    (row,) = owner.get(f"{API}/dropship/dues").json()["items"]
    assert (row["kind"], row["amount"]["amount"]) == ("payment", "-3.00")


def test_a_retailer_takes_an_order_back():
    shop, _ = make_dropshop("north", "mill", "loom")
    (one,) = asked(buy(shop).id)
    owner = program()

    done = send(owner, f"/dropship/orders/{name(one)}/withdrawal", {"reason": "too slow"})

    assert done.json()["state"] == "withdrawn"
    (balance,) = facade.list_balances(actor=SYSTEM) or [None]
    assert balance is None
    assert one.row.cost_minor == COST


def test_what_cannot_be_is_refused_by_name():
    shop, (mill,) = make_dropshop()
    (one,) = asked(buy(shop).id)
    client, path = supplier(mill), f"/dropship/orders/{name(one)}"

    twice = {"rejected": [{"line": 1, "reason": "price"}, {"line": 1, "reason": "other"}]}
    for body, code in (
        (twice, "dropship.answer"),
        ({"is_rejected": True, "reason": "no_offer"}, "dropship.answer"),
        ({"promised_on": "2020-01-01"}, "dropship.answer"),
    ):
        assert problem(send(client, f"{path}/answer", body), 422, code)
    much = {"carrier": "SF", "tracking_number": "1", "lines": [{"line": 1, "quantity": 2}]}
    assert problem(send(client, f"{path}/parcels", much), 422, "fulfilment.parcel")
    assert json.loads(client.get(f"{API}{path}").content)["state"] == "placed"
