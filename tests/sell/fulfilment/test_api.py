"""The calls of picking, packing and parcels, by HTTP with a key; and erasure."""

import json
from datetime import timedelta

import pytest
from tests.builders.checkout import make_open_shop
from tests.builders.fulfilment import (
    collect,
    event,
    label,
    make_carrier,
    notice,
    pack,
    pick,
    pickup_code,
    price,
    sell,
)
from tests.builders.http import API, problem, program
from tests.builders.orders import make_subject

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.personal.contracts import Subjects
from quanqu.infra.personal.facade import holdings
from quanqu.kernel.ids import encode
from quanqu.kernel.time import utc_now
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.actions.expiring import count_labels_before, drop_labels_before
from quanqu.sell.fulfilment.contracts import ParcelState
from quanqu.sell.fulfilment.models import Parcel, ParcelEvent, Work

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def shop():
    return make_open_shop()


@pytest.fixture
def carrier(shop):
    name = encode("cac", make_carrier(shop.company.key).id)
    price(name)
    return name


@pytest.fixture
def client():
    return program()


def send(client, path, body=None, *, method="post", key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return getattr(client, method)(f"{API}{path}", body or {}, JSON, headers=headers)


def test_a_parcel_goes_from_the_shelf_to_the_door(shop, carrier, client):
    placed = sell(shop, ("tea", 2))
    part = f"/fulfilment/orders/{encode('ord', placed.id)}/parts/1"
    bins = {"bins": [{"sku": "tea", "zone": "A", "bin": "A-1"}, {"sku": "jam"}]}
    told = send(client, f"/fulfilment/places/{shop.store.id}/bins", bins, method="put").json()
    assert told == {"taken": 1, "unknown": ["jam"]}
    made = send(client, f"/fulfilment/places/{shop.store.id}/pick-lists", {}, key="w").json()
    assert (
        made == send(client, f"/fulfilment/places/{shop.store.id}/pick-lists", {}, key="w").json()
    )
    assert made["lines"][0]["bin"] == "A-1"
    path = f"/pick-lists/{made['id']}"
    assert send(client, f"{path}/claim").json()["state"] == "claimed"
    for at in range(2):
        scanned = send(client, f"{path}/scans", {"code": "tea"}, key=f"s{at}").json()
    assert scanned == send(client, f"{path}/scans", {"code": "tea"}, key="s1").json()
    assert client.get(f"{API}{path}").json()["state"] == "done"
    body = {"lines": [{"line": 1, "quantity": 2}], "weight_g": 900}
    packed = send(client, f"{part}/parcels", body, key="p")
    assert packed.status_code == 201, packed.content
    assert packed.json() == send(client, f"{part}/parcels", body, key="p").json()
    problem(send(client, f"{part}/parcels", body), 422, "fulfilment.parcel")
    parcel = f"/parcels/{packed.json()['id']}"
    labelled = send(client, f"{parcel}/label", {"carrier": carrier, "service": "ground"}).json()
    assert labelled["cost"] == {"amount": "6.51", "currency": "CNY"}
    shown = client.get(f"{API}{parcel}/label")
    assert (shown["Content-Type"], shown.content[:5]) == ("application/pdf", b"%PDF-")
    assert send(client, f"{part}/dispatch").json()["state"] == "gone"
    done = send(client, f"{parcel}/events", {"state": "delivered", "signed_by": "Li"}, key="d")
    assert done.json()["state"] == "delivered"
    assert len(done.json()["events"]) == 1
    listed = client.get(f"{API}/parcels", {"tracking_number": labelled["tracking_number"]}).json()
    assert [one["id"] for one in listed["items"]] == [packed.json()["id"]]
    board = client.get(f"{API}/fulfilment/places/{shop.store.id}/board").json()
    assert [one["number"] for one in board["gone"]["cards"]] == [placed.number]


def test_a_pickup_goes_with_the_code(shop, client):
    placed = collect(shop, ("tea", 1))
    pick(shop)
    part = f"/fulfilment/orders/{encode('ord', placed.id)}/parts/1"
    assert send(client, f"{part}/readiness", {"shelf": "C4"}).json()["shelf"] == "C4"
    place = f"/fulfilment/places/{shop.store.id}"
    assert send(client, f"{place}/rule", {"keep_days": 3}, method="put").json() == {"keep_days": 3}
    (waiting,) = client.get(f"{API}{place}/pickups", {"q": placed.number}).json()
    assert waiting["name"] == "王**"
    wrong = send(client, f"{part}/pickup", {"pickup_code": "x"})
    problem(wrong, 409, "checkout.pickup_code")
    told = {"pickup_code": pickup_code(placed), "id_check": "id_card"}
    assert send(client, f"{part}/pickup", told).json()["state"] == "gone"


def test_carriers_tell_by_a_signed_call(shop, carrier, client):
    secret = facade.renew_carrier_secret(actor=SYSTEM, carrier_id=carrier, now=utc_now())
    placed = sell(shop, ("tea", 1))
    pick(shop)
    parcel = label(pack(placed, {1: 1}), carrier)
    told = notice(secret, event(parcel, "e1", "in_transit"), now=utc_now())

    def call(body):
        return client.post(f"/hooks/carriers/{carrier}", body, JSON, headers=told["headers"])

    assert call(told["body"]).json() == {"taken": 1, "repeated": 0, "unknown": 0}
    assert call(told["body"]).json() == {"taken": 0, "repeated": 1, "unknown": 0}
    problem(call(told["body"] + b" "), 403, "fulfilment.tracking_signature")
    assert Parcel.objects.get().state == ParcelState.IN_TRANSIT


def test_an_erased_buyer_is_on_no_label_and_no_shelf(shop, carrier):
    subject = make_subject("wang@example.com")
    placed = sell(shop, ("tea", 1), subject_key=subject)
    collected = collect(shop, ("cup", 1), subject_key=subject)
    pick(shop)
    parcel = label(pack(placed, {1: 1}), carrier)
    facade.hand_over_parcels(actor=SYSTEM, order_id=placed.id, part_no=1, now=utc_now())
    facade.note_parcel(
        actor=SYSTEM, parcel_id=encode("pcl", parcel.id), event_id="e", now=utc_now(),
        state=ParcelState.DELIVERED, detail="left with Wang's aunt", signed_by="Wang",
    )  # fmt: skip
    facade.make_ready(actor=SYSTEM, order_id=collected.id, part_no=1, now=utc_now())
    mine = [one for one in holdings() if one.name.startswith("fulfilment_") and one.work]
    people = Subjects(subjects=(subject,))
    told = json.dumps([list(one.work.export(people)) for one in mine], ensure_ascii=False)
    assert "王小明" in told
    assert "left with Wang's aunt" in told

    for one in sorted(mine, key=lambda holding: holding.phase):
        one.work.erase(people, now=utc_now())

    assert [one.work.count(people) for one in mine] == [0] * len(mine)
    row = Parcel.objects.get()
    assert (row.label_enc, row.proof_enc, row.subject_key) == (None, None, None)
    assert set(ParcelEvent.objects.values_list("detail", flat=True)) == {""}
    assert set(Work.objects.values_list("contact_enc", "subject_key")) == {(None, None)}


def test_labels_are_dropped_after_a_time(shop, carrier):
    placed = sell(shop, ("tea", 1))
    pick(shop)
    label(pack(placed, {1: 1}), carrier)
    now = utc_now()
    facade.hand_over_parcels(actor=SYSTEM, order_id=placed.id, part_no=1, now=now)

    assert count_labels_before(now) == 0
    assert drop_labels_before(now + timedelta(seconds=1)) == 1
    assert Parcel.objects.get().label_enc is None
