"""The audience builder in a browser: every rule of the grammar opened, built, changed and saved."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.test_access import PHONE, faults
from tests.builders.console import World

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel import ids
from quanqu.know.audiences.contracts import Definition
from quanqu.know.audiences.facade import dump, get_audience

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
BUY, VIEW = "Order Completed", "Product Viewed"
GBP = {"field": "currency", "value": "GBP"}


def leaves(inner: str) -> dict[str, dict[str, Any]]:
    """Return one example or more of every kind of rule, with all that it can say."""
    event = {"kind": "event", "event": BUY}
    festival = {"code": "november_11", "back": 4, "days_before": 5}
    lapse = {"number": 36, "unit": "hours"}
    blocked = {"event": "Email Opened", "where": [{"field": "campaign", "op": "exists"}]}
    return {
        "profile": {"kind": "profile", "field": "country", "op": "in", "value": ["GB", "CN"]},
        "trait": {"kind": "profile", "field": "traits.plan", "op": "eq", "value": "7"},
        "day": {"kind": "profile", "field": "first_seen_at", "op": "after_next", "value": 3},
        "tag": {"kind": "profile", "field": "tags", "op": "not_exists"},
        "count": {**event, "op": "eq", "value": 0, "window": {"last_days": 30}},
        "burst": {**event, "value": 3, "within_any_days": 14},
        "sum": {
            **event,
            "measure": "sum",
            "of": "revenue_minor",
            "op": "between",
            "value": [1, 99_999],
            "where": [GBP, {"field": "channel", "op": "ne", "value": "store"}],
            "window": {"from": "2026-01-01", "to": "2026-06-30"},
        },
        "average": {**event, "measure": "average", "of": "properties.rating", "value": 3.5},
        "distinct": {**event, "measure": "distinct", "of": "category", "op": "gt"},
        "first": {**event, "measure": "first", "op": "before", "value": "2026-01-01"},
        "last": {**event, "measure": "last", "op": "within_last", "value": 9},
        "weeks": {**event, "measure": "distinct_weeks", "value": 4, "window": {"to_days_ago": 7}},
        "recency": {
            **event,
            "measure": "recency",
            "op": "lte",
            "value": 5,
            "window": {"from_days_ago": 90, "to_days_ago": 3},
        },
        "festival": {**event, "window": {"festival": festival}},
        "minor": {**event, "where": [{"field": "revenue_minor", "op": "gte", "value": 5}]},
        "sequence": {
            "kind": "sequence",
            "steps": [
                {"event": VIEW, "where": [{"field": "category", "op": "exists"}]},
                {"event": BUY, "within": lapse, "same": ["product_ref"], "without": [blocked]},
                {"event": BUY, "where": [GBP, {"field": "revenue_minor", "op": "lt", "value": 7}]},
            ],
            "window": {"last_days": 365},
        },
        "audience": {"kind": "audience", "audience": inner},
        "ever": {"kind": "audience", "audience": inner, "during": {}},
        "was": {"kind": "audience", "audience": inner, "during": {"last_days": 60}},
        "birthday": {"kind": "birthday", "from_days": 2, "to_days": 9},
        "point": {"kind": "near", "within_km": 0.5, "latitude": -33.9, "longitude": 151.2},
        "catchment": {"kind": "catchment"},
        "split": {"kind": "split", "salt": "spring", "from": 0.07, "to": 0.29},
        "decile": {"kind": "decile", "field": "traits.score", "from": 2, "to": 3},
        "consent": {
            "kind": "consent",
            "purpose": "marketing",
            "channel": "sms",
            "is_reachable": True,
        },
        "purpose": {"kind": "consent", "purpose": "analytics", "channel": "all"},
    }


def keep(page: Page, name: str, match: dict[str, Any], version: int = 2) -> str:
    """Save an audience by the page's form: what a test writes itself, the server does not see."""
    token = page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
    definition = json.dumps({"version": version, "match": match})
    form = {"name": name, "description": "", "definition": definition}
    answer = page.request.post("/audiences/new", form={**form, "csrfmiddlewaretoken": token})
    found = re.search(r"/audiences/(aud_\w+)", answer.url)
    assert found, answer.text()
    return found[1]


def stored(identity: str) -> tuple[int, Definition]:
    found = get_audience(actor=SYSTEM, audience_id=ids.decode("aud", identity))
    return found.version, found.definition


def as_data(definition: Definition) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dump(definition=definition)))
    return found


def open_rules(page: Page, identity: str) -> None:
    page.goto(f"/audiences/{identity}/rules")
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"\d"), timeout=15_000)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the audience").click()
    page.wait_for_url(re.compile(r"/audiences/aud_\w+$"))


def built(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.locator("[name=definition]").input_value())
    return found


def test_every_rule_opens_as_its_sentence_and_is_saved_unchanged(
    open_page: Open, group: World
) -> None:
    page = open_page()
    inner = keep(page, "Inner", {"kind": "event", "event": BUY})
    every = leaves(inner)
    alone = {
        "kind": "or",
        "nodes": [
            {"kind": "not", "node": {"kind": "or", "nodes": [one]}} for one in every.values()
        ],
    }
    whole = keep(page, "Every rule", {"kind": "or", "nodes": list(every.values())})
    negated = keep(page, "Every opposite", alone)

    for identity in (whole, negated):
        before = stored(identity)
        open_rules(page, identity)
        labels = [one.get_attribute("aria-label") for one in page.locator(".condition").all()]
        assert len(labels) == len(every)
        assert labels[-2] == "may be reached for marketing through SMS and has an address for it"
        assert all(told and told[0].islower() for told in labels), labels
        assert built(page) == as_data(before[1])
        save(page)
        assert stored(identity) == before


@pytest.mark.parametrize("kind", ["profile", "sequence", "burst", "split"])
def test_a_single_rule_stays_one_and_keeps_its_version_of_the_grammar(
    open_page: Open, group: World, kind: str
) -> None:
    page = open_page()
    version = 1 if kind == "profile" else 2
    identity = keep(page, f"Only {kind}", leaves("")[kind], version)
    before = stored(identity)
    open_rules(page, identity)

    save(page)
    assert stored(identity) == before
    open_rules(page, identity)
    page.get_by_role("button", name="Profile condition").click()
    page.get_by_role("button", name="Undo").click()
    assert built(page) == as_data(before[1])


def test_a_change_of_one_rule_leaves_the_others_as_they_came(open_page: Open, group: World) -> None:
    page = open_page()
    every = leaves(keep(page, "Deep inner", {"kind": "event", "event": BUY}))
    identity = keep(page, "Changed", {"kind": "and", "nodes": list(every.values())})
    open_rules(page, identity)

    page.get_by_label("To day").fill("11")
    page.get_by_label("To day").blur()

    expected = {**every, "birthday": {"kind": "birthday", "from_days": 2, "to_days": 11}}
    assert built(page)["match"]["nodes"] == list(expected.values())


def test_rules_are_turned_round_moved_and_taken_away_by_keyboard(
    open_page: Open, group: World
) -> None:
    page = open_page()
    birthday = {"kind": "birthday", "to_days": 3}
    split = {"kind": "split", "salt": "a", "to": 0.5}
    identity = keep(page, "Two", {"kind": "and", "nodes": [birthday, split]})
    open_rules(page, identity)

    def choose(at: int, item: str) -> None:
        page.locator(".condition").nth(at).locator("summary").focus()
        page.keyboard.press("Enter")
        page.locator(".condition").nth(at).get_by_role("button", name=item).focus()
        page.keyboard.press("Enter")

    choose(0, "Move down")
    assert built(page)["match"]["nodes"] == [split, birthday]
    assert page.evaluate("document.activeElement.dataset.menu") == "1"
    choose(1, "Turn into its opposite")
    assert built(page)["match"]["nodes"] == [split, {"kind": "not", "node": birthday}]
    choose(1, "Move out of the group")
    assert built(page)["match"]["nodes"] == [split, birthday]
    page.locator(".condition").first.get_by_role("button", name="Remove").click()
    assert built(page)["match"] == {"kind": "and", "nodes": [birthday]}
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert built(page)["match"]["nodes"] == [birthday, split]


def add(page: Page, title: str) -> None:
    page.locator("summary", has_text="Other condition").focus()
    page.keyboard.press("Enter")
    page.locator(".menu-panel").get_by_role("button", name=re.compile(f"^{title}")).focus()
    page.keyboard.press("Enter")
    condition = page.locator(".rule-group > .children > .condition").last
    expect(condition.locator(":focus")).to_have_count(1)


def pick(page: Page, label: str, text: str) -> None:
    page.wait_for_timeout(600)  # what was changed before is answered, and drawn, after a moment
    field = page.get_by_role("combobox", name=label, exact=True).last
    field.fill(text)
    expect(page.locator(".combo-option:visible").first).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")


def test_the_newer_rules_are_built_with_forms_and_counted(open_page: Open, group: World) -> None:
    page = open_page()
    inner = keep(page, "Loyal", {"kind": "event", "event": BUY})
    page.goto("/audiences/new")
    add(page, "Events in order")
    pick(page, "Event", "Order completed")
    page.get_by_role("combobox", name="Event", exact=True).first.fill("Order completed")
    page.get_by_role("combobox", name="Event", exact=True).first.press("Enter")
    page.get_by_role("button", name="Without…").click()
    page.keyboard.type("Order Refunded")
    page.keyboard.press("Enter")
    expect(page.locator("[data-says]")).to_contain_text("within 7 days without “Order refunded”")
    add(page, "Another audience")
    expect(page.locator(".condition").last).to_contain_text("Choose an audience.")
    pick(page, "Audience", "Loyal")
    page.get_by_label("When").last.select_option("last")
    add(page, "Around a festival")
    add(page, "Consent and reach")
    add(page, "Birthday")
    add(page, "Highest by a number")
    pick(page, "Field", "birth")
    add(page, "Random share")
    page.get_by_label("Name of the split").fill("test")
    page.get_by_label("Name of the split").press("Enter")

    expect(page.locator("[data-count]")).to_have_text(re.compile(r"\d"))
    kinds = [one["kind"] for one in built(page)["match"]["nodes"]]
    assert kinds == ["sequence", "audience", "event", "consent", "birthday", "decile", "split"]
    assert built(page)["match"]["nodes"][1]["audience"] == inner
    page.get_by_label("Name", exact=True).fill("By forms")
    assert faults(page) == []
    save(page)


def test_a_fault_stands_beside_its_field(open_page: Open, group: World) -> None:
    page = open_page()
    page.goto("/audiences/new")
    add(page, "Birthday")
    page.get_by_label("From day").fill("30")
    page.get_by_label("From day").blur()

    expect(page.locator(".condition.wrong .error")).to_have_text(
        "The second value is below the first."
    )
    expect(page.get_by_label("To day")).to_have_attribute("aria-invalid", "true")
    add(page, "Near a place")
    pick(page, "Place", group.places["store"].name)
    expect(page.locator(".condition.wrong .error")).to_have_count(1)
    page.get_by_label("To day").fill("40")
    page.get_by_label("To day").blur()
    expect(page.locator(".condition.wrong .error")).to_contain_text("has no coordinates yet")
    expect(page.get_by_role("button", name="Save the audience")).to_be_disabled()
    assert faults(page) == []


def test_the_rules_are_read_copied_and_edited_as_data(open_page: Open, group: World) -> None:
    page = open_page()
    page.goto("/audiences/new")
    page.get_by_role("button", name="Bought again").click()
    page.get_by_role("button", name="Show or hide").click()
    view = page.locator("[data-json-view]")
    assert json.loads(view.inner_text()) == built(page)
    assert page.get_by_role("button", name="Copy").get_attribute("data-copy") == view.inner_text()
    page.get_by_role("button", name="Edit as data").click()
    text, told = page.locator("[data-json-text]"), page.locator("[data-json-problems]")
    before = built(page)

    def attempt(data: str) -> None:
        text.fill(data)
        page.get_by_role("button", name="Check and apply").click()

    attempt('{"version": 2,\n "match": }')
    expect(told).to_contain_text("line 2, column 11")
    attempt("[1]")
    expect(told).to_contain_text("an object with “version” and “match”")
    near = {"kind": "near", "within_km": 5}
    attempt(json.dumps({"version": 2, "match": {"kind": "not", "node": near}}))
    expect(told).to_contain_text("$.match.node")
    assert built(page) == before
    assert faults(page) == []
    right = {"version": 1, "match": {"kind": "profile", "field": "country", "op": "exists"}}
    attempt(json.dumps(right))
    expect(page.get_by_role("button", name="Edit as data")).to_be_focused()
    assert built(page) == right
    page.get_by_role("button", name="Undo").click()
    assert built(page)["match"] == before["match"]


def test_the_builder_fits_a_phone_with_every_rule(open_page: Open, group: World) -> None:
    page = open_page(**PHONE)
    every = leaves(keep(page, "Phone inner", {"kind": "event", "event": BUY}))
    identity = keep(page, "Phone", {"kind": "or", "nodes": list(every.values())})
    open_rules(page, identity)

    told = faults(page)
    page.locator("summary", has_text="Other condition").last.click()
    expect(page.get_by_role("button", name=re.compile("^Random share"))).to_be_visible()
    assert [*told, *faults(page)] == []
