"""Lots, kits, pools and feeds in the console and through the API."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import World
from tests.builders.goods import Item, stock
from tests.builders.http import signed_in
from tests.builders.org import make_person
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.catalog.facade import variants_by_sku
from quanqu.sell.inventory.contracts import LotFilters, LotState
from quanqu.sell.inventory.facade import (
    available_at,
    find_kit,
    follow_feeds,
    list_feeds,
    list_lots,
    list_pools,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(world: World) -> dict[str, Item]:
    company = world.places["web"].company_key
    refs = variants_by_sku(skus=[(company, sku) for sku in ("MUG-W", "TEA-T", "LAMP-S")])
    return {sku: Item(ref.key, ref.id, sku) for (_company, sku), ref in refs.items()}


def send(client: Client, page: str, *keys: object, **body: object) -> int:
    return client.post(reverse(f"console:{page}", args=keys), body).status_code


def call(client: Client, method: str, path: str, body: object = None) -> tuple[int, dict]:
    answer = getattr(client, method)(
        f"/api/v1/stock/{path}", body or {}, content_type="application/json",
        headers={"Idempotency-Key": uuid4().hex},
    )  # fmt: skip
    return answer.status_code, answer.json() if answer.content else {}


def stranger(world: World) -> Client:
    away = world.places["market"].company_id
    return signed_in(make_person("Ron", role=RoleCode.OWNER, unit_id=away))


def test_a_lot_is_received_seen_and_recalled(world: World, items: dict[str, Item]) -> None:
    client, place, tea = signed_in(world.owner), world.places["web"], items["TEA-T"]
    asked = {"company": place.company_id, "sku": "TEA-T", "by": "lot", "min_days": 5}
    assert send(client, "tracked_new", **asked) == 302
    address = reverse("console:tracked", args=[tea.key])
    assert address in show(client, "/stock/tracked").links
    movement = {"place": place.id, "item": tea.id, "kind": "receipt", "quantity": 4, "lot": "L7"}
    body = {"source": "wms", "movements": [movement | {"best_before": "2031-01-31"}]}
    assert call(client, "post", "movements", body)[0] == 201
    lot = client.get("/api/v1/stock/lots").json()["items"][0]
    assert (lot["code"], lot["best_before"]) == ("L7", "2031-01-31")
    assert lot["balances"] == [{"place": place.id, "on_hand": 4, "damaged": 0, "quality_hold": 0}]
    asked = {"lines": [{"place": place.id, "item": tea.id, "quantity": 3}]}
    answer = client.post("/api/v1/stock/pick-proposals", asked, content_type="application/json")
    assert [(one["lot"], one["quantity"]) for one in answer.json()] == [("L7", 3)]
    page = reverse("console:lot", args=[lot["id"]])
    assert page in show(client, "/stock/lots?q=TEA").links
    assert page not in show(client, "/stock/lots?state=recalled").links
    assert page not in show(client, "/stock/lots?ends=30").links
    assert send(client, "lot_step", lot["id"], state="recalled", reason="Glass") == 302
    assert "Glass" in show(client, page).text
    (row,) = list_lots(actor=SYSTEM, filters=LotFilters()).items
    assert (row.state, row.on_hand, row.quality_hold) == (LotState.RECALLED, 0, 4)
    assert client.get(f"/api/v1/stock/lots/{lot['id']}/reach").json() == {
        "sold": [], "promised": [],
    }  # fmt: skip
    other = stranger(world)
    assert other.get(page).status_code == 404
    assert call(other, "put", f"lots/{lot['id']}/state", {"state": "open"})[0] == 404
    assert send(client, "tracked", tea.key, act="end") == 302
    assert address not in show(client, "/stock/tracked").links


def test_a_kit_is_made_sold_and_dissolved(world: World, items: dict[str, Item]) -> None:
    client, place, box = signed_in(world.owner), world.places["web"], items["LAMP-S"]
    stock(place, items["MUG-W"], 5)
    asked = {"company": place.company_id, "sku": "LAMP-S", "parts": "MUG-W 2"}
    assert send(client, "kit_new", **asked | {"parts": "MUG-W two"}) == 422
    assert send(client, "kit_new", **asked | {"parts": "RUM 2"}) == 422
    assert send(client, "kit_new", **asked) == 302
    address = reverse("console:kit", args=[box.key])
    assert address in show(client, "/stock/kits").links
    assert "MUG-W 2" in client.get(address).content.decode()
    assert available_at(actor=SYSTEM, variant_keys=[box.key]).units.tolist() == [2]
    lines = [{"place": place.id, "item": box.id, "quantity": 2}]
    status, held = call(client, "post", "holds", {"owner": "cart", "lines": lines})
    assert (status, held["kits"]) == (201, [{"place": place.id, "item": box.id, "quantity": 2}])
    assert held["lines"] == [{"place": place.id, "item": items["MUG-W"].id, "quantity": 4}]
    status, told = call(client, "post", "holds", {"owner": "cart", "lines": lines})
    assert (status, told["fields"]["short"][0]["available"]) == (409, 0)
    assert stranger(world).get(address).status_code == 404
    assert send(client, "kit", box.key, act="end") == 302
    assert find_kit(actor=SYSTEM, variant_key=box.key) is None


def test_a_pool_is_made_sold_from_and_ended(world: World, items: dict[str, Item]) -> None:
    client, mug = signed_in(world.owner), items["MUG-W"]
    web, store = world.places["web"], world.places["store"]
    stock(web, mug, 3)
    stock(store, mug, 2)
    asked = {"company": web.company_id, "name": "All", "places": f"{store.code}\n{web.code}"}
    assert send(client, "pool_new", **asked | {"places": "nowhere"}) == 422
    assert send(client, "pool_new", **asked) == 302
    (pool,) = list_pools(actor=SYSTEM)
    address = reverse("console:pool", args=[pool.key])
    assert address in show(client, "/stock/pools").links
    listed = client.get("/api/v1/stock/pools").json()[0]
    assert listed["places"] == [store.id, web.id]
    path = f"pools/{listed['id']}"
    asked_for = {"skus": ["MUG-W"]}
    answer = client.post(
        f"/api/v1/stock/{path}/availability", asked_for, content_type="application/json"
    )
    assert answer.json() == [{"item": mug.id, "available": 5}]
    wanted = {"owner": "cart", "lines": [{"sku": "MUG-W", "quantity": 5}]}
    status, held = call(client, "post", f"{path}/holds", wanted)
    assert status == 201
    assert {one["place"]: one["quantity"] for one in held["lines"]} == {store.id: 2, web.id: 3}
    status, told = call(client, "post", f"{path}/holds", wanted)
    assert (status, told["code"]) == (409, "inventory.not_available")
    other = stranger(world)
    assert other.get(address).status_code == 404
    assert call(other, "post", f"{path}/ending")[0] == 404
    assert send(client, "pool", pool.key, name="Both", places=web.code) == 302
    assert send(client, "pool", pool.key, act="end") == 302
    assert not list_pools(actor=SYSTEM)


def test_a_feed_is_made_read_and_ended(world: World, items: dict[str, Item]) -> None:
    client, place = signed_in(world.owner), world.places["web"]
    stock(place, items["MUG-W"], 3)
    asked = {"company": place.company_id, "channel": "web", "name": "Shop"}
    assert send(client, "stock_feed_new", **asked | {"url": "http://10.0.0.1/in"}) == 422
    answer = client.post(
        reverse("console:stock_feed_new"), asked | {"url": "https://shop.example/in"}
    )
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    (feed,) = list_feeds(actor=SYSTEM)
    address = reverse("console:stock_feed", args=[feed.key])
    assert address in show(client, "/stock/feeds").links
    assert "whsec_" not in client.get(address).content.decode()
    feed_id = client.get("/api/v1/stock/feeds").json()[0]["id"]
    path = f"/api/v1/stock/feeds/{feed_id}"
    first = client.get(f"{path}/changes").json()
    assert [(one["item"], one["available"]) for one in first["changes"]] == [(items["MUG-W"].id, 3)]
    stock(place, items["MUG-W"], 1)
    follow_feeds(now=feed.made_at)
    streamed = client.get(
        f"{path}/stream?wait_s=0", headers={"Last-Event-ID": str(first["cursor"])}
    )
    assert streamed["Content-Type"].startswith("text/event-stream")
    body = b"".join(streamed).decode()  # type: ignore[arg-type] # it streams bytes
    assert '"available":4' in body
    assert client.get(f"{path}/changes?after=999999999").json()["code"] == "inventory.feed_cursor"
    assert stranger(world).get(f"{path}/changes").status_code == 404
    assert send(client, "stock_feed", feed.key, after=0) == 302
    assert send(client, "stock_feed", feed.key, act="end") == 302
    assert not list_feeds(actor=SYSTEM)
