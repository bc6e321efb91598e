"""The tracking plan at work: allow, omit, block; violations counted; replay after mending."""

import json

import pytest
from tests.builders.org import make_place
from tests.builders.timeline import (
    NOW,
    accept,
    make_event,
    make_source,
    reader,
    settled_ids,
    settled_rows,
)

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
    PlannedEventNotFoundError,
    PlannedProperty,
    PropertyType,
    RepairInputError,
    ViolationFilters,
    ViolationKind,
    ViolationRule,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]

NAME = "Form Sent"


def settle() -> None:
    facade.settle_everything(now=NOW)


def plan(rule: ViolationRule, *properties: PlannedProperty) -> None:
    event = PlannedEvent(NAME, properties=properties, on_violation=rule)
    facade.put_planned_event(actor=SYSTEM, event=event, now=NOW)


def violations() -> list[tuple[str, str, str, int]]:
    page = facade.list_violations(actor=SYSTEM, filters=ViolationFilters())
    return [(row.event, row.property, row.kind.value, row.count) for row in page.items]


def test_the_shipped_plan_holds_the_commerce_and_mail_vocabulary() -> None:
    events = facade.get_plan(actor=SYSTEM).events

    assert {"Product Viewed", "Order Completed", "Coupon Applied", "Email Opened"} <= set(events)
    assert all(event.is_shipped for event in events.values())


def test_a_violation_is_counted_once_and_sampled() -> None:
    issued = make_source()
    plan(ViolationRule.ALLOW, PlannedProperty("size", PropertyType.NUMBER, is_required=True))
    bad = [make_event(event=NAME, messageId=f"m{n}", properties={"size": "big"}) for n in range(7)]

    accept(issued, [*bad, make_event(event=NAME, properties={})])
    settle()
    accept(issued, bad)
    settle()

    assert violations() == [(NAME, "size", "missing", 1), (NAME, "size", "wrong_type", 7)]
    page = facade.list_violations(actor=SYSTEM, filters=ViolationFilters(events=(NAME,)))
    assert page.items[1].samples == ("m0", "m1", "m2", "m3", "m4")
    assert len(settled_rows()) == 8


def test_omit_leaves_out_what_violates() -> None:
    issued = make_source()
    plan(ViolationRule.OMIT, PlannedProperty("size", PropertyType.NUMBER))

    accept(issued, [make_event(event=NAME, properties={"size": "big", "colour": "red"})])
    settle()

    assert json.loads(settled_rows()[0]["properties"]) == {"colour": "red"}


def test_a_blocked_event_waits_until_the_plan_is_mended_and_is_replayed_once() -> None:
    issued = make_source()
    plan(ViolationRule.BLOCK, PlannedProperty("size", PropertyType.NUMBER))
    event = make_event(event=NAME, messageId="m-1", properties={"size": "big"})
    accept(issued, [event], sentAt="2026-11-22T08:00:00Z")
    accept(issued, [event])
    settle()
    blocked = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
    assert [(row.message_id, row.code) for row in blocked] == [("m-1", FailureCode.BLOCKED_BY_PLAN)]
    assert settled_ids() == []

    early = facade.replay_failed_events(actor=SYSTEM, filters=FailedFilters(), now=NOW)
    settle()
    plan(ViolationRule.BLOCK)
    replayed = [
        facade.replay_failed_events(actor=SYSTEM, filters=FailedFilters(events=(NAME,)), now=NOW)
        for _ in range(2)
    ]
    settle()

    assert (early, replayed) == (1, [1, 0])
    assert settled_ids() == ["m-1"]
    assert facade.count_failed_events(actor=SYSTEM, filters=FailedFilters()) == 0
    assert violations() == [(NAME, "size", "wrong_type", 1)]


def test_events_that_are_not_planned_can_be_blocked() -> None:
    issued = make_source()
    facade.set_unplanned_rule(actor=SYSTEM, is_blocked=True, now=NOW)

    accept(issued, [make_event(event="Unheard Of"), make_event(), make_event(type="page")])
    settle()

    assert violations() == [("Unheard Of", "", ViolationKind.UNPLANNED_EVENT.value, 1)]
    assert len(settled_rows()) == 2


def test_a_property_planned_as_personal_stays_out_of_the_lake() -> None:
    issued = make_source()
    plan(ViolationRule.ALLOW, PlannedProperty("message", pii=PiiClass.CONTACT))

    accept(issued, [make_event(event=NAME, properties={"message": "call me", "topic": "tea"})])
    settle()

    assert json.loads(settled_rows()[0]["properties"]) == {"topic": "tea"}


def test_a_shipped_event_can_be_changed_removed_and_restored() -> None:
    changed = PlannedEvent("Product Viewed", on_violation=ViolationRule.BLOCK)
    facade.put_planned_event(actor=SYSTEM, event=changed, now=NOW)
    assert not facade.get_planned_event(actor=SYSTEM, name="Product Viewed").is_shipped

    facade.remove_planned_event(actor=SYSTEM, name="Product Viewed", now=NOW)
    with pytest.raises(PlannedEventNotFoundError):
        facade.get_planned_event(actor=SYSTEM, name="Product Viewed")

    facade.restore_shipped_event(actor=SYSTEM, name="Product Viewed", now=NOW)
    assert facade.get_planned_event(actor=SYSTEM, name="Product Viewed").properties


def test_the_plan_refuses_what_makes_no_sense() -> None:
    twice = (PlannedProperty("a"), PlannedProperty("a"))
    listed = (PlannedProperty("a", PropertyType.ARRAY, enum=("x",)),)
    for event in (
        PlannedEvent(" "),
        PlannedEvent("E", properties=twice),
        PlannedEvent("E", properties=listed),
    ):
        with pytest.raises(PlanInputError):
            facade.put_planned_event(actor=SYSTEM, event=event, now=NOW)


def test_the_plan_is_changed_by_who_manages_the_whole_group() -> None:
    one_place = reader(places=[make_place("shop").key], can=("view", "manage"))

    with pytest.raises(NotAllowedError):
        facade.set_unplanned_rule(actor=one_place, is_blocked=True, now=NOW)


def test_failed_events_are_seen_and_revealed_within_the_scope() -> None:
    north, south = make_source("n", place="north"), make_source("s", place="south")
    for issued in (north, south):
        accept(issued, [make_event(), {"type": "track", "email": "li@example.com"}])
    settle()
    actor = reader(places=[make_place("north").key])

    page = facade.list_failed_events(actor=actor, filters=FailedFilters())

    assert [row.source for row in page.items] == ["n"]
    failed = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters(sources=("s",))).items[0]
    payload = facade.reveal_failed_event(actor=SYSTEM, failed_id=failed.id, now=NOW)
    assert json.loads(payload)["email"] == "li@example.com"
    with pytest.raises(NotAllowedError):
        facade.reveal_failed_event(actor=actor, failed_id=failed.id, now=NOW)
    unknown = north.source.id.replace("src", "evt")
    with pytest.raises(EventNotFoundError):
        facade.reveal_failed_event(actor=SYSTEM, failed_id=unknown, now=NOW)


def test_a_failed_event_is_mended_and_arrives() -> None:
    issued = make_source("n", place="north")
    sent = {"type": "track", "event": "Mug Seen", "email": "li@example.com"}
    accept(issued, [sent, make_event(messageId="other")])
    settle()
    (failed,) = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items

    shown = facade.get_failed_event(actor=SYSTEM, failed_id=failed.id)
    assert shown.row == failed
    assert json.loads(shown.payload) == {"type": "track", "event": "Mug Seen"}
    for wrong in ("{", "[]", '"x"', json.dumps({"x": "y" * 40_000}), "\ud800"):
        with pytest.raises(RepairInputError):
            facade.repair_failed_event(actor=SYSTEM, failed_id=failed.id, payload=wrong, now=NOW)
    mended = json.dumps(make_event(event="Mug Seen", messageId="mended"))
    facade.repair_failed_event(actor=SYSTEM, failed_id=failed.id, payload=mended, now=NOW)
    settle()

    assert set(settled_ids()) == {"mended", "other"}
    assert facade.count_failed_events(actor=SYSTEM, filters=FailedFilters()) == 0
    with pytest.raises(EventNotFoundError):
        facade.repair_failed_event(actor=SYSTEM, failed_id=failed.id, payload=mended, now=NOW)


def test_a_mended_event_that_still_fails_is_failed_again() -> None:
    accept(make_source("n", place="north"), [make_event(), {"type": "track", "event": "Mug Seen"}])
    settle()
    (failed,) = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items

    facade.repair_failed_event(
        actor=SYSTEM, failed_id=failed.id, payload='{"type": "track"}', now=NOW
    )
    settle()

    (again,) = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
    assert again.id != failed.id


def test_mending_takes_both_rights_over_the_source() -> None:
    accept(make_source("n", place="north"), [make_event(), {"type": "track", "event": "Mug Seen"}])
    settle()
    (failed,) = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
    place = make_place("other").key

    for actor, error in (
        (reader(can=("view", "manage")), NotAllowedError),
        (reader(places=[place], can=("view", "manage")), NotAllowedError),
    ):
        with pytest.raises(error):
            facade.repair_failed_event(actor=actor, failed_id=failed.id, payload="{}", now=NOW)
    with pytest.raises(EventNotFoundError):
        facade.get_failed_event(actor=reader(places=[place]), failed_id=failed.id)
