"""Holds events against the tracking plan. Source: docs/rules/timeline.md#plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from quanqu.kernel.text import normal_text
from quanqu.know.timeline.contracts import (
    PiiClass,
    PlanInputError,
    PlannedEvent,
    PropertyType,
    TrackingPlan,
    Violation,
    ViolationKind,
    ViolationRule,
)
from quanqu.know.timeline.rules.envelope import MAX_TEXT_CHARS
from quanqu.know.timeline.rules.scrub import PROPERTIES, normal_key

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class CompiledEvent:
    """One planned event ready to be checked: (property, check of its type, required, enum)."""

    properties: tuple[tuple[str, Check, bool, frozenset[str]], ...]
    classes: dict[str, frozenset[type]]
    required: frozenset[str]
    personal: frozenset[str]
    rule: ViolationRule


@dataclass(frozen=True, slots=True)
class CompiledPlan:
    """The plan ready to be checked; only track calls are planned."""

    events: dict[str, CompiledEvent]
    on_unplanned: ViolationRule

    def without_blocking(self) -> "CompiledPlan":
        """Return the plan with every `block` turned to `allow`."""
        events = {
            name: replace(event, rule=ViolationRule.ALLOW)
            if event.rule is ViolationRule.BLOCK
            else event
            for name, event in self.events.items()
        }
        return CompiledPlan(events, ViolationRule.ALLOW)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the plan says of one event: its violations, whether it is blocked, what to leave out."""

    violations: tuple[Violation, ...]
    is_blocked: bool
    omitted: frozenset[str]
    personal: frozenset[str]


_CLEAN: Final = Verdict((), is_blocked=False, omitted=PROPERTIES, personal=PROPERTIES)


def compile_plan(plan: TrackingPlan) -> CompiledPlan:
    """Make a plan fast to check against."""
    return CompiledPlan(
        {name: _compile_event(event) for name, event in plan.events.items()}, plan.on_unplanned
    )


def judge(plan: CompiledPlan, name: str, properties: dict[str, Any]) -> Verdict:
    """Hold a track call against the plan.

    A rule of `omit` leaves the violating properties out; `block` keeps the event out of the lake.
    """
    event = plan.events.get(name)
    if event is None:
        unplanned = (Violation("", ViolationKind.UNPLANNED_EVENT),)
        is_blocked = plan.on_unplanned is ViolationRule.BLOCK
        return Verdict(unplanned, is_blocked=is_blocked, omitted=PROPERTIES, personal=PROPERTIES)
    found = [] if _is_plainly_right(event, properties) else _violations(event, properties)
    if not found:
        if not event.personal:
            return _CLEAN
        return Verdict((), is_blocked=False, omitted=PROPERTIES, personal=event.personal)
    omitted = PROPERTIES
    if event.rule is ViolationRule.OMIT:
        omitted = frozenset(violation.property for violation in found)
    return Verdict(
        tuple(found),
        is_blocked=event.rule is ViolationRule.BLOCK,
        omitted=omitted,
        personal=event.personal,
    )


def check_planned_event(event: PlannedEvent) -> PlannedEvent:
    """Return the event as it may be stored. Raises: PlanInputError."""
    name = normal_text(event.name)
    if not 0 < len(name) <= MAX_TEXT_CHARS:
        raise PlanInputError(field="name", reason=f"it has 1 to {MAX_TEXT_CHARS} characters")
    names = [each.name for each in event.properties]
    if len(set(names)) < len(names):
        raise PlanInputError(field="properties", reason="a name is given twice")
    for each in event.properties:
        if not 0 < len(each.name) <= MAX_TEXT_CHARS or "\0" in each.name:
            reason = f"a name has 1 to {MAX_TEXT_CHARS} characters"
            raise PlanInputError(field="properties", reason=reason)
        if each.enum and each.type in (PropertyType.OBJECT, PropertyType.ARRAY):
            raise PlanInputError(field=each.name, reason="an object or array has no list of values")
    return replace(event, name=name, is_shipped=False)


def _compile_event(event: PlannedEvent) -> CompiledEvent:
    properties = tuple(
        (p.name, _CHECKS[p.type], p.is_required, frozenset(p.enum)) for p in event.properties
    )
    personal = frozenset(normal_key(p.name) for p in event.properties if p.pii is not PiiClass.NONE)
    classes = {
        p.name: frozenset() if p.enum else _CLASSES.get(p.type, frozenset())
        for p in event.properties
        if p.enum or p.type is not PropertyType.ANY
    }
    required = frozenset(p.name for p in event.properties if p.is_required)
    return CompiledEvent(properties, classes, required, personal, event.on_violation)


def _is_plainly_right(event: CompiledEvent, properties: dict[str, Any]) -> bool:
    """Tell that nothing violates the plan, by the classes of the values alone; when unsure, no."""
    if not event.required <= properties.keys():
        return False
    classes = event.classes
    for name, value in properties.items():
        expected = classes.get(name)
        if expected is not None and value.__class__ not in expected:
            return False
    return True


def _violations(event: CompiledEvent, properties: dict[str, Any]) -> list[Violation]:
    found = []
    for name, check, is_required, enum in event.properties:
        value = properties.get(name)
        if value is None:
            if is_required:
                found.append(Violation(name, ViolationKind.MISSING))
        elif not check(value):
            found.append(Violation(name, ViolationKind.WRONG_TYPE))
        elif enum and str(value) not in enum:
            found.append(Violation(name, ViolationKind.NOT_IN_ENUM))
    return found


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_array(value: Any) -> bool:
    return isinstance(value, list)


def _is_time(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_any(value: Any) -> bool:
    return value is not None


_CLASSES: Final[dict[PropertyType, frozenset[type]]] = {
    PropertyType.STRING: frozenset({str}),
    PropertyType.NUMBER: frozenset({int, float}),
    PropertyType.INTEGER: frozenset({int}),
    PropertyType.BOOLEAN: frozenset({bool}),
    PropertyType.OBJECT: frozenset({dict}),
    PropertyType.ARRAY: frozenset({list}),
}
_CHECKS: Final[dict[PropertyType, Check]] = {
    PropertyType.STRING: _is_string,
    PropertyType.NUMBER: _is_number,
    PropertyType.INTEGER: _is_integer,
    PropertyType.BOOLEAN: _is_boolean,
    PropertyType.OBJECT: _is_object,
    PropertyType.ARRAY: _is_array,
    PropertyType.TIME: _is_time,
    PropertyType.ANY: _is_any,
}
