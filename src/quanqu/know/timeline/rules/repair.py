"""Mends the payload of a failed event by steps. Source: docs/rules/plan.md#repair."""

from collections.abc import Sequence
from typing import Any, Final

from quanqu.know.timeline.contracts import (
    PropertyType,
    RepairInputError,
    RepairKind,
    RepairStep,
)
from quanqu.know.timeline.rules.envelope import MAX_TEXT_CHARS

MOST_STEPS: Final = 20
_OBJECTS: Final = ("properties", "traits")
_TIMES: Final = ("timestamp", "originalTimestamp", "sentAt")
_CASTABLE: Final = frozenset(
    {PropertyType.STRING, PropertyType.NUMBER, PropertyType.INTEGER, PropertyType.BOOLEAN}
)
_WORDS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def check_steps(steps: Sequence[RepairStep]) -> tuple[RepairStep, ...]:
    """Return steps that can be done. Raises: RepairInputError."""
    if not 0 < len(steps) <= MOST_STEPS:
        raise RepairInputError(reason=f"a repair has 1 to {MOST_STEPS} steps")
    for at, step in enumerate(steps, 1):
        fault = _fault(step)
        if fault:
            raise RepairInputError(reason=f"step {at}: {fault}")
    return tuple(steps)


def mended(event: dict[str, Any], steps: Sequence[RepairStep]) -> dict[str, Any]:
    """Return the event after the steps; the very same object when none of them changed it."""
    found = event
    for step in steps:
        found = _DO[step.kind](found, step)
    return found


def cast(value: Any, kind: PropertyType) -> Any:
    """Return a value as another type, or itself where that would invent something."""
    if kind is PropertyType.STRING:
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return _number_text(value) if plain else value
    if kind is PropertyType.BOOLEAN:
        return _WORDS.get(str(value).strip().lower(), value)
    number = _number(value)
    if number is None:
        return value
    if kind is PropertyType.NUMBER:
        return number
    return int(number) if number == int(number) else value


def _fault(step: RepairStep) -> str:
    if step.kind is RepairKind.RECEIVED_TIME:
        return ""
    needs_name = step.kind is not RepairKind.RENAME_EVENT
    if needs_name and not 0 < len(step.name) <= MAX_TEXT_CHARS:
        return "it names no property"
    if step.kind is RepairKind.DROP:
        return ""
    if not 0 < len(step.to) <= MAX_TEXT_CHARS:
        return "it does not say to what"
    if step.kind is RepairKind.CAST and step.to not in {kind.value for kind in _CASTABLE}:
        return f"a property is cast to {', '.join(sorted(kind.value for kind in _CASTABLE))}"
    return ""


def _rename_event(event: dict[str, Any], step: RepairStep) -> dict[str, Any]:
    if event.get("event") == step.to or (step.name and event.get("event") != step.name):
        return event
    return {**event, "event": step.to}


def _rename(event: dict[str, Any], step: RepairStep) -> dict[str, Any]:
    for name, inside in _inside(event):
        if step.name in inside and step.to not in inside:
            renamed = {step.to if key == step.name else key: inside[key] for key in inside}
            event = {**event, name: renamed}
    return event


def _cast(event: dict[str, Any], step: RepairStep) -> dict[str, Any]:
    for name, inside in _inside(event):
        if step.name in inside:
            value = cast(inside[step.name], step.cast_type)
            if value.__class__ is not inside[step.name].__class__:
                event = {**event, name: {**inside, step.name: value}}
    return event


def _drop(event: dict[str, Any], step: RepairStep) -> dict[str, Any]:
    for name, inside in _inside(event):
        if step.name in inside:
            kept = {key: value for key, value in inside.items() if key != step.name}
            event = {**event, name: kept}
    return event


def _received_time(event: dict[str, Any], step: RepairStep) -> dict[str, Any]:
    if not any(name in event for name in _TIMES):
        return event
    return {name: value for name, value in event.items() if name not in _TIMES}


def _inside(event: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, event[name]) for name in _OBJECTS if isinstance(event.get(name), dict)]


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = value.strip().replace(",", "")
    try:
        number = float(text)
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(text) if text.lstrip("+-").isdecimal() else number


def _number_text(value: int | float) -> str:
    return str(int(value)) if value == int(value) else str(value)


_DO: Final = {
    RepairKind.RENAME_EVENT: _rename_event,
    RepairKind.RENAME: _rename,
    RepairKind.CAST: _cast,
    RepairKind.DROP: _drop,
    RepairKind.RECEIVED_TIME: _received_time,
}
