"""The live tail, failed events and the tracking plan, as people work with them."""

import json

import pytest
from django.urls import reverse
from tests.builders import timeline
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.doors.console.test_pages import show

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.timeline.contracts import FailedFilters, PropertyType, ViolationRule
from quanqu.know.timeline.facade import (
    get_planned_event,
    list_failed_events,
    settle_everything,
)

pytestmark = pytest.mark.django_db


def _fail(world: World) -> str:
    issued = timeline.make_source("till", place="till-place")
    sent = {"type": "track", "event": "Mug Seen", "email": "li@example.com"}
    timeline.accept(issued, [sent, timeline.make_event(event="Gift Wrapped", messageId="g-1")])
    settle_everything(now=NOW)
    return list_failed_events(actor=SYSTEM, filters=FailedFilters(sources=("till",))).items[0].id


def test_a_failed_event_is_shown_without_personal_data_then_in_full_and_mended(
    world: World,
) -> None:
    client = signed_in(world.owner)
    failed = _fail(world)
    address = reverse("console:failed_event", args=[failed])
    assert address in show(client, reverse("console:failed_events")).links

    masked = client.get(address).content.decode()
    assert "li@example.com" not in masked
    assert "Send a userId or an anonymousId with it." in masked
    clear = client.post(reverse("console:failed_event_reveal", args=[failed])).content.decode()
    assert "li@example.com" in clear
    looks = list_entries(actor=SYSTEM, filters=AuditFilters(action="timeline.reveal_failed_event"))
    assert [entry.subject for entry in looks.items] == [failed]
    repair = reverse("console:failed_event_repair", args=[failed])
    refused = client.post(repair, {"payload": "{oops"})
    assert refused.status_code == 422
    assert "{oops" in refused.content.decode()
    mended = json.dumps(timeline.make_event(event="Mug Seen", messageId="mended"))
    assert client.post(repair, {"payload": mended}).status_code == 302
    settle_everything(now=NOW)
    assert "Mug Seen" in show(client, reverse("console:event", args=["mended"])).text
    assert client.get(address).status_code == 404


def test_a_viewer_of_no_events_sees_no_failed_one(world: World) -> None:
    client = signed_in(world.viewer)
    failed = _fail(world)

    for name in ("failed_event_reveal", "failed_event_repair", "failed_event_retry"):
        assert client.post(reverse(f"console:{name}", args=[failed])).status_code == 403
    assert client.get(reverse("console:failed_event", args=[failed])).status_code == 403


def test_an_event_met_but_not_planned_is_planned_from_what_was_met(world: World) -> None:
    client = signed_in(world.owner)
    _fail(world)
    address = reverse("console:planned_event")
    violations = show(client, reverse("console:violations"))
    assert any(link.startswith(f"{address}?name=Gift") for link in violations.links)

    html = client.get(address, {"name": "Gift Wrapped"}).content.decode()

    assert "Filled in from the events that came so far." in html
    form = {
        "name": "Gift Wrapped",
        "description": "A present was wrapped.",
        "owner": "Shop team",
        "rule": "block",
        "p0-name": "paper",
        "p0-type": "string",
        "p0-required": "1",
        "p0-enum": "red, blue",
        "p1-name": "",
        "p2-name": "price",
        "p2-type": "number",
        "p2-pii": "none",
    }
    assert client.post(address, form).status_code == 302
    held = get_planned_event(actor=SYSTEM, name="Gift Wrapped")
    assert held.on_violation is ViolationRule.BLOCK
    assert [(one.name, one.type, one.is_required, one.enum) for one in held.properties] == [
        ("paper", PropertyType.STRING, True, ("red", "blue")),
        ("price", PropertyType.NUMBER, False, ()),
    ]
    twice = client.post(address, form | {"p2-name": "paper"})
    assert twice.status_code == 422
    assert "A present was wrapped." in twice.content.decode()
    client.post(reverse("console:planned_event_gone"), {"event": "Gift Wrapped"})
    show(client, reverse("console:plan"))  # says that it is gone
    assert "Gift Wrapped" not in show(client, reverse("console:plan")).text


def test_the_live_tail_follows_an_event_and_a_customer(world: World) -> None:
    client = signed_in(world.owner)
    _fail(world)
    tail = reverse("console:live_tail")

    only = client.get(tail, {"event": "Gift Wrapped"}).content.decode()
    assert "Gift Wrapped" in only
    assert "Order completed" not in only
    assert "1 failed event" in only
    answer = client.post(reverse("console:live"), {"q": world.customer_id})
    assert f"customer={world.customer_id}" in answer["Location"]
    mine = client.get(tail, {"customer": world.customer_id}).content.decode()
    assert "Order completed" in mine
    assert "Gift Wrapped" not in mine
    unknown = client.post(reverse("console:live"), {"q": "nobody@example.net"}, follow=True)
    assert "Nobody is known by that." in unknown.content.decode()
    none = client.get(tail, {"event": "Never"}).content.decode()
    assert "Nothing like that has arrived yet." in none
