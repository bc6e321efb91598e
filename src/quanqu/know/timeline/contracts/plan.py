"""The tracking plan: which events are expected, with which properties."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = [
    "PiiClass",
    "PlannedEvent",
    "PlannedProperty",
    "PropertyType",
    "TrackingPlan",
    "Violation",
    "ViolationFilters",
    "ViolationKind",
    "ViolationRow",
    "ViolationRule",
]


class PropertyType(StrEnum):
    """What a property's value must be; `time` is ISO 8601 text."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    OBJECT = "object"
    ARRAY = "array"
    TIME = "time"
    ANY = "any"


class PiiClass(StrEnum):
    """What personal data a property holds; any but `none` is kept out of the lake."""

    NONE = "none"
    CONTACT = "contact"
    NAME = "name"
    ADDRESS = "address"
    NETWORK = "network"


class ViolationRule(StrEnum):
    """What happens to an event that violates the plan; the violation is counted in any case."""

    ALLOW = "allow"
    OMIT = "omit"
    BLOCK = "block"


class ViolationKind(StrEnum):
    """How an event departs from the plan."""

    UNPLANNED_EVENT = "unplanned_event"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    NOT_IN_ENUM = "not_in_enum"


@dataclass(frozen=True, slots=True)
class PlannedProperty:
    """One expected property; an empty `enum` allows every value of the type."""

    name: str
    type: PropertyType = PropertyType.ANY
    is_required: bool = False
    enum: tuple[str, ...] = ()
    pii: PiiClass = PiiClass.NONE


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """One expected event; `is_shipped` when it comes with the product and was not changed here."""

    name: str
    description: str = ""
    owner: str = ""
    properties: tuple[PlannedProperty, ...] = ()
    on_violation: ViolationRule = ViolationRule.ALLOW
    is_shipped: bool = False


@dataclass(frozen=True, slots=True)
class TrackingPlan:
    """Every expected event by name, and what happens to events that are not expected."""

    events: dict[str, PlannedEvent]
    on_unplanned: ViolationRule = ViolationRule.ALLOW


@dataclass(frozen=True, slots=True)
class Violation:
    """One departure of one event; `property` is empty for an unplanned event."""

    property: str
    kind: ViolationKind


@dataclass(frozen=True, slots=True)
class ViolationFilters:
    """Which violations to list; empty leaves a field open."""

    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """Violations of one sort on one day: how many, and up to five message ids as samples."""

    source: str
    event: str
    property: str
    kind: ViolationKind
    day: date
    count: int
    last_seen_at: datetime
    samples: tuple[str, ...]
