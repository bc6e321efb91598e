"""What the timeline answers: events, failed events, counts and the state of the inbox."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from quanqu.know.timeline.contracts.tracking import FailureCode

__all__ = [
    "DayCount",
    "EventFilters",
    "EventRow",
    "EventState",
    "FailedEventDetail",
    "FailedEventRow",
    "FailedFilters",
    "InboxState",
    "Settlement",
]


class EventState(StrEnum):
    """`accepted`: stored for good, not yet in the lake; `settled`: in the lake."""

    ACCEPTED = "accepted"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the log, without direct personal data.

    `properties` and `context` are JSON objects as text.  An accepted event has no `event_key` and
    no `subject_key` yet, and empty promoted fields.
    """

    event_key: int | None
    message_id: str
    state: EventState
    type: str
    event: str
    subject_key: int | None
    place_key: int | None
    source: str
    channel: str
    occurred_at: datetime
    received_at: datetime
    order_ref: str = ""
    product_ref: str = ""
    category: str = ""
    revenue_minor: int | None = None
    currency: str = ""
    quantity: int | None = None
    campaign: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    page_path: str = ""
    referrer_host: str = ""
    properties: str = "{}"
    context: str = "{}"
    is_simulated: bool = False
    click_id: str = ""
    flags: str = ""


@dataclass(frozen=True, slots=True)
class EventFilters:
    """Which events to list; empty tuples, empty text and None leave a field open.

    `since` is included, `until` is not.  `subject_keys` None means anybody.
    """

    subject_keys: tuple[int, ...] | None = None
    events: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    order_ref: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many events of one name happened on one UTC day."""

    event: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class FailedEventRow:
    """An event that was refused or blocked; `is_replaying` once it was handed in again."""

    id: str
    source: str
    message_id: str
    event: str
    code: FailureCode
    reason: str
    received_at: datetime
    is_replaying: bool


@dataclass(frozen=True, slots=True)
class FailedEventDetail:
    """A failed event with its payload as JSON text, direct personal data left out."""

    row: FailedEventRow
    payload: str


@dataclass(frozen=True, slots=True)
class FailedFilters:
    """Which failed events to list or replay; empty leaves a field open."""

    sources: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    codes: tuple[FailureCode, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxState:
    """What waits for settling: bodies, events, and the age of the oldest in seconds."""

    bodies: int
    events: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class Settlement:
    """One round of settling: the bodies it took and what became of their events."""

    number: int
    bodies: int
    events: int
    duplicates: int
    failed: int
