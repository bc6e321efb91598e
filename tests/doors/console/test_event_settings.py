"""Warehouses, rules of retention and the import of a plan: what the console changes and refuses."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.builders.console import World
from tests.builders.http import signed_in
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import utc_now
from quanqu.know.timeline.contracts import RetentionRule, SourceDraft, SourceInfo, SourceKind
from quanqu.know.timeline.facade import (
    create_source,
    find_warehouse,
    get_planned_event,
    list_retention_rules,
)
from quanqu.know.timeline.models import Warehouse

pytestmark = pytest.mark.django_db

READ = {
    "url": "postgresql://reader:secret@warehouse.example/shop",
    "query": "SELECT * FROM visits",
    "id_column": "id",
    "cursor_column": "seen_at",
    "time_column": "seen_at",
    "event": "Store Visited",
    "event_column": "",
    "user_column": "member",
    "anonymous_column": "",
}


@pytest.fixture
def source(world: World) -> SourceInfo:
    draft = SourceDraft("Visits", kind=SourceKind.WAREHOUSE)
    return create_source(actor=SYSTEM, draft=draft, now=utc_now()).source


def test_a_warehouse_is_connected_and_its_secret_not_shown(
    world: World, source: SourceInfo
) -> None:
    client = signed_in(world.owner)
    address = reverse("console:source_warehouse", args=[source.id])
    assert address in client.get(reverse("console:source", args=[source.id])).content.decode()
    assert "No warehouse is connected yet." in show(client, address).text

    answer = client.post(address, READ)

    assert answer.status_code == 302
    html = client.get(address).content.decode()
    assert "warehouse.example:5432/shop" in html
    assert "secret" not in html
    assert "SELECT * FROM visits" in html
    held = find_warehouse(actor=SYSTEM, source_id=source.id)
    assert held is not None
    assert held.read.user_column == "member"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "mysql://x@y/z"}, "url"),
        ({"query": "DELETE FROM visits"}, "query"),
        ({"id_column": "no column"}, "id_column"),
        ({"event": ""}, "event"),
        ({"event_column": "kind"}, "event"),
        ({"user_column": ""}, "user_column"),
        ({"query": ""}, "query"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(
    world: World, source: SourceInfo, change: dict[str, str], field: str
) -> None:
    client = signed_in(world.owner)

    answer = client.post(reverse("console:source_warehouse", args=[source.id]), READ | change)

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert find_warehouse(actor=SYSTEM, source_id=source.id) is None


def test_a_reading_is_asked_for_once(
    world: World,
    source: SourceInfo,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in(world.owner)
    client.post(reverse("console:source_warehouse", args=[source.id]), READ)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        "quanqu.know.timeline.actions.warehouse.defer",
        lambda name, **told: asked.append((name, told["source_key"])),
    )

    answer = client.post(reverse("console:source_pull", args=[source.id]))

    assert answer.status_code == 302
    (row,) = Warehouse.objects.all()
    assert asked == [("timeline.pull_warehouse", row.source_key)]


def test_who_may_only_look_connects_nothing(world: World, source: SourceInfo) -> None:
    client = signed_in(world.viewer)

    answer = client.post(reverse("console:source_warehouse", args=[source.id]), READ)

    assert answer.status_code == 403
    assert find_warehouse(actor=SYSTEM, source_id=source.id) is None


def test_rules_of_retention_are_set_changed_and_dropped(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:event_retention")
    assert "events are kept for ever" in show(client, address).text

    client.post(address, {"source": "", "event": "Product Viewed", "days": "400"})
    client.post(address, {"source": "", "event": "", "days": "800"})
    client.post(address, {"source": "", "event": "Product Viewed", "days": "90"})

    held = list_retention_rules(actor=SYSTEM)
    assert set(held) == {RetentionRule(90, "", "Product Viewed"), RetentionRule(800)}

    client.post(address, {"source": "", "event": "", "remove": "1"})
    assert list_retention_rules(actor=SYSTEM) == (RetentionRule(90, "", "Product Viewed"),)


@pytest.mark.parametrize("days", ["", "0", "36501", "ten", "1.5"])
def test_days_that_are_none_are_refused_and_what_was_typed_stays(world: World, days: str) -> None:
    client = signed_in(world.owner)

    answer = client.post(
        reverse("console:event_retention"), {"source": "", "event": "Cart Viewed", "days": days}
    )

    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Days are 1 to 36,500" in html
    assert 'value="Cart Viewed"' in html
    assert list_retention_rules(actor=SYSTEM) == ()


def test_a_plan_is_imported_in_the_form_it_is_handed_out_in(world: World) -> None:
    client = signed_in(world.owner)
    schema = client.get("/api/v1/tracking-plan/schema").json()
    events = schema["properties"]
    name = next(iter(events))
    events[name]["description"] = "Told anew."

    answer = _import(client, json.dumps(schema).encode())

    assert answer.status_code == 302
    assert get_planned_event(actor=SYSTEM, name=name).description == "Told anew."
    assert "1 event of the plan is changed." in show(client, reverse("console:plan")).text


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}'])
def test_a_file_that_is_no_plan_changes_nothing(world: World, content: bytes) -> None:
    client = signed_in(world.owner)
    before = client.get("/api/v1/tracking-plan/schema").json()

    _import(client, content)

    assert client.get("/api/v1/tracking-plan/schema").json() == before


def _import(client: Any, content: bytes) -> Any:
    file = SimpleUploadedFile("plan.json", content, "application/json")
    return client.post(reverse("console:plan_import"), {"file": file})
