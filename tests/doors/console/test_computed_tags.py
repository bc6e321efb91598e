"""Computed tags on the console: made by a form, worked out, shown, asked about, put away."""

import json
import re

import pytest
from django.test import Client
from tests.builders.console import NOW, World
from tests.builders.http import signed_in
from tests.builders.org import make_person

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel import ids
from quanqu.know.audiences.facade import save_audience
from quanqu.know.customers.facade import list_customer_tags
from quanqu.know.org.contracts import RoleCode
from quanqu.know.tags.facade import list_tags

pytestmark = pytest.mark.django_db

TAGS = "/customers/tag-list"
STATISTIC = {
    "kind": "statistic",
    "name": "last channel",
    "owner": "Loyalty",
    "every": "day",
    "measure": "last",
    "event": "Order Completed",
    "of": "channel",
}
BUYERS = {"version": 2, "match": {"kind": "event", "event": "Order Completed"}}


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def made(client: Client, told: dict[str, str]) -> str:
    answer = client.post(f"{TAGS}/new", told)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_statistical_tag_by_form(world: World) -> None:
    client = signed_in(world.owner)
    form = text_of(client, f"{TAGS}/new?kind=statistic")
    assert '<option value="Order Completed">Order completed</option>' in form
    parts = text_of(client, f"{TAGS}/parts?measure=sum&event=Order+Completed&of=revenue_minor")
    assert "Choose a currency" in parts
    assert ">GBP<" in parts

    page = made(client, STATISTIC)
    assert "being worked out" in text_of(client, TAGS)
    client.post(f"{page}/refresh")
    publish_dirty(now=NOW)
    shown = text_of(client, page)

    assert "The last channel of “Order completed”." in shown
    (tag,) = list_tags(actor=SYSTEM)
    assert tag.last_refresh is not None
    identity = ids.decode("cus", world.customer_id)
    (worn,) = list_customer_tags(actor=SYSTEM, customer_id=identity)
    assert worn.name == "last channel"
    assert worn.value_text in ("web", "store", "app", "marketplace")
    customer = text_of(client, f"/customers/{world.customer_id}")
    assert "last channel" in customer
    assert "Since" in customer
    past = text_of(client, f"/customers/{world.customer_id}/tags")
    assert "Statistical tag" in past
    listed = text_of(client, TAGS)
    assert "Statistical tag" in listed
    assert "Loyalty" in listed


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(world: World) -> None:
    client = signed_in(world.owner)
    wrong = {**STATISTIC, "measure": "sum", "of": "revenue_minor", "days": "90"}

    answer = client.post(f"{TAGS}/new", wrong)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "name one currency" in page
    assert 'value="last channel"' in page
    assert 'value="90"' in page
    assert list_tags(actor=SYSTEM) == ()
    page = made(client, {**wrong, "currency": "GBP", "field0": "channel", "value0": "web"})
    (tag,) = list_tags(actor=SYSTEM)
    assert tag.definition == {
        "measure": "sum",
        "event": "Order Completed",
        "of": "revenue_minor",
        "where": [
            {"field": "channel", "value": "web"},
            {"field": "currency", "value": "GBP"},
        ],
        "window": {"last_days": 90},
    }
    change = text_of(client, f"{page}/change")
    assert "<option selected>GBP</option>" in change
    assert re.search(r'name="value0" value="web"', change)


def test_a_rule_tag_follows_an_audience_or_keeps_its_rules(world: World) -> None:
    client = signed_in(world.owner)
    audience = save_audience(actor=SYSTEM, name="Buyers", definition=BUYERS, now=NOW)
    spoken = ids.encode("aud", audience.id)
    assert "Buyers" in text_of(client, f"{TAGS}/new?kind=rule")
    told = {"kind": "rule", "every": "hour", "audience": spoken}

    page = made(client, {**told, "name": "follows", "take": "follow"})
    made(client, {**told, "name": "copies", "take": "copy"})
    copies, follows = list_tags(actor=SYSTEM)

    assert follows.definition["match"] == {"kind": "audience", "audience": spoken}
    assert copies.definition["match"]["kind"] == "event"
    assert "is in the audience “Buyers”" in text_of(client, page)
    client.post(f"{page}/refresh")
    (row,) = [one for one in list_tags(actor=SYSTEM) if one.name == "follows"]
    assert row.last_refresh is not None
    assert row.last_refresh.customers == 6


def test_rules_are_written_as_json_and_checked(world: World) -> None:
    client = signed_in(world.owner)
    told = {"kind": "rule", "name": "buyers", "every": "hour"}

    broken = client.post(f"{TAGS}/new", {**told, "definition": "{"})
    wrong = {"version": 2, "match": {"kind": "profile", "field": "shoe", "op": "eq", "value": 1}}
    refused = client.post(f"{TAGS}/new", {**told, "definition": json.dumps(wrong)})
    page = made(client, {**told, "definition": json.dumps(BUYERS)})
    answer = client.post(
        f"{page}/change", {"every": "never", "definition": json.dumps(BUYERS), "owner": "Bo"}
    )

    assert (broken.status_code, refused.status_code, answer.status_code) == (422, 422, 302)
    assert "$.match.field" in refused.content.decode()
    (row,) = list_tags(actor=SYSTEM)
    assert (row.version, row.every, row.owner) == (1, "never", "Bo")


def test_a_sample_is_asked_about(world: World) -> None:
    client = signed_in(world.owner)
    page = made(client, {"kind": "rule", "name": "buyers", "definition": json.dumps(BUYERS)})
    client.post(f"{page}/refresh")
    sample = text_of(client, f"{page}/sample")
    names = sorted(set(re.findall(r'name="(cus_\w+)"', sample)))
    assert len(names) == 5

    answer = client.post(f"{page}/sample", {names[0]: "right", names[1]: "wrong"}, follow=True)

    assert "2 answers are kept." in answer.content.decode()
    again = set(re.findall(r'name="(cus_\w+)"', answer.content.decode()))
    assert not again & set(names[:2])
    assert "1 right of 2 answered" in text_of(client, page)


def test_one_put_away_can_be_had_back(world: World) -> None:
    client = signed_in(world.owner)
    page = made(client, {"kind": "rule", "name": "buyers", "definition": json.dumps(BUYERS)})
    client.post(f"{page}/refresh")

    shown = client.post(f"{page}/archive", follow=True).content.decode()
    assert "is archived and came off everybody" in shown
    assert list_tags(actor=SYSTEM) == ()
    note = re.search(r'name="undo" value="([^"]+)"', shown)
    assert note is not None
    client.post(f"{TAGS}/restored", {"undo": note[1]})
    assert [one.name for one in list_tags(actor=SYSTEM)] == ["buyers"]
    client.post(f"{page}/archive")
    assert "Take back" in text_of(client, page)
    client.post(f"{page}/restoration")
    assert [one.name for one in list_tags(actor=SYSTEM)] == ["buyers"]


def test_a_computed_tag_is_not_put_on_by_hand(world: World) -> None:
    client = signed_in(world.owner)
    made(client, {"kind": "rule", "name": "buyers", "definition": json.dumps(BUYERS)})

    told = {"id": world.customer_id, "tag": "buyers", "action": "tag"}
    answer = client.post("/customers/tags", told, follow=True).content.decode()
    defined = client.post(TAGS, {"tag": "buyers"})

    assert "is worked out; nobody puts it on" in answer
    assert defined.status_code == 400
    assert "is worked out; nobody puts it on" in defined.content.decode()


def test_who_sees_a_part_sees_no_computed_tag_but_those_worn_there(world: World) -> None:
    company = world.places["web"].company_id
    owner = signed_in(world.owner)
    viewer = signed_in(make_person("Max", role=RoleCode.MARKETER, unit_id=company))
    page = made(owner, STATISTIC)
    owner.post(f"{page}/refresh")

    listed = text_of(viewer, TAGS)
    assert "last channel" in listed
    assert page not in listed
    assert viewer.get(page).status_code == 403
    for address in (f"{TAGS}/new", f"{page}/change", f"{page}/sample", f"{TAGS}/parts"):
        assert viewer.get(address).status_code == 403
    for address in ("refresh", "archive", "restoration"):
        assert viewer.post(f"{page}/{address}").status_code == 403


def test_the_pages_speak_chinese(world: World) -> None:
    client = signed_in(world.owner)
    page = made(client, STATISTIC)
    client.post(f"{page}/refresh")
    client.post("/preference", {"language": "zh-hans"})

    shown = text_of(client, page)
    assert "统计标签" in shown
    assert "覆盖率" in shown
    assert "规则标签" in text_of(client, TAGS)
    assert "手工标签" in text_of(client, TAGS)
