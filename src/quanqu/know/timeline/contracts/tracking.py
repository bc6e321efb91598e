"""What the tracking API takes and answers."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

__all__ = [
    "MAX_BATCH_EVENTS",
    "MAX_BODY_BYTES",
    "Acceptance",
    "BodyKind",
    "EventType",
    "FailureCode",
    "RejectedEvent",
]

MAX_BODY_BYTES: Final = 500 * 1024
"""The largest body of the tracking API, packed or unpacked."""

MAX_BATCH_EVENTS: Final = 2_500
"""The most events of one batch."""


class EventType(StrEnum):
    """The six calls of the Segment specification."""

    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    IDENTIFY = "identify"
    GROUP = "group"
    ALIAS = "alias"


class BodyKind(IntEnum):
    """The shape of a stored body: a batch, or one event of a known type."""

    BATCH = 0
    TRACK = 1
    PAGE = 2
    SCREEN = 3
    IDENTIFY = 4
    GROUP = 5
    ALIAS = 6


class FailureCode(StrEnum):
    """Why an event was not accepted."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    NO_TYPE = "no_type"
    NO_EVENT_NAME = "no_event_name"
    NO_IDENTITY = "no_identity"
    BAD_MESSAGE_ID = "bad_message_id"
    BAD_TEXT = "bad_text"
    BAD_TIME = "bad_time"
    BAD_OBJECT = "bad_object"
    BLOCKED_BY_PLAN = "blocked_by_plan"
    OUT_OF_TIME = "out_of_time"


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """An event that was not accepted: its place in the batch, its message id if any, and why."""

    index: int
    message_id: str
    code: FailureCode
    reason: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of a body: events stored for good, and those refused with the reason."""

    accepted: int
    rejected: tuple[RejectedEvent, ...]
