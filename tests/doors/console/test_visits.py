"""Visits on a page, the channel rules as a table, and what a source's settings did."""

import pytest
from django.urls import reverse
from tests.builders import timeline
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.doors.console.test_pages import show

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.contracts import SourceKind
from quanqu.know.timeline.facade import get_channel_table, settle_everything

pytestmark = pytest.mark.django_db


def _visit(world: World) -> str:
    issued = timeline.make_source("pages", place="pages-place", kind=SourceKind.BROWSER)
    page = {"page": {"path": "/tea", "referrer": "https://www.baidu.com/"}}
    seen = timeline.make_event(
        type="page", event=None, context=page, timestamp=None, anonymousId="one"
    )
    robot = timeline.make_event(context={"userAgent": "Googlebot/2.1"})
    timeline.accept(issued, [seen, robot], now=NOW)
    settle_everything(now=NOW)
    lake.publish_dirty(now=NOW)
    return issued.source.id


def test_visits_show_their_channel_and_landing_page(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:visits")
    assert "No visits in this period" in show(client, address).text
    _visit(world)
    day = NOW.date().isoformat()

    page = show(client, f"{address}?from={day}&to={day}")
    landing = show(client, f"{address}?from={day}&to={day}&by=landing_page")

    assert "Search" in page.text
    assert "100.0%" in page.text
    assert f"What comes from {world.places['store'].name} is made from real behaviour" in page.text
    assert "/tea" in landing.text


def test_channel_rules_are_changed_kept_when_wrong_and_put_back(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:visit_rules")
    assert "google.*" in client.get(address).content.decode()
    form = {
        "version": "0",
        "idle_min": "45",
        "midnight_offset_min": "480",
        "channel_0": "letters",
        "mediums_0": "letter post",
    }

    wrong = client.post(address, form | {"channel_0": "Letters!"})
    assert wrong.status_code == 422
    assert "Letters!" in wrong.content.decode()
    assert client.post(address, form | {"idle_min": "x"}).status_code == 422
    assert client.post(address, form).status_code == 302

    table = get_channel_table(actor=SYSTEM)
    assert (table.version, table.rules[0].mediums) == (1, ("letter", "post"))
    assert (table.visits.idle_min, table.visits.ends_on_campaign) == (45, False)
    assert client.post(address, form).status_code == 422  # another version is in force by now
    assert client.post(reverse("console:visit_rules_restore")).status_code == 302
    assert get_channel_table(actor=SYSTEM).rules[0].channel == "email"


def test_who_may_not_manage_the_group_changes_no_rule(world: World) -> None:
    client = signed_in(world.viewer)
    form = {"version": "0", "idle_min": "1", "channel_0": "a", "mediums_0": "b"}

    client.post(reverse("console:visit_rules"), form)
    client.post(reverse("console:visit_rules_restore"))

    assert get_channel_table(actor=SYSTEM).version == 0


def test_a_source_shows_its_line_for_pages_and_what_its_settings_did(world: World) -> None:
    client = signed_in(world.owner)
    source = _visit(world)

    page = show(client, reverse("console:source", args=[source]))
    first = client.get(reverse("console:source_first_event", args=[source])).content.decode()

    assert "/v1/qq.js?v=" in page.text
    assert "Robots marked" in page.text
    assert "It arrives" in first
    assert "every 2s" not in first
    waiting = timeline.make_source("quiet", place="pages-place", kind=SourceKind.BROWSER).source.id
    asked = client.get(reverse("console:source_first_event", args=[waiting])).content.decode()
    assert "every 2s" in asked
