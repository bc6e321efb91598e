"""The tracking plan as JSON Schema (draft 2020-12), and back. Source: docs/rules/plan.md#schema."""

from collections.abc import Mapping
from typing import Any, Final

from quanqu.know.timeline.contracts import (
    PiiClass,
    PlanInputError,
    PlannedEvent,
    PlannedProperty,
    PropertyType,
    TrackingPlan,
    ViolationRule,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
MOST_EVENTS: Final = 2_000
_OWN: Final = frozenset({"type", "format", "enum", "description", "x-pii"})
_EVENT: Final = frozenset(
    {"type", "description", "x-owner", "x-on-violation", "properties", "required"}
)


def schema_of(plan: TrackingPlan) -> dict[str, Any]:
    """Return the plan as one schema: an event by its name, its properties as the event's."""
    return {
        "$schema": DIALECT,
        "title": "Tracking plan",
        "type": "object",
        "x-on-unplanned": plan.on_unplanned.value,
        "properties": {name: _event_schema(plan.events[name]) for name in sorted(plan.events)},
    }


def events_of(schema: Mapping[str, Any]) -> tuple[PlannedEvent, ...]:
    """Return the events of a schema in the form of `schema_of`.

    Raises: PlanInputError, naming the place, for what a plan cannot say.
    """
    told = schema.get("properties")
    if not isinstance(told, dict) or not 0 < len(told) <= MOST_EVENTS:
        reason = f"an object of 1 to {MOST_EVENTS} events by name is needed"
        raise PlanInputError(field="properties", reason=reason)
    return tuple(_event(name, each) for name, each in told.items())


def _event_schema(event: PlannedEvent) -> dict[str, Any]:
    required = [each.name for each in event.properties if each.is_required]
    return {
        "type": "object",
        "description": event.description,
        "x-owner": event.owner,
        "x-on-violation": event.on_violation.value,
        "properties": {each.name: _property_schema(each) for each in event.properties},
        "required": required,
    }


def _property_schema(each: PlannedProperty) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if each.type is PropertyType.TIME:
        told |= {"type": "string", "format": "date-time"}
    elif each.type is not PropertyType.ANY:
        told["type"] = each.type.value
    if each.enum:
        told["enum"] = list(each.enum)
    if each.pii is not PiiClass.NONE:
        told["x-pii"] = each.pii.value
    return told


def _event(name: str, told: Any) -> PlannedEvent:
    if not isinstance(told, dict):
        raise PlanInputError(field=name, reason="an object is needed")
    _only(name, told, _EVENT)
    if told.get("type", "object") != "object":
        raise PlanInputError(field=name, reason="its type is object")
    inside, required = told.get("properties", {}), told.get("required", [])
    if not isinstance(inside, dict) or not isinstance(required, list):
        raise PlanInputError(field=name, reason="properties are an object, required is a list")
    unknown = [each for each in required if each not in inside]
    if unknown:
        raise PlanInputError(field=name, reason=f"{unknown[0]!r} is required and not described")
    properties = tuple(
        _property(f"{name}.{key}", key, each, is_required=key in required)
        for key, each in inside.items()
    )
    return PlannedEvent(
        name,
        str(told.get("description", "")),
        str(told.get("x-owner", "")),
        properties,
        _choice(name, ViolationRule, told.get("x-on-violation", ViolationRule.ALLOW.value)),
    )


def _property(place: str, name: str, told: Any, *, is_required: bool) -> PlannedProperty:
    if not isinstance(told, dict):
        raise PlanInputError(field=place, reason="an object is needed")
    _only(place, told, _OWN)
    kind = told.get("type", PropertyType.ANY.value)
    if told.get("format") == "date-time" and kind == "string":
        kind = PropertyType.TIME.value
    values = told.get("enum", [])
    if not isinstance(values, list):
        raise PlanInputError(field=place, reason="enum is a list")
    return PlannedProperty(
        name,
        _choice(place, PropertyType, kind),
        is_required,
        tuple(str(value) for value in values),
        _choice(place, PiiClass, told.get("x-pii", PiiClass.NONE.value)),
    )


def _only(place: str, told: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(told) - known)
    if unknown:
        raise PlanInputError(field=place, reason=f"{unknown[0]!r} cannot be kept in a plan")


def _choice(place: str, kind: Any, told: Any) -> Any:
    try:
        return kind(told)
    except ValueError:
        known = ", ".join(each.value for each in kind)
        raise PlanInputError(field=place, reason=f"{told!r} is none of {known}") from None
