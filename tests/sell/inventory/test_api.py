"""The REST calls of stock: levels, the ledger, movements, holds and policies."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.builders.goods import NOW, Shop, make_items, make_shop, stock
from tests.builders.http import API, problem, program
from tests.builders.org import make_company, make_place
from tests.builders.stock import breaches

from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.contracts import RoleCode
from quanqu.sell.inventory.facade import expire_holds

pytestmark = pytest.mark.django_db

JSON = "application/json"


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def wms() -> Client:
    return program()


def get(client: Client, path: str) -> Any:
    response = client.get(f"{API}{path}")
    assert response.status_code == 200, response.content
    return response.json()


def post(client: Client, path: str, body: Any = None, key: str | None = None) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"{API}{path}", body, content_type=JSON, headers=headers)


def line(shop: Shop, quantity: Any, sku: str = "tea", place: str = "store", **more: Any) -> Any:
    return {"place": getattr(shop, place).id, "sku": sku, "quantity": quantity, **more}


def told(shop: Shop, *movements: Any, **more: Any) -> Any:
    return {"source": "warehouse", "movements": list(movements), **more}


def receipt(shop: Shop, quantity: Any, **more: Any) -> Any:
    return told(shop, line(shop, quantity, kind="receipt"), **more)


def held(shop: Shop, quantity: int, **more: Any) -> Any:
    return {"owner": "cart-1", "lines": [line(shop, quantity)], **more}


def tea(client: Client, shop: Shop) -> dict[str, int]:
    (found,) = get(client, f"/stock/levels?place={shop.store.id}&sku=tea")["items"]
    return found


def test_levels_are_listed_by_place_item_unit_and_what_is_out(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 7)
    stock(shop.depot, shop.items["tea"], 5)
    stock(shop.store, shop.items["cup"], 3)
    assert post(wms, "/stock/holds", {"owner": "a", "lines": [line(shop, 3, "cup")]})
    other = make_shop("south")
    stock(other.store, other.items["tea"], 2)

    def found(query: str) -> list[tuple[str, str, int]]:
        rows = get(wms, f"/stock/levels?{query}")["items"]
        return [(row["place"], row["sku"], row["available"]) for row in rows]

    store, depot = shop.store.id, shop.depot.id
    item = shop.items["tea"].id
    assert found(f"item={item}") == [(store, "tea", 7), (depot, "tea", 5)]
    assert found("is_out=true") == [(store, "cup", 0)]
    assert found(f"unit={other.company.id}") == [(other.store.id, "tea", 2)]
    assert sorted(row[2] for row in found("sku=tea")) == [2, 5, 7]
    assert found(f"sku=cup&item={item}") == []
    first = get(wms, "/stock/levels?limit=3")
    rest = get(wms, f"/stock/levels?limit=3&cursor={first['next_cursor']}")
    rows = [*first["items"], *rest["items"]]
    assert len({(row["place"], row["item"]) for row in rows}) == len(rows) == 4
    assert rest["next_cursor"] is None
    assert (rows[0]["item"], rows[0]["name"]) == (item, "north tea")


def test_the_ledger_says_why_there_is_what_there_is(shop: Shop, wms: Client) -> None:
    at = format_time(NOW - timedelta(days=1))
    body = receipt(shop, 50, reason="Delivery", ref="D-1", at=at)
    assert post(wms, "/stock/movements", body).status_code == 201
    damage = [line(shop, -3, kind="damage"), line(shop, 3, kind="damage", state="damaged")]
    assert post(wms, "/stock/movements", told(shop, *damage)).status_code == 201
    where = f"place={shop.store.id}&item={shop.items['tea'].id}"
    rows = get(wms, f"/stock/ledger?{where}&state=on_hand")["items"]
    assert [(row["kind"], row["quantity"], row["balance"]) for row in rows] == [
        ("damage", -3, 47),
        ("receipt", 50, 50),
    ]
    said = {name: rows[1][name] for name in ("at", "source", "reason", "ref")}
    assert said == {"at": at, "source": "warehouse", "reason": "Delivery", "ref": "D-1"}
    assert rows[1]["actor"].startswith("key_")
    sums = get(wms, f"/stock/ledger/sums?{where}")
    assert sums == [
        {"state": "damaged", "kind": "damage", "count": 1, "quantity": 3},
        {"state": "on_hand", "kind": "damage", "count": 1, "quantity": -3},
        {"state": "on_hand", "kind": "receipt", "count": 1, "quantity": 50},
    ]
    assert tea(wms, shop)["on_hand"] == 47
    page = get(wms, f"/stock/ledger?{where}&limit=2")
    more = get(wms, f"/stock/ledger?{where}&limit=2&cursor={page['next_cursor']}")
    assert [row["balance"] for row in (*page["items"], *more["items"])] == [3, 47, 50]


def test_what_is_told_twice_happens_once(shop: Shop, wms: Client) -> None:
    first = post(wms, "/stock/movements", receipt(shop, 5), key="d-1")
    again = post(wms, "/stock/movements", receipt(shop, 5), key="d-1")
    assert (first.status_code, again.json()) == (201, first.json())
    assert tea(wms, shop)["on_hand"] == 5
    problem(
        post(wms, "/stock/movements", receipt(shop, 6), key="d-1"), 422, "http.idempotency_mismatch"
    )

    named = post(wms, "/stock/movements", receipt(shop, 2, once="D-2")).json()
    same = post(wms, "/stock/movements", receipt(shop, 2, once="D-2")).json()
    assert same == {"posting": named["posting"], "is_repeat": True}
    assert not named["is_repeat"]
    other = make_shop("south")
    theirs = post(wms, "/stock/movements", receipt(other, 9, once="D-2")).json()
    assert not theirs["is_repeat"]
    assert (tea(wms, shop)["on_hand"], tea(wms, other)["on_hand"]) == (7, 9)


@pytest.mark.parametrize(
    ("quantity", "reason"),
    [
        (0, "the quantity is zero"),
        (-4, "a receipt does not take from on_hand"),
        (10**12, "the quantity is over 1000000000"),
    ],
)
def test_a_quantity_that_cannot_be_moved_is_refused(
    shop: Shop, wms: Client, quantity: int, reason: str
) -> None:
    refused = post(wms, "/stock/movements", receipt(shop, quantity))
    assert problem(refused, 422, "inventory.movement")["fields"] == {"line": 1, "problem": reason}
    assert get(wms, "/stock/levels")["items"] == []


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_a_quantity_that_cannot_be_held_is_refused(shop: Shop, wms: Client, quantity: int) -> None:
    stock(shop.store, shop.items["tea"], 5)
    problem(post(wms, "/stock/holds", held(shop, quantity)), 422, "inventory.hold_line")
    assert tea(wms, shop)["held"] == 0


@pytest.mark.parametrize("quantity", ["3", 2.5, True, None, 10**30])
def test_a_quantity_that_is_no_whole_number_is_refused(
    shop: Shop, wms: Client, quantity: Any
) -> None:
    problem(post(wms, "/stock/movements", receipt(shop, quantity)), 422, "http.invalid_request")


def test_places_and_items_nobody_knows_are_refused(shop: Shop, wms: Client) -> None:
    unknown = "0" * 26
    nowhere = told(shop, line(shop, 1, kind="receipt") | {"place": f"plc_{unknown}"})
    found = problem(post(wms, "/stock/movements", nowhere), 404, "inventory.place_not_found")
    assert found["fields"] == {"ref": f"plc_{unknown}"}
    nothing = told(shop, line(shop, 1, "rum", kind="receipt"))
    found = problem(post(wms, "/stock/movements", nothing), 404, "inventory.item_not_found")
    assert found["fields"] == {"ref": "rum", "place": shop.store.id}
    no_id = {"place": shop.store.id, "item": f"var_{unknown}", "quantity": 1}
    refused = post(wms, "/stock/holds", {"owner": "a", "lines": [no_id]})
    problem(refused, 404, "inventory.item_not_found")
    both = line(shop, 1, item=shop.items["tea"].id)
    refused = post(wms, "/stock/holds", {"owner": "a", "lines": [both]})
    problem(refused, 422, "http.invalid_request")
    problem(post(wms, "/stock/movements", told(shop)), 422, "inventory.movement")
    many = [line(shop, 1, kind="receipt")] * 501
    problem(post(wms, "/stock/movements", told(shop, *many)), 422, "inventory.movement")


def test_an_item_is_kept_at_places_of_its_company(shop: Shop, wms: Client) -> None:
    other = make_shop("south", "rum")
    wrong = {"place": shop.store.id, "item": other.items["rum"].id, "quantity": 1}
    found = post(wms, "/stock/movements", told(shop, wrong | {"kind": "receipt"}))
    problem(found, 404, "inventory.item_not_found")
    mixed = told(shop, line(shop, 1, kind="receipt"), line(other, 1, "rum", kind="receipt"))
    found = problem(post(wms, "/stock/movements", mixed), 422, "inventory.movement")
    assert found["fields"]["line"] == 2
    assert get(wms, "/stock/levels")["items"] == []


def test_a_clock_that_runs_ahead_is_refused(shop: Shop, wms: Client) -> None:
    ahead = format_time(utc_now() + timedelta(hours=2))
    problem(post(wms, "/stock/movements", receipt(shop, 1, at=ahead)), 422, "inventory.clock")
    nearly = format_time(utc_now() + timedelta(seconds=60))
    assert post(wms, "/stock/movements", receipt(shop, 1, at=nearly)).status_code == 201


def test_more_than_there_is_cannot_be_taken(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    stock(shop.store, shop.items["cup"], 5)
    lost = [line(shop, -2, "cup", kind="correction"), line(shop, -6, kind="correction")]
    refused = post(wms, "/stock/movements", told(shop, *lost))
    fields = problem(refused, 409, "inventory.shortfall")["fields"]
    assert fields == {
        "state": "on_hand",
        "balance": -1,
        "place": shop.store.id,
        "item": shop.items["tea"].id,
    }
    rows = get(wms, "/stock/levels")["items"]
    assert [row["on_hand"] for row in rows] == [5, 5]


def test_goods_are_held_allocated_and_leave(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    made = post(wms, "/stock/holds", held(shop, 3, duration_s=600))
    assert made.status_code == 201
    hold = made.json()
    assert hold["state"] == "held"
    item = {"place": shop.store.id, "item": shop.items["tea"].id, "quantity": 3}
    assert hold["lines"] == [item]
    assert get(wms, f"/stock/holds/{hold['id']}") == hold
    longer = post(wms, f"/stock/holds/{hold['id']}/extension", {"duration_s": 3600}).json()
    assert longer["expires_at"] > hold["expires_at"]
    shorter = post(wms, f"/stock/holds/{hold['id']}/extension", {"duration_s": 1}).json()
    assert shorter["expires_at"] == longer["expires_at"]
    paid = post(wms, f"/stock/holds/{hold['id']}/allocation").json()
    assert (paid["state"], paid["expires_at"]) == ("allocated", None)
    assert (tea(wms, shop)["allocated"], tea(wms, shop)["available"]) == (3, 2)
    for _ in range(2):
        gone = post(wms, f"/stock/holds/{hold['id']}/consumption", {"ref": "shipment 1"})
        assert gone.json()["state"] == "consumed"
    assert tea(wms, shop)["on_hand"] == 2
    where = f"place={shop.store.id}&item={shop.items['tea'].id}"
    assert get(wms, f"/stock/ledger?{where}")["items"][0]["ref"] == "shipment 1"
    fields = problem(
        post(wms, f"/stock/holds/{hold['id']}/release"), 409, "inventory.hold_settled"
    )["fields"]
    assert fields == {"ref": hold["id"], "state": "consumed", "wanted": "released"}
    assert breaches() == []


def test_who_asks_for_more_than_there_is_hears_how_much_there_is(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    stock(shop.store, shop.items["cup"], 5)
    asked = {"owner": "a", "lines": [line(shop, 2, "cup"), line(shop, 6)]}
    fields = problem(post(wms, "/stock/holds", asked), 409, "inventory.not_available")["fields"]
    short = {"place": shop.store.id, "item": shop.items["tea"].id, "asked": 6, "available": 5}
    assert fields == {"count": 1, "short": [short]}
    assert {row["held"] for row in get(wms, "/stock/levels")["items"]} == {0}


def test_a_hold_asked_for_twice_under_a_key_is_one(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    first = post(wms, "/stock/holds", held(shop, 2), key="cart-1")
    again = post(wms, "/stock/holds", held(shop, 2), key="cart-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = post(wms, "/stock/holds", held(shop, 1), key="cart-1")
    problem(other, 422, "http.idempotency_mismatch")
    assert tea(wms, shop)["held"] == 2
    problem(post(wms, "/stock/holds", held(shop, 1), key="é"), 422, "http.idempotency_key")
    theirs = post(program(), "/stock/holds", held(shop, 1), key="cart-1")
    assert theirs.json()["id"] != first.json()["id"]
    assert tea(wms, shop)["held"] == 3


def test_a_hold_that_is_over_cannot_be_paid(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    hold = post(wms, "/stock/holds", held(shop, 3, duration_s=60)).json()
    expire_holds(now=utc_now() + timedelta(seconds=61))
    for step, body in (("allocation", None), ("consumption", {}), ("extension", {"duration_s": 9})):
        refused = post(wms, f"/stock/holds/{hold['id']}/{step}", body)
        fields = problem(refused, 409, "inventory.hold_settled")["fields"]
        assert (fields["ref"], fields["state"]) == (hold["id"], "expired")
    assert post(wms, f"/stock/holds/{hold['id']}/release").json()["state"] == "expired"
    unknown = "hld_" + "0" * 26
    fields = problem(get_raw(wms, unknown), 404, "inventory.hold_not_found")["fields"]
    assert fields == {"ref": unknown}
    forever = post(wms, "/stock/holds", held(shop, 1, duration_s=None)).json()
    assert (forever["state"], forever["expires_at"]) == ("allocated", None)
    for duration_s in (0, -5, 10**9, "60"):
        refused = post(wms, "/stock/holds", held(shop, 1, duration_s=duration_s))
        problem(refused, 422, "http.invalid_request")


def get_raw(client: Client, hold_id: str) -> Any:
    return client.get(f"{API}/stock/holds/{hold_id}")


def test_safety_stock_and_limits_are_set_for_many_items(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 5)
    items = [
        {"place": shop.store.id, "sku": "tea"},
        {"place": shop.depot.id, "item": shop.items["cup"].id},
    ]

    def put(**policy: Any) -> Any:
        return wms.put(f"{API}/stock/policies", {"items": items, **policy}, content_type=JSON)

    assert put(safety_target=3, backorder_limit=1).status_code == 204
    level = tea(wms, shop)
    assert (level["safety"], level["available"], level["backorder_limit"]) == (3, 3, 1)
    assert put(safety_target=7).status_code == 204
    level = tea(wms, shop)
    assert (level["safety"], level["safety_target"], level["available"]) == (6, 7, 0)
    problem(put(safety_target=-1), 422, "inventory.policy")
    problem(put(backorder_limit=10**12), 422, "inventory.policy")
    assert tea(wms, shop)["safety_target"] == 7


def test_two_people_each_see_and_move_their_own_place_alone(shop: Shop) -> None:
    near = program(role=RoleCode.STORE_MANAGER, unit_id=shop.store.id)
    far = program(role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    stock(shop.store, shop.items["tea"], 5)
    stock(shop.depot, shop.items["tea"], 9)
    hold = post(near, "/stock/holds", held(shop, 2)).json()
    assert [row["place"] for row in get(near, "/stock/levels")["items"]] == [shop.store.id]
    assert [row["place"] for row in get(far, "/stock/levels")["items"]] == [shop.depot.id]
    where = f"place={shop.store.id}&item={shop.items['tea'].id}"
    for path in (f"/stock/ledger?{where}", f"/stock/ledger/sums?{where}", f"/stock/levels?{where}"):
        assert get(near, path)
        problem(far.get(f"{API}{path}"), 404, "inventory.place_not_found")
    for path, body in (
        ("/stock/movements", receipt(shop, 1)),
        ("/stock/holds", held(shop, 1)),
    ):
        problem(post(far, path, body), 404, "inventory.place_not_found")
    problem(get_raw(far, hold["id"]), 404, "inventory.hold_not_found")
    for step, body in (("extension", {"duration_s": 9}), ("allocation", None), ("release", None)):
        refused = post(far, f"/stock/holds/{hold['id']}/{step}", body)
        problem(refused, 404, "inventory.hold_not_found")
    policy = {"items": [{"place": shop.store.id, "sku": "tea"}], "safety_target": 1}
    refused = far.put(f"{API}/stock/policies", policy, content_type=JSON)
    problem(refused, 404, "inventory.place_not_found")
    level = tea(near, shop)
    assert (level["on_hand"], level["held"], level["safety"]) == (5, 2, 0)


def test_who_may_only_look_moves_nothing(shop: Shop) -> None:
    stock(shop.store, shop.items["tea"], 5)
    viewer = program(role=RoleCode.VIEWER)
    assert tea(viewer, shop)["on_hand"] == 5
    problem(post(viewer, "/stock/movements", receipt(shop, 1)), 403, "kernel.not_allowed")
    problem(post(viewer, "/stock/holds", held(shop, 1)), 403, "kernel.not_allowed")


def test_another_companys_item_is_as_unknown_as_none(shop: Shop) -> None:
    stranger = make_company("south")
    make_items(stranger, "rum")
    reader = program(role=RoleCode.VIEWER, unit_id=make_place("s", company=stranger).id)
    item = shop.items["tea"].id
    for ref in (item, "var_" + "0" * 26):
        found = problem(
            reader.get(f"{API}/stock/levels?item={ref}"), 404, "inventory.item_not_found"
        )
        assert found["fields"]["ref"] == ref
    assert get(reader, "/stock/levels?sku=tea")["items"] == []


def test_availability_of_many_items_at_many_places_is_one_answer(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 7)
    stock(shop.depot, shop.items["tea"], 5)
    stock(shop.depot, shop.items["cup"], 2)
    assert post(wms, "/stock/holds", held(shop, 3)).status_code == 201
    tea, cup = shop.items["tea"].id, shop.items["cup"].id

    by_id = {"items": [cup, tea, tea], "places": [shop.depot.id, shop.store.id]}
    found = post(wms, "/stock/availability", by_id).json()
    assert (found["items"], found["places"]) == ([cup, tea], [shop.depot.id, shop.store.id])
    assert found["available"] == [[2, 0], [5, 4]]

    everywhere = {"company": shop.company.id, "skus": ["tea"]}
    found = post(wms, "/stock/availability", everywhere).json()
    told = dict(zip(found["places"], found["available"][0], strict=True))
    assert told == {shop.store.id: 4, shop.depot.id: 5}

    clerk = program(role=RoleCode.ASSOCIATE, unit_id=shop.store.id)
    found = post(clerk, "/stock/availability", everywhere).json()
    assert (found["places"], found["available"]) == ([shop.store.id], [[4]])
    problem(post(clerk, "/stock/availability", by_id), 404, "inventory.place_not_found")
    other = make_shop("south")
    theirs = {"items": [other.items["tea"].id], "places": [shop.store.id]}
    problem(post(clerk, "/stock/availability", theirs), 404, "inventory.item_not_found")
    unknown = {"company": shop.company.id, "skus": ["nothing"]}
    problem(post(wms, "/stock/availability", unknown), 404, "inventory.item_not_found")
    for nothing in ({}, {"items": [tea]}, {"skus": ["tea"], "places": [shop.store.id]}):
        assert post(wms, "/stock/availability", nothing).status_code == 422
    no_company = {"company": shop.store.id, "skus": ["tea"]}
    problem(post(wms, "/stock/availability", no_company), 404, "org.unit_not_found")


def test_rules_and_ring_fences_are_set_told_and_followed(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 10)
    company, place, item = shop.company.id, shop.store.id, shop.items["tea"].id

    def put(path: str, body: Any, client: Client = wms) -> Any:
        return client.put(f"{API}{path}", body, content_type=JSON)

    rules = [
        {"category": "Tea", "units": 2},
        {"sku": "tea", "place": place, "channel": "marketplace", "units": 3},
    ]
    set_now = put("/stock/rules", {"company": company, "rules": rules})
    assert (set_now.status_code, set_now.json()) == (200, {"changed": 1})
    kept = {"items": [{"place": place, "sku": "tea"}], "channel": "live", "units": 4}
    assert put("/stock/ring-fences", kept).status_code == 204

    told = get(wms, f"/stock/rules?company={company}")
    assert [(one["category"], one["sku"], one["channel"], one["units"]) for one in told] == [
        ("Tea", None, None, 2),
        ("", "tea", "marketplace", 3),
    ]
    channels = get(wms, f"/stock/channels?place={place}&item={item}")
    assert {one["channel"]: one["available"] for one in channels} == {"live": 8, "marketplace": 1}
    assert (tea(wms, shop)["fenced"], tea(wms, shop)["available"]) == (4, 4)
    asked = {"items": [item], "places": [place], "channel": "live"}
    assert post(wms, "/stock/availability", asked).json()["available"] == [[8]]
    problem(
        post(wms, "/stock/holds", held(shop, 2, channel="marketplace")),
        409,
        "inventory.not_available",
    )
    live = post(wms, "/stock/holds", held(shop, 6, channel="live"), key="h-1").json()
    assert live["channel"] == "live"
    assert tea(wms, shop)["fenced"] == 0
    other = held(shop, 6, channel="web")
    problem(post(wms, "/stock/holds", other, key="h-1"), 422, "http.idempotency_mismatch")

    gone = [{"category": "Tea", "units": None}]
    assert put("/stock/rules", {"company": company, "rules": gone}).json() == {"changed": 1}
    for wrong, status, code in (
        ({"company": company, "rules": []}, 422, "inventory.rule"),
        ({"company": company, "rules": [{"sku": "nothing", "units": 1}]}, 404, None),
        ({"company": company, "rules": [{"sku": "tea", "category": "Tea", "units": 1}]}, 422, None),
        ({"company": company, "rules": [{"channel": "pigeon", "units": 1}]}, 422, None),
        ({"company": company, "rules": [{"units": -1}]}, 422, "inventory.rule"),
    ):
        refused = put("/stock/rules", wrong)
        assert refused.status_code == status, refused.content
        assert code is None or refused.json()["code"] == code
    stranger = program(role=RoleCode.STORE_MANAGER, unit_id=make_shop("south").store.id)
    problem(
        put("/stock/rules", {"company": company, "rules": rules}, stranger),
        404,
        "org.unit_not_found",
    )
    problem(put("/stock/ring-fences", kept, stranger), 404, "inventory.place_not_found")
    clerk = program(role=RoleCode.STORE_MANAGER, unit_id=place)
    everywhere = {"company": company, "rules": [{"units": 1}]}
    problem(put("/stock/rules", everywhere, clerk), 404, "inventory.place_not_found")


def test_a_buyer_is_refused_more_than_the_limit_by_name(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 10)
    limit = {"company": shop.company.id, "skus": ["tea"], "most": 2, "window_s": 60}
    path = f"{API}/stock/buyer-limits"
    assert wms.put(path, limit, content_type=JSON).status_code == 204
    (told,) = get(wms, f"/stock/buyer-limits?company={shop.company.id}")
    assert (told["sku"], told["most"], told["window_s"]) == ("tea", 2, 60)

    refused = post(wms, "/stock/holds", held(shop, 3, channel="web", buyer="ann"))
    over = problem(refused, 409, "inventory.buyer_limit")["fields"]["over"]
    item = shop.items["tea"].id
    assert over == [{"item": item, "asked": 3, "left": 2, "most": 2, "window_s": 60}]
    assert tea(wms, shop)["held"] == 0

    for wrong, status in (({"most": 0}, 422), ({"skus": ["nothing"]}, 404), ({"window_s": 0}, 422)):
        assert wms.put(path, limit | wrong, content_type=JSON).status_code == status
    clerk = program(role=RoleCode.STORE_MANAGER, unit_id=shop.store.id)
    response = clerk.put(path, limit, content_type=JSON)
    problem(response, 404, "inventory.place_not_found")
    assert wms.put(path, limit | {"most": None}, content_type=JSON).status_code == 204
    assert get(wms, f"/stock/buyer-limits?company={shop.company.id}") == []


def test_a_count_goes_its_way_over_the_api(shop: Shop, wms: Client) -> None:
    stock(shop.store, shop.items["tea"], 10)
    stock(shop.store, shop.items["cup"], 4)
    place = shop.store.id
    body = {"place": place, "skus": ["tea", "cup"], "tolerance": 1}

    made = post(wms, "/stock/counts", body, key="c-1").json()
    assert post(wms, "/stock/counts", body, key="c-1").json() == made
    path = f"/stock/counts/{made['id']}"
    assert [(one["sku"], one["snapshot"], one["book"]) for one in made["lines"]] == [
        ("tea", None, None),
        ("cup", None, None),
    ]

    def put(entries: Any, client: Client = wms) -> Any:
        return client.put(f"{API}{path}/entries", {"entries": entries}, content_type=JSON)

    assert put([{"sku": "tea", "quantity": 7}]).json()["counted_count"] == 1
    problem(post(wms, f"{path}/submission", {}), 409, "inventory.count_open")
    again = post(wms, f"{path}/submission", {"is_rest_zero": True}).json()
    assert again["state"] == "recounting"
    assert put([{"sku": "tea", "quantity": 8}, {"sku": "cup", "quantity": 4}]).status_code == 200
    review = post(wms, f"{path}/submission", {}).json()
    counter, owner = program(role=RoleCode.INTEGRATOR), wms
    problem(post(counter, f"{path}/approval"), 403, "kernel.not_allowed")
    assert get(counter, path)["lines"][0]["book"] is None
    told = get(owner, path)
    assert review["state"] == told["state"] == "review"
    assert [(one["book"], one["difference"], one["first_difference"]) for one in told["lines"]] == [
        (10, -2, -3),
        (4, 0, -4),
    ]
    assert post(owner, f"{path}/approval", key="a-1").json()["state"] == "approved"
    assert tea(wms, shop)["on_hand"] == 8
    (row,) = get(wms, f"/stock/counts?place={place}&state=approved")["items"]
    assert (row["id"], row["line_count"], row["counted_count"]) == (made["id"], 2, 2)
    assert "lines" not in row

    for wrong, status, code in (
        ({"place": place, "skus": ["nothing"]}, 404, "inventory.item_not_found"),
        ({"place": place, "category": "Nowhere"}, 409, "inventory.count_empty"),
        ({"place": place, "skus": ["tea"], "tolerance": -1}, 422, "inventory.count_entry"),
        ({"place": shop.depot.id}, 409, "inventory.count_empty"),
    ):
        problem(post(wms, "/stock/counts", wrong), status, code)
    problem(put([{"sku": "tea", "quantity": 1}]), 409, "inventory.count_state")
    other = post(wms, "/stock/counts", {"place": place, "skus": ["tea"]}).json()
    path = f"/stock/counts/{other['id']}"
    problem(put([{"sku": "tea", "quantity": -1}]), 422, "inventory.count_entry")
    problem(put([]), 422, "inventory.count_entry")
    assert post(wms, f"{path}/cancellation").json()["state"] == "cancelled"
    problem(post(owner, f"{path}/recount", {}), 409, "inventory.count_state")
    far = program(role=RoleCode.STORE_MANAGER, unit_id=shop.depot.id)
    problem(far.get(f"{API}{path}"), 404, "inventory.count_not_found")
