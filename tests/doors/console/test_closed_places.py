"""Closed places through the API and the console."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.facade import available_at, list_closed_places

pytestmark = pytest.mark.django_db


@pytest.fixture
def mug(world: World) -> Item:
    company = world.places["web"].company_key
    ref = variants_by_sku(skus=[(company, "MUG-W")])[company, "MUG-W"]
    item = Item(ref.key, ref.id, "MUG-W")
    stock(world.places["web"], item, 47)
    return item


def test_a_place_is_closed_and_opened_by_the_console(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    opens = (utc_now() + timedelta(days=3)).date().isoformat()
    new = reverse("console:closed_place_new")
    answer = client.post(new, {"place": place.id, "opens": opens, "reason": "New floor"})
    assert answer.status_code == 302
    (row,) = list_closed_places(actor=SYSTEM, now=utc_now())
    assert row.closing.reason == "New floor"
    assert row.closing.ends_at is not None
    assert not len(available_at(actor=SYSTEM, variant_keys=[mug.key]).units)
    address = reverse("console:closed_place", args=[row.key])
    assert address in show(client, "/stock/closed").links
    assert "New floor" in client.get(address).content.decode()
    answer = client.post(address, {"opens": "2020-01-01", "reason": ""})
    assert answer.status_code == 422
    assert "it ends before it begins" in answer.content.decode()
    assert client.post(address, {"act": "end"}).status_code == 302
    assert not list_closed_places(actor=SYSTEM, now=utc_now())
    assert available_at(actor=SYSTEM, variant_keys=[mug.key]).units.tolist() == [47]


def test_others_see_no_closing_and_open_nothing(world: World, mug: Item) -> None:
    place = world.places["web"]
    signed_in(world.owner).post(reverse("console:closed_place_new"), {"place": place.id})
    (row,) = list_closed_places(actor=SYSTEM, now=utc_now())
    address = reverse("console:closed_place", args=[row.key])
    away = world.places["market"].company_id
    stranger = signed_in(make_person("Ron", role=RoleCode.OWNER, unit_id=away))
    assert address not in show(stranger, "/stock/closed").links
    assert stranger.post(address, {"act": "end"}).status_code == 404
    assert signed_in(world.viewer).post(address, {"act": "end"}).status_code == 403
    assert list_closed_places(actor=SYSTEM, now=utc_now()) == (row,)


def test_a_hold_through_the_api_is_refused_by_name(world: World, mug: Item) -> None:
    client, place = signed_in(world.owner), world.places["web"]

    def call(method: str, path: str, body: object = None) -> tuple[int, object]:
        answer = getattr(client, method)(
            f"/api/v1/stock/{path}", body or {}, content_type="application/json",
            headers={"Idempotency-Key": uuid4().hex},
        )  # fmt: skip
        return answer.status_code, answer.json() if answer.content else None

    asked = {"owner": "cart", "lines": [{"place": place.id, "item": mug.id, "quantity": 1}]}
    assert call("put", f"places/{place.id}/closing", {"reason": "works"})[0] == 204
    status, told = call("post", "holds", asked)
    assert (status, told["code"]) == (409, "inventory.place_closed")
    assert told["fields"]["places"] == [place.id]
    (shown,) = client.get("/api/v1/stock/closed-places").json()
    assert (shown["place"], shown["is_closed"], shown["ends_at"]) == (place.id, True, None)
    assert call("post", f"places/{place.id}/reopening")[0] == 204
    assert client.get("/api/v1/stock/closed-places").json() == []
    assert call("post", "holds", asked)[0] == 201
