"""The timeline in the REST API: shapes, scope and refusals."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.builders.org import make_key, make_place
from tests.builders.timeline import NOW, accept, make_event, make_source

from quanqu.know.org.contracts import RoleCode
from quanqu.know.timeline import facade

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def client(role: RoleCode = RoleCode.OWNER, unit_id: str | None = None) -> Client:
    key = make_key(role=role, unit_id=unit_id)
    return Client(headers={"Authorization": f"Bearer {key.token}"})


def call(api: Client, method: str, path: str, body: Any = None) -> Any:
    return api.generic(
        method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json"
    )


def test_events_are_listed_with_customer_place_and_money() -> None:
    issued = make_source()
    order = {"order_id": "o-1", "revenue": 12.5, "currency": "CNY"}
    event = make_event(event="Order Completed", messageId="m-1", userId="u-1", properties=order)
    accept(issued, [event, make_event()])
    api = client()

    accepted = api.get("/api/v1/events/m-1").json()
    facade.settle_everything(now=NOW)
    settled = api.get("/api/v1/events/m-1").json()
    page = api.get("/api/v1/events", {"limit": 1, "customer_id": settled["customer_id"]}).json()

    assert (accepted["state"], settled["state"]) == ("accepted", "settled")
    assert settled["revenue"] == {"amount": "12.50", "currency": "CNY"}
    assert settled["place_id"] == make_place("shop").id
    assert settled["customer_id"].startswith("cus_")
    assert settled["properties"]["order_id"] == "o-1"
    assert [item["message_id"] for item in page["items"]] == ["m-1"]


def test_pages_are_linked() -> None:
    issued = make_source()
    accept(issued, [make_event() for _ in range(3)])
    facade.settle_everything(now=NOW)
    api = client()

    first = api.get("/api/v1/events", {"limit": 2})
    rest = api.get("/api/v1/events", {"limit": 2, "cursor": first.json()["next_cursor"]})

    assert 'rel="next"' in first["Link"]
    assert (len(first.json()["items"]), len(rest.json()["items"])) == (2, 1)


def test_the_tail_the_counts_and_the_inbox_answer() -> None:
    issued = make_source()
    accept(issued, [make_event(), make_event()])
    api = client()
    waiting = api.get("/api/v1/events/inbox").json()
    facade.settle_everything(now=NOW)

    days = {"first": "2026-11-01", "last": "2026-11-30", "event": "Product Viewed"}
    counts = api.get("/api/v1/events/counts", days).json()

    assert waiting["events"] == 2
    assert len(api.get("/api/v1/events/live").json()) == 2
    assert counts == [{"event": "Product Viewed", "day": "2026-11-22", "count": 2}]


def test_failed_events_are_listed_revealed_and_replayed() -> None:
    issued = make_source()
    accept(issued, [make_event(), {"type": "track", "email": "li@example.com"}])
    facade.settle_everything(now=NOW)
    api = client()

    (failed,) = api.get("/api/v1/events/failed").json()["items"]
    revealed = call(api, "POST", f"/events/failed/{failed['id']}/reveal").json()
    replayed = call(api, "POST", "/events/failed/replay", {"codes": ["no_event_name"]}).json()

    assert failed["code"] == "no_event_name"
    assert "li@example.com" in revealed["payload"]
    assert replayed == {"replayed": 1}


def test_the_plan_is_read_changed_and_reset() -> None:
    api = client()
    path = "/tracking-plan/events/Product Viewed"
    planned = {"properties": [{"name": "product_id", "type": "string", "is_required": True}]}

    shipped = api.get(f"/api/v1{path}").json()
    put = call(api, "PUT", path, {**planned, "on_violation": "block"}).json()
    strict = call(api, "PATCH", "/tracking-plan", {"is_unplanned_blocked": True}).json()
    gone = call(api, "DELETE", path)
    missing = api.get(f"/api/v1{path}")
    reset = call(api, "POST", f"{path}/reset").json()

    assert shipped["is_shipped"]
    assert (put["on_violation"], put["is_shipped"]) == ("block", False)
    assert strict["on_unplanned"] == "block"
    assert (gone.status_code, missing.status_code) == (204, 404)
    assert reset == shipped


def test_violations_are_listed() -> None:
    issued = make_source()
    accept(issued, [make_event(event="Unheard Of", messageId="m-1")])
    facade.settle_everything(now=NOW)

    (row,) = client().get("/api/v1/events/violations", {"limit": 1}).json()["items"]

    assert (row["kind"], row["count"], row["samples"]) == ("unplanned_event", 1, ["m-1"])


def test_sources_are_made_changed_and_rotated() -> None:
    api = client()
    place = make_place("shop").id

    made = call(api, "POST", "/sources", {"name": "Web shop", "place_id": place})
    source_id = made.json()["source"]["id"]
    changed = call(api, "PATCH", f"/sources/{source_id}", {"rate_limit": 5}).json()
    rotated = call(api, "POST", f"/sources/{source_id}/rotation", {"overlap_s": 60}).json()
    listed = api.get("/api/v1/sources").json()["items"]

    assert (made.status_code, made.json()["source"]["place_id"]) == (201, place)
    assert changed["rate_limit"] == 5
    assert rotated["write_key"] != made.json()["write_key"]
    assert "write_key" not in api.get(f"/api/v1/sources/{source_id}").json()
    assert [source["code"] for source in listed] == ["web-shop"]


def test_rights_and_scope_hold() -> None:
    make_source("n", place="north")
    viewer, one_place = client(RoleCode.VIEWER), client(RoleCode.STORE_MANAGER, make_place("s").id)

    assert viewer.get("/api/v1/events").status_code == 403
    assert one_place.get("/api/v1/sources").json()["items"] == []
    assert call(one_place, "POST", "/sources", {"name": "X"}).status_code == 403
    assert Client().get("/api/v1/events").status_code == 401


@pytest.mark.parametrize(
    "query",
    ["cursor=x", "since=soon", "customer_id=cus_1", "limit=0", "place_id=plc_1", "type=poll"],
)
def test_what_cannot_be_read_is_a_problem(query: str) -> None:
    answer = client().get(f"/api/v1/events?{query}")

    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("application/problem+json")
