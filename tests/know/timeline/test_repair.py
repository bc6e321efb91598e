"""Failed events mended by rules, the plan as JSON Schema, and what to plan of what was seen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.timeline import NOW, accept, make_event, make_source, reader, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import (
    EventNotFoundError,
    FailedFilters,
    FailureCode,
    PiiClass,
    PlanInputError,
    PlannedEvent,
    PlannedProperty,
    PropertyType,
    RepairInputError,
    RepairKind,
    RepairStep,
    TrackingPlan,
    ViolationRule,
)
from quanqu.know.timeline.models import FailedEvent, PlanEvent
from quanqu.know.timeline.queries.plan import shipped_plan
from quanqu.know.timeline.rules.plan_schema import events_of, schema_of
from quanqu.know.timeline.rules.proposing import propose
from quanqu.know.timeline.rules.repair import check_steps, mended

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "plan.md"
BLOCKED = FailedFilters(codes=(FailureCode.BLOCKED_BY_PLAN,))
stored = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]


def rows(title: str) -> Iterator[list[str]]:
    section = DOCUMENT.read_text("utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    for line in [line for line in section.splitlines() if line.startswith("|")][2:]:
        yield [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]


@pytest.mark.parametrize(("told", "event", "becomes"), list(rows("Repair")))
def test_steps_of_the_document(told: str, event: str, becomes: str) -> None:
    kind, _, rest = told.partition(" ")
    name, _, to = rest.partition(" → ")
    step = RepairStep(RepairKind(kind), name, to)
    before = json.loads(event)

    after = mended(before, check_steps([step]))

    if becomes == "unchanged":
        assert after is before
    else:
        assert json.dumps(after) == json.dumps(json.loads(becomes))


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [RepairStep(RepairKind.DROP)],
        [RepairStep(RepairKind.RENAME, "a")],
        [RepairStep(RepairKind.CAST, "a", "object")],
        [RepairStep(RepairKind.DROP, "a")] * 21,
    ],
)
def test_steps_that_cannot_be_are_refused(steps: list[RepairStep]) -> None:
    with pytest.raises(RepairInputError):
        check_steps(steps)


names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
properties = st.builds(
    PlannedProperty,
    name=names,
    type=st.sampled_from(PropertyType),
    is_required=st.booleans(),
    enum=st.lists(names, max_size=3, unique=True).map(tuple),
    pii=st.sampled_from(PiiClass),
)
planned = st.builds(
    PlannedEvent,
    name=names,
    description=st.text(max_size=20),
    owner=st.text(max_size=10),
    properties=st.lists(properties, max_size=4, unique_by=lambda each: each.name).map(tuple),
    on_violation=st.sampled_from(ViolationRule),
)


@given(st.lists(planned, min_size=1, max_size=5, unique_by=lambda event: event.name))
def test_export_and_import_of_a_plan_are_inverse(events: list[PlannedEvent]) -> None:
    plan = TrackingPlan({event.name: event for event in events})
    schema = json.loads(json.dumps(schema_of(plan)))
    assert {event.name: event for event in events_of(schema)} == plan.events


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "properties"),
        ({"properties": {}}, "properties"),
        ({"properties": {"E": 7}}, "E"),
        ({"properties": {"E": {"required": ["a"]}}}, "E"),
        ({"properties": {"E": {"additionalProperties": False}}}, "E"),
        ({"properties": {"E": {"properties": {"a": {"type": "text"}}}}}, "E.a"),
        ({"properties": {"E": {"properties": {"a": {"minimum": 3}}}}}, "E.a"),
        ({"properties": {"E": {"properties": {"a": {"x-pii": "dna"}}}}}, "E.a"),
    ],
)
def test_what_a_plan_cannot_say_is_refused_with_its_place(told: Any, field: str) -> None:
    with pytest.raises(PlanInputError) as refused:
        events_of(told)
    assert refused.value.fields["field"] == field


def test_a_proposal_is_kept_by_everything_it_was_made_of() -> None:
    seen = [
        {"sku": f"s{n}", "n": n, "price": n / 2, "kind": "ab"[n % 2], "mail": "[email]"}
        | ({"at": "2026-11-22T08:00:00Z"} if n else {})
        for n in range(60)
    ]
    told = {each.name: each for each in propose("E", seen).properties}

    assert (told["sku"].type, told["sku"].enum) == (PropertyType.STRING, ())
    assert (told["n"].type, told["n"].is_required) == (PropertyType.INTEGER, True)
    assert told["price"].type is PropertyType.NUMBER
    assert told["kind"].enum == ("a", "b")
    assert (told["mail"].pii, told["mail"].enum) == (PiiClass.CONTACT, ())
    assert (told["at"].type, told["at"].is_required) == (PropertyType.TIME, False)


class TestStored:
    """Repair, import and proposal over what is stored."""

    pytestmark = stored

    def block(self) -> None:
        """Have the plan block prices that are no numbers."""
        price = PlannedProperty("price", PropertyType.NUMBER)
        event = PlannedEvent(
            "Product Viewed", properties=(price,), on_violation=ViolationRule.BLOCK
        )
        facade.put_planned_event(actor=SYSTEM, event=event, now=NOW)

    def test_many_are_mended_by_one_rule_and_arrive_once(self) -> None:
        self.block()
        issued = make_source()
        sent = [
            make_event(messageId=f"m{n}", properties={"price": f"{n}.50", "mail": "li@example.com"})
            for n in range(5)
        ]
        sent.append(make_event(messageId="odd", properties={"price": "a lot"}))
        accept(issued, sent)
        facade.settle_everything(now=NOW)
        steps = [RepairStep(RepairKind.CAST, "price", "number")]

        told = facade.preview_repair(actor=SYSTEM, filters=BLOCKED, steps=steps)
        count = facade.repair_failed_events(actor=SYSTEM, filters=BLOCKED, steps=steps, now=NOW)
        again = facade.repair_failed_events(actor=SYSTEM, filters=BLOCKED, steps=steps, now=NOW)
        facade.settle_everything(now=NOW)

        assert (told.count, told.changed, count, again) == (6, 5, 5, 0)
        assert '"0.50"' in told.before
        assert "li@example.com" not in told.before + told.after
        assert sorted(json.loads(row["properties"])["price"] for row in settled_rows()) == [
            0.5, 1.5, 2.5, 3.5, 4.5,
        ]  # fmt: skip
        assert list(FailedEvent.objects.values_list("message_id", flat=True)) == ["odd"]

    def test_a_repair_touches_only_sources_that_the_actor_manages(self) -> None:
        self.block()
        accept(make_source(), [make_event(properties={"price": "1"})])
        facade.settle_everything(now=NOW)
        steps = [RepairStep(RepairKind.CAST, "price", "number")]
        stranger = reader(places=[999], can=("view", "manage"))

        count = facade.repair_failed_events(actor=stranger, filters=BLOCKED, steps=steps, now=NOW)
        assert count == 0
        with pytest.raises(NotAllowedError):
            facade.preview_repair(actor=reader(), filters=BLOCKED, steps=steps)

    def test_an_imported_plan_holds_and_says_what_changed(self) -> None:
        schema = facade.get_plan_schema(actor=SYSTEM)
        assert facade.put_plan(actor=SYSTEM, schema=schema, now=NOW) == ()
        schema["properties"]["Gift Wrapped"] = {
            "x-owner": "stores",
            "properties": {"paper": {"type": "string", "enum": ["red", "green"]}},
            "required": ["paper"],
        }

        changed = facade.put_plan(actor=SYSTEM, schema=schema, now=NOW)

        assert [event.name for event in changed] == ["Gift Wrapped"]
        found = facade.get_planned_event(actor=SYSTEM, name="Gift Wrapped")
        assert (found.owner, found.properties[0].enum) == ("stores", ("red", "green"))
        assert PlanEvent.objects.count() == 1
        assert len(facade.get_plan(actor=SYSTEM).events) == len(shipped_plan()) + 1
        with pytest.raises(NotAllowedError):
            facade.put_plan(actor=reader(can=("view",)), schema=schema, now=NOW)

    def test_a_proposal_comes_from_what_was_seen(self) -> None:
        accept(make_source(), [make_event(event="Mug Seen", properties={"mug": "m"})] * 1)
        facade.settle_everything(now=NOW)

        found = facade.propose_planned_event(actor=SYSTEM, name="Mug Seen")

        assert [(each.name, each.is_required) for each in found.properties] == [("mug", True)]
        with pytest.raises(EventNotFoundError):
            facade.propose_planned_event(actor=reader(places=[999]), name="Mug Seen")
