"""Mending many failed events by one rule, and the plan as JSON Schema."""

from dataclasses import dataclass
from enum import StrEnum

from quanqu.know.timeline.contracts.plan import PropertyType

__all__ = ["RepairKind", "RepairPreview", "RepairStep"]


class RepairKind(StrEnum):
    """What one step of a repair does to an event."""

    RENAME_EVENT = "rename_event"
    RENAME = "rename"
    CAST = "cast"
    DROP = "drop"
    RECEIVED_TIME = "received_time"


@dataclass(frozen=True, slots=True)
class RepairStep:
    """One step: `name` is a property (or trait), `to` its new name, the event's, or a type.

    `received_time` takes neither: the event then counts at the time it was received.
    """

    kind: RepairKind
    name: str = ""
    to: str = ""

    @property
    def cast_type(self) -> PropertyType:
        """The type to cast to."""
        return PropertyType(self.to)


@dataclass(frozen=True, slots=True)
class RepairPreview:
    """How many events a repair is for, how many it changes, and one of them before and after.

    The texts are JSON without direct personal data; empty when no event is changed.
    """

    count: int
    changed: int
    before: str
    after: str
