"""What an event is to the outbox, and what it answers about delivery."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from quanqu.kernel.errors import NotFoundError

__all__ = ["Delivery", "Event", "EventNotFoundError", "StuckEvent"]


@runtime_checkable
class Event(Protocol):
    """A frozen dataclass in the past tense with a class-level `name`: "orders.order_placed"."""

    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One round: events done with, and events whose handler failed and will be retried."""

    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class StuckEvent:
    """An event one of whose handlers fails; it is tried again at `due_at`, without end.

    `error` names each failing handler with the class of its error.
    """

    key: int
    name: str
    tries: int
    emitted_at: datetime
    due_at: datetime | None
    error: str


class EventNotFoundError(NotFoundError):
    """No event of this number waits: it never was, or was delivered or dropped meanwhile."""

    code: ClassVar[str] = "outbox.event_not_found"
    template: ClassVar[str] = "No waiting event {ref} was found."
