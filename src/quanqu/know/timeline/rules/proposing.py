"""Proposes what to plan of an event, from what was seen of it. Source: docs/rules/plan.md."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from quanqu.know.timeline.contracts import PiiClass, PlannedEvent, PlannedProperty, PropertyType

MOST_PROPERTIES: Final = 200
_MOST_VALUES: Final = 10
_ENOUGH: Final = 50
_EMAIL: Final = "[email]"
_PHONE: Final = "[phone]"


def propose(name: str, seen: Sequence[dict[str, Any]]) -> PlannedEvent:
    """Return a plan that every event seen keeps.

    A property is required when every event had it; it has a list of values when at least fifty
    texts were of at most ten kinds; it is contact data when one was blanked on the way to the lake.
    """
    values: dict[str, list[Any]] = defaultdict(list)
    for properties in seen:
        for key, value in properties.items():
            if value is not None:
                values[key].append(value)
    ranked = sorted(values, key=lambda key: (-len(values[key]), key))[:MOST_PROPERTIES]
    return PlannedEvent(
        name, properties=tuple(_property(key, values[key], len(seen)) for key in ranked)
    )


def _property(name: str, values: Sequence[Any], events: int) -> PlannedProperty:
    kind = _kind(values)
    enum: tuple[str, ...] = ()
    if kind is PropertyType.STRING and len(values) >= _ENOUGH:
        counted = Counter(values)
        if len(counted) <= _MOST_VALUES:
            enum = tuple(sorted(counted))
    is_contact = any(
        isinstance(value, str) and (_EMAIL in value or _PHONE in value) for value in values
    )
    pii = PiiClass.CONTACT if is_contact else PiiClass.NONE
    return PlannedProperty(name, kind, len(values) == events, () if is_contact else enum, pii)


def _kind(values: Sequence[Any]) -> PropertyType:
    classes = {value.__class__ for value in values}
    if classes == {str}:
        return PropertyType.TIME if all(map(_is_time, values)) else PropertyType.STRING
    if classes == {bool}:
        return PropertyType.BOOLEAN
    if classes == {int}:
        return PropertyType.INTEGER
    if classes <= {int, float}:
        return PropertyType.NUMBER
    if classes == {dict}:
        return PropertyType.OBJECT
    return PropertyType.ARRAY if classes == {list} else PropertyType.ANY


def _is_time(text: str) -> bool:
    if len(text) < 16:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
