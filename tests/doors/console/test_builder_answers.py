"""The builder's answers: rules in words, names of what they speak of, faults with their places."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.doors.console.test_pages import show
from tests.doors.console.test_work import preview

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.know.audiences.facade import archive_audience, save_audience

pytestmark = pytest.mark.django_db
BOUGHT = {"kind": "event", "event": "Order Completed"}


def saved(name: str, match: dict[str, Any]) -> str:
    definition = {"version": 2, "match": match}
    made = save_audience(actor=SYSTEM, name=name, definition=definition, now=NOW)
    return ids.encode("aud", made.id)


def told(client: Client, match: dict[str, Any]) -> dict[str, Any]:
    return preview(client, {"version": 2, "match": match})


def words(client: Client, address: str) -> dict[str, Any]:
    page = client.get(address).content.decode()
    found = re.search(r'<script id="builder-words"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_every_rule_is_told_in_words_and_in_reading_order(world: World) -> None:
    client = signed_in(world.owner)
    twice = saved("Twice", {**BOUGHT, "value": 2})
    now, before = {"kind": "audience", "audience": twice}, {"last_days": 30}
    birthday = {"kind": "birthday", "to_days": 7}
    match = {
        "kind": "or",
        "nodes": [now, {"kind": "not", "node": birthday}, {**now, "during": before}],
    }

    answer = told(client, match)

    assert answer["problems"] == []
    assert answer["count"] == "6"
    assert answer["sentences"] == [
        "is in the audience “Twice”",
        "has a birthday within 7 days",
        "was in the audience “Twice” in the last 30 days",
    ]
    client.post(reverse("console:preference"), {"language": "zh-hans"})
    assert told(client, match)["sentences"][0] == "在人群“Twice”中"


def test_what_is_not_there_is_marked_at_its_place_and_not_a_failure(world: World) -> None:
    client = signed_in(world.owner)
    place = world.places["store"]
    nowhere = {"kind": "audience", "audience": ids.encode("aud", ids.new_id())}
    near = {"kind": "near", "within_km": 5, "place": place.id}

    missing = told(client, {"kind": "and", "nodes": [BOUGHT, nowhere]})
    without_point = told(client, {"kind": "and", "nodes": [BOUGHT, near]})

    assert [one["path"] for one in missing["problems"]] == ["$.match.nodes[1].audience"]
    assert missing["count"] == "–"
    (fault,) = without_point["problems"]
    assert fault["path"] == "$.match.nodes[1].place"
    assert place.name in fault["text"]
    assert place.id not in fault["text"]


def test_rules_that_are_too_large_are_refused_in_words(world: World) -> None:
    client = signed_in(world.owner)
    large = {"kind": "profile", "field": "city", "op": "in", "value": ["x" * 499] * 1100}

    answer = told(client, large)

    assert [one["path"] for one in answer["problems"]] == ["$"]
    assert "too large" in answer["note"]


def test_the_page_names_the_audiences_to_choose_but_never_its_own(world: World) -> None:
    client = signed_in(world.owner)
    first, third = saved("First", BOUGHT), saved("Third", BOUGHT)
    second = saved("Second", {"kind": "audience", "audience": third})
    archive_audience(actor=SYSTEM, audience_id=ids.decode("aud", first), now=NOW)

    new = words(client, reverse("console:audience_new"))
    own = words(client, reverse("console:audience_rules", args=[second]))

    assert [one["title"] for one in new["audiences"]] == ["Second", "Third"]
    assert [one["title"] for one in own["audiences"]] == ["Third"]
    assert own["sentences"] == ["is in the audience “Third”"]
    assert {one["title"] for one in new["places"]} == {p.name for p in world.places.values()}
    assert {one["note"] for one in new["places"]} == {"no coordinates yet"}
    assert dict(new["consents"]["marketing"])["email"] == "E-mail"


def test_lists_and_pages_say_an_audience_by_name_even_an_archived_one(world: World) -> None:
    client = signed_in(world.owner)
    inner = saved("Spring buyers", BOUGHT)
    outer = saved("Outer", {"kind": "audience", "audience": inner})
    archive_audience(actor=SYSTEM, audience_id=ids.decode("aud", inner), now=NOW)

    listed = show(client, reverse("console:audiences")).text
    page = show(client, reverse("console:audience", args=[outer])).text

    assert "is in the audience “Spring buyers”" in listed
    assert "is in the audience “Spring buyers”" in page
    assert inner not in page


def test_a_customer_page_says_in_which_audiences_they_are(world: World) -> None:
    client = signed_in(world.owner)
    address = reverse("console:customer", args=[world.customer_id])
    assert "No audience is saved yet." in show(client, address).text
    fits, other = saved("Buyers", BOUGHT), saved("Heavy", {**BOUGHT, "value": 99})
    assert "In none of the audiences." in show(client, address).text
    for one in (fits, other):
        client.post(reverse("console:audience_refresh", args=[one]))

    page = show(client, address)

    card = page.text[page.text.index("As worked out last") :]
    assert card.index("Buyers") < card.index("in it") < card.index("Not in") < card.index("Heavy")
    why = client.get(
        reverse("console:audience_why", args=[other]), {"customer": world.customer_id}
    ).content.decode()
    assert "does not fit" in why
    archive_audience(actor=SYSTEM, audience_id=ids.decode("aud", fits), now=NOW)
    assert "Buyers" not in show(client, address).text
