"""Reads of the tracking plan: what is shipped, overlaid by what was changed here."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from quanqu.infra.auth.contracts import Actor
from quanqu.know.timeline.contracts import (
    PiiClass,
    PlannedEvent,
    PlannedEventNotFoundError,
    PlannedProperty,
    PropertyType,
    TrackingPlan,
    ViolationRule,
)
from quanqu.know.timeline.models import PlanEvent, PlanSettings
from quanqu.know.timeline.rules.plan import CompiledPlan, compile_plan
from quanqu.know.timeline.rules.plan_schema import schema_of


def get_plan(*, actor: Actor) -> TrackingPlan:
    """Return the tracking plan in force."""
    actor.require("timeline.view")
    return plan_in_force()


def get_planned_event(*, actor: Actor, name: str) -> PlannedEvent:
    """Return one planned event. Raises: PlannedEventNotFoundError."""
    found = get_plan(actor=actor).events.get(name)
    if found is None:
        raise PlannedEventNotFoundError(ref=name)
    return found


def get_plan_schema(*, actor: Actor) -> dict[str, Any]:
    """Return the plan in force as JSON Schema (draft 2020-12)."""
    actor.require("timeline.view")
    return schema_of(plan_in_force())


def plan_in_force() -> TrackingPlan:
    """Return the shipped plan with the changes made here."""
    events = dict(shipped_plan())
    for row in PlanEvent.objects.all():
        if row.is_removed:
            events.pop(row.name, None)
        else:
            events[row.name] = planned_event(row)
    rule = PlanSettings.objects.values_list("on_unplanned", flat=True).first()
    return TrackingPlan(events, ViolationRule(rule or ViolationRule.ALLOW.value))


def compiled_plan(*, blocking: bool = True) -> CompiledPlan:
    """Return the plan in force, ready to check events; without `blocking` it lets all through."""
    plan = compile_plan(plan_in_force())
    return plan if blocking else plan.without_blocking()


@cache
def shipped_plan() -> Mapping[str, PlannedEvent]:
    """Return the events that come with the product."""
    text = files("quanqu.know.timeline").joinpath("default_plan.yaml").read_text("utf-8")
    listed: dict[str, dict[str, Any]] = yaml.safe_load(text)["events"]
    return {name: _shipped_event(name, told) for name, told in listed.items()}


def planned_event(row: PlanEvent) -> PlannedEvent:
    """Return a changed event's row as a contract."""
    properties = tuple(
        PlannedProperty(
            name=told["name"],
            type=PropertyType(told["type"]),
            is_required=told["is_required"],
            enum=tuple(told["enum"]),
            pii=PiiClass(told["pii"]),
        )
        for told in row.properties
    )
    rule = ViolationRule(row.on_violation)
    return PlannedEvent(row.name, row.description, row.owner, properties, rule)


def _shipped_event(name: str, told: Mapping[str, Any]) -> PlannedEvent:
    properties = tuple(_shipped_property(*item) for item in told["properties"].items())
    return PlannedEvent(name, told["about"], properties=properties, is_shipped=True)


def _shipped_property(name: str, spec: str) -> PlannedProperty:
    kind, _, extra = spec.partition(" pii=")
    return PlannedProperty(
        name,
        PropertyType(kind.removesuffix("!")),
        is_required=kind.endswith("!"),
        pii=PiiClass(extra or PiiClass.NONE.value),
    )
