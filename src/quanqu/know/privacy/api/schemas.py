"""What goes in and out of the calls of privacy."""

from datetime import datetime
from typing import Annotated, Any, Final

from ninja import Schema
from pydantic import AwareDatetime, Field

from quanqu.know.privacy.contracts import LegalBasis, RequestKind, RequestState

Note = Annotated[str, Field(min_length=3, max_length=500, description="How or why, in words.")]
_EXAMPLE: Final = "cus_01m8cvyzzpffksqkd3gdjs6xzb"


class RequestFilterIn(Schema):
    """Narrow the requests."""

    kind: Annotated[RequestKind | None, Field(None, description="What is asked.")]
    state: Annotated[RequestState | None, Field(None, description="Where it is.")]
    is_open: Annotated[bool | None, Field(None, description="Not closed yet, or closed.")]


class RequestIn(Schema):
    """A request of a person, or of several for an erasure."""

    kind: RequestKind
    customer_ids: Annotated[list[str], Field(min_length=1, max_length=1000, examples=[[_EXAMPLE]])]
    basis: Annotated[LegalBasis, Field(LegalBasis.GDPR, description="The law whose clock runs.")]
    received_at: Annotated[
        AwareDatetime | None, Field(None, description="When the person asked; now without it.")
    ]
    corrections: Annotated[
        dict[str, str], Field({}, description="Fields of the profile, for a correction.")
    ]


class VerificationIn(Schema):
    """How the person was identified."""

    how: Note


class ReasonIn(Schema):
    """Why."""

    reason: Note


class RequestOut(Schema):
    """A request with its clock."""

    id: str
    kind: RequestKind
    state: RequestState
    basis: LegalBasis
    people: int
    customer_ids: list[str]
    received_at: datetime
    due_at: datetime
    is_extended: bool
    is_overdue: bool
    needs_approval: bool
    closed_at: datetime | None
    closed_reason: str
    package_expires_at: datetime | None


class TrailOut(Schema):
    """One act on a request."""

    at: datetime
    actor: str
    act: str
    note: str


class StepOut(Schema):
    """One place: rows that led to the person before and after, and how that was seen."""

    place: str
    store: str
    treatment: str
    classes: list[str]
    rows_before: int
    rows_after: int | None
    how: str
    finished_at: datetime | None


class RequestDetailOut(RequestOut):
    """A request with its trail, its steps and its signed report."""

    trail: list[TrailOut]
    steps: list[StepOut]
    report: dict[str, Any] | None
    corrected_fields: list[str]


class ReportIn(Schema):
    """A report to be checked, as it was handed out."""

    report: dict[str, Any]


class ReportCheckOut(Schema):
    """Whether a report was signed by this installation and not changed since."""

    is_genuine: bool


class HoldingOut(Schema):
    """A place that holds personal data: its columns with their classes."""

    code: str
    name: str
    store: str
    columns: dict[str, str]
    found_by: str
    treatment: str
    reason: str


class RetentionIn(Schema):
    """How many days; null keeps without limit."""

    days: Annotated[int | None, Field(ge=0, le=10_000)]


class RetentionOut(Schema):
    """A retention rule, and what a run of it would drop now."""

    code: str
    data_class: str
    days: int | None
    usual_days: int | None
    least_days: int
    most_days: int
    waiting: int
    last_run_at: datetime | None
    last_deleted: int | None


class PolicyIO(Schema):
    """How requests are dealt with here."""

    needs_second_person: bool
    pipl_days: Annotated[int, Field(ge=1, le=90)]
    package_days: Annotated[int, Field(ge=1, le=90)]
    backup_days: Annotated[int, Field(ge=1, le=3650)]


class LiftIn(Schema):
    """Whose restriction is lifted."""

    customer_id: Annotated[str, Field(max_length=64, examples=[_EXAMPLE])]
    kind: RequestKind


class LiftOut(Schema):
    """Whether there was one."""

    was_restricted: bool
