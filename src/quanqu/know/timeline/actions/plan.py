"""Change the tracking plan: it holds for every round of settling that starts afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import (
    PlannedEvent,
    PlannedEventNotFoundError,
    ViolationRule,
)
from quanqu.know.timeline.models import PlanEvent, PlanSettings
from quanqu.know.timeline.queries.plan import plan_in_force, shipped_plan
from quanqu.know.timeline.queries.rights import require_whole_group
from quanqu.know.timeline.rules.plan import check_planned_event
from quanqu.know.timeline.rules.plan_schema import events_of


@transaction.atomic
def put_planned_event(*, actor: Actor, event: PlannedEvent, now: datetime) -> PlannedEvent:
    """Plan an event, in place of the one of that name if there is one. Raises: PlanInputError."""
    require_whole_group(actor)
    sound = check_planned_event(event)
    before = plan_in_force().events.get(sound.name)
    fields = {
        "description": sound.description,
        "owner": sound.owner,
        "properties": _told(sound),
        "on_violation": sound.on_violation.value,
        "is_removed": False,
        "changed_at": now,
    }
    PlanEvent.objects.update_or_create(name=sound.name, defaults=fields)
    _note(actor, sound.name, now, before, sound)
    return sound


@transaction.atomic
def remove_planned_event(*, actor: Actor, name: str, now: datetime) -> None:
    """Take an event out of the plan. Raises: PlannedEventNotFoundError."""
    require_whole_group(actor)
    before = plan_in_force().events.get(name)
    if before is None:
        raise PlannedEventNotFoundError(ref=name)
    if name in shipped_plan():
        fields = {"on_violation": "allow", "is_removed": True, "changed_at": now}
        PlanEvent.objects.update_or_create(name=name, defaults=fields)
    else:
        PlanEvent.objects.filter(name=name).delete()
    _note(actor, name, now, before, None)


@transaction.atomic
def restore_shipped_event(*, actor: Actor, name: str, now: datetime) -> PlannedEvent:
    """Go back to the shipped form of an event. Raises: PlannedEventNotFoundError."""
    require_whole_group(actor)
    shipped = shipped_plan().get(name)
    if shipped is None:
        raise PlannedEventNotFoundError(ref=name)
    before = plan_in_force().events.get(name)
    PlanEvent.objects.filter(name=name).delete()
    _note(actor, name, now, before, shipped)
    return shipped


@transaction.atomic
def set_unplanned_rule(*, actor: Actor, is_blocked: bool, now: datetime) -> None:
    """Let events through that are not in the plan, or block them; both ways they are counted."""
    require_whole_group(actor)
    before = plan_in_force().on_unplanned
    rule = ViolationRule.BLOCK if is_blocked else ViolationRule.ALLOW
    PlanSettings.objects.update_or_create(key=1, defaults={"on_unplanned": rule.value})
    audit.record(
        actor=actor,
        action="timeline.set_unplanned_rule",
        subject="tracking plan",
        now=now,
        before={"on_unplanned": before.value},
        after={"on_unplanned": rule.value},
    )


@transaction.atomic
def put_plan(*, actor: Actor, schema: Mapping[str, Any], now: datetime) -> tuple[PlannedEvent, ...]:
    """Plan every event of a JSON Schema in the form that is exported; others stay as they are.

    Events that are planned like that already are left alone.  Raises: PlanInputError.
    """
    require_whole_group(actor)
    known = plan_in_force().events
    events = [check_planned_event(event) for event in events_of(schema)]
    changed = [
        event
        for event in events
        if event.name not in known or replace(known[event.name], is_shipped=False) != event
    ]
    rows = [
        PlanEvent(
            name=event.name,
            description=event.description,
            owner=event.owner,
            properties=_told(event),
            on_violation=event.on_violation.value,
            changed_at=now,
        )
        for event in changed
    ]
    PlanEvent.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=[
            "description", "owner", "properties", "on_violation", "is_removed", "changed_at",
        ],
    )  # fmt: skip
    if changed:
        audit.record(
            actor=actor,
            action="timeline.import_plan",
            subject="tracking plan",
            now=now,
            after={"events": [event.name for event in changed]},
        )
    return tuple(changed)


def _told(event: PlannedEvent) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "type": each.type.value,
            "is_required": each.is_required,
            "enum": list(each.enum),
            "pii": each.pii.value,
        }
        for each in event.properties
    ]


def _note(
    actor: Actor,
    name: str,
    now: datetime,
    before: PlannedEvent | None,
    after: PlannedEvent | None,
) -> None:
    audit.record(
        actor=actor,
        action="timeline.change_plan",
        subject=name,
        now=now,
        before=None if before is None else _summary(before),
        after=None if after is None else _summary(after),
    )


def _summary(event: PlannedEvent) -> dict[str, Any]:
    return {"on_violation": event.on_violation.value, "properties": _told(event)}
