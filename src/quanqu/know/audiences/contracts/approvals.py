"""Exports that need the word of a second person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, NotAllowedError, RefusedError

__all__ = [
    "FETCH_WITHIN",
    "GROWTH_RATE",
    "MOST_ALONE",
    "WAITS",
    "ExportAlonePolicyError",
    "ExportApprovalError",
    "ExportFourEyesError",
    "ExportGrownError",
    "ExportPersonError",
    "ExportReasonError",
    "ExportRequestRow",
    "ExportState",
    "ExportStateError",
]

MOST_ALONE: Final = 5_000
"""People one person may hand out alone in clear or hashed, unless the group says otherwise."""
WAITS: Final = timedelta(days=7)
"""How long a request waits for its answer."""
FETCH_WITHIN: Final = timedelta(hours=24)
"""How long an approved export can be fetched."""
GROWTH_RATE: Final = 0.1
"""By how much an audience may grow between the question and the file."""


class ExportState(StrEnum):
    """`fetched`: the one file was handed out.  `expired`: nobody answered or fetched in time."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FETCHED = "fetched"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ExportRequestRow:
    """A request: what is to be handed out for what and why, how many people that was when it was
    asked, who asked, who decided, and until when the next step can be taken."""

    id: UUID
    audience_id: UUID
    audience_name: str
    format: str
    purpose: str
    channel: str
    people: int
    reason: str
    is_mine: bool
    asked_by: str
    asked_at: datetime
    state: ExportState
    decided_by: str
    decided_at: datetime | None
    note: str
    until: datetime
    fetched_at: datetime | None


class ExportApprovalError(RefusedError):
    """So many people's contacts are handed out only with the word of a second person."""

    code = "audiences.export_approval"
    template = (
        "{people} people are more than the {most} that one person may hand out alone. "
        "Ask for the word of a second person."
    )


class ExportFourEyesError(RefusedError):
    """Whoever asked for an export does not decide about it."""

    code = "audiences.export_four_eyes"
    template = "Somebody else than who asked for the export has to decide."


class ExportStateError(RefusedError):
    """The request is past this step."""

    code = "audiences.export_state"
    template = "The request for this export is {state}: this cannot be done any more."


class ExportGrownError(RefusedError):
    """The audience has grown by more than a tenth since the request was made."""

    code = "audiences.export_grown"
    template = "{people} people would be handed out now; {approved} were approved. Ask anew."


class ExportReasonError(InvalidError):
    """Why it is asked for, or refused, is told in 3 to 500 characters."""

    code = "audiences.export_reason"
    template = "Say why in 3 to 500 characters."


class ExportAlonePolicyError(InvalidError):
    """The number of people that one person may hand out alone is out of range."""

    code = "audiences.export_policy"
    template = "Set a number from 0 to 1,000,000."


class ExportPersonError(NotAllowedError):
    """An API key can neither ask for an export nor decide about one: two people must."""

    code = "audiences.export_person"
    template = "Only people ask for exports and decide about them, not API keys."
