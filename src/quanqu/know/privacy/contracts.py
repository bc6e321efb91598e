"""What crosses the border of know.privacy: requests, their steps and reports, retention, errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError, UnavailableError

__all__ = [
    "CORRECTABLE",
    "ERASE",
    "MANAGE",
    "MOST_PEOPLE",
    "VIEW",
    "CorrectionError",
    "DeadlineError",
    "FourEyesError",
    "HoldingInfo",
    "LegalBasis",
    "NewRequest",
    "NotErasedError",
    "NotReadyError",
    "PackageGoneError",
    "PrivacyNoteError",
    "PrivacyPolicy",
    "RequestDetail",
    "RequestFilters",
    "RequestKind",
    "RequestNotFoundError",
    "RequestPeopleError",
    "RequestRow",
    "RequestState",
    "RetentionDaysError",
    "RetentionRow",
    "StepRow",
    "TrailRow",
]

VIEW: Final = "privacy.view"
MANAGE: Final = "privacy.manage"
ERASE: Final = "privacy.erase"
"""Held over the whole group: a request reaches every part of it."""

MOST_PEOPLE: Final = 1_000
"""The most customers of one request."""

CORRECTABLE: Final = (
    "name", "email", "phone", "street", "city", "region", "postcode", "country", "language",
    "gender", "birth_on",
)  # fmt: skip


class RequestKind(StrEnum):
    """What a person may ask for (GDPR Art. 15 to 22, PIPL Art. 24 and 44 to 47)."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    AUTOMATED_OPT_OUT = "automated_opt_out"


class RequestState(StrEnum):
    """Where a request is. `APPROVED` is passed through only where four eyes are asked for."""

    RECEIVED = "received"
    VERIFIED = "verified"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class LegalBasis(StrEnum):
    """The law whose clock runs."""

    GDPR = "gdpr"
    PIPL = "pipl"


class RequestNotFoundError(NotFoundError):
    """No request has this id."""

    code: ClassVar[str] = "privacy.request_not_found"
    template: ClassVar[str] = "No privacy request {ref} was found."


class NotReadyError(RefusedError):
    """The request is in a state that does not allow it."""

    code: ClassVar[str] = "privacy.not_ready"
    template: ClassVar[str] = "The state of the request ({state}) does not allow this."


class FourEyesError(RefusedError):
    """An erasure is approved by somebody other than who verified the person."""

    code: ClassVar[str] = "privacy.four_eyes"
    template: ClassVar[str] = "Somebody else than who verified the person has to approve this."


class DeadlineError(RefusedError):
    """The time of a request was extended before, has passed, or its law knows no extension."""

    code: ClassVar[str] = "privacy.deadline"
    template: ClassVar[str] = (
        "The deadline can be extended once, before it is over, and under the GDPR only."
    )


class RequestPeopleError(InvalidError):
    """A request names 1 to 1,000 customers; access, correction and opt-outs exactly one."""

    code: ClassVar[str] = "privacy.people"
    template: ClassVar[str] = (
        "{count} customers are named; an erasure takes 1 to 1,000, any other request one."
    )


class PrivacyNoteError(InvalidError):
    """A note says how or why, in 3 to 500 characters."""

    code: ClassVar[str] = "privacy.note"
    template: ClassVar[str] = "Say how or why in 3 to 500 characters."


class CorrectionError(InvalidError):
    """A correction names fields of the profile with their right values."""

    code: ClassVar[str] = "privacy.correction"
    template: ClassVar[str] = (
        "The correction of {field!r} cannot be taken: it names fields of the profile with text of "
        "1 to 500 characters, dates as 1990-05-31."
    )


class PackageGoneError(NotFoundError):
    """The export was downloaded long ago, has expired, or was never made."""

    code: ClassVar[str] = "privacy.package_gone"
    template: ClassVar[str] = "The export of this request is not there any more."


class NotErasedError(UnavailableError):
    """Rows of the person kept coming while they were erased; the job tries again."""

    code: ClassVar[str] = "privacy.not_erased"
    template: ClassVar[str] = "{places} still hold rows of the person after {looks} looks."


class RetentionDaysError(InvalidError):
    """A number of days is outside what the rule allows."""

    code: ClassVar[str] = "privacy.retention_days"
    template: ClassVar[str] = "{rule} takes {least} to {most} days."


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is asked, for whom, and under which law.

    `received_at` is when the person asked, at the latest now; `corrections` are fields of
    CORRECTABLE with their values, for a correction.
    """

    kind: RequestKind
    customer_ids: tuple[str, ...]
    basis: LegalBasis = LegalBasis.GDPR
    received_at: datetime | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestFilters:
    """Narrow a list of requests; None means any."""

    kind: RequestKind | None = None
    state: RequestState | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request. `customer_ids` is empty once its people are erased."""

    id: str
    kind: RequestKind
    state: RequestState
    basis: LegalBasis
    people: int
    customer_ids: tuple[str, ...]
    received_at: datetime
    due_at: datetime
    is_extended: bool
    is_overdue: bool
    needs_approval: bool
    closed_at: datetime | None
    closed_reason: str
    package_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """What was done in one place: rows before and after, and how that was seen."""

    place: str
    store: str
    treatment: str
    classes: tuple[str, ...]
    rows_before: int
    rows_after: int | None
    how: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One act on a request."""

    at: datetime
    actor: str
    act: str
    note: str


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """One request with its trail, its steps and its signed report."""

    row: RequestRow
    trail: tuple[TrailRow, ...]
    steps: tuple[StepRow, ...]
    report: Mapping[str, Any] | None
    corrected_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldingInfo:
    """One place of the inventory of personal data."""

    code: str
    name: str
    store: str
    columns: tuple[tuple[str, str], ...]
    found_by: str
    treatment: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """How requests are dealt with here. Units: days."""

    needs_second_person: bool
    pipl_days: int
    package_days: int
    backup_days: int


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """One retention rule: how long, what it would delete now, what it deleted last."""

    code: str
    data_class: str
    days: int | None
    usual_days: int | None
    least_days: int
    most_days: int
    waiting: int
    last_run_at: datetime | None
    last_deleted: int | None
