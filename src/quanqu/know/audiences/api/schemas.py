"""What the API of audiences takes and gives."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BeforeValidator, Field

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.audiences import facade
from quanqu.know.audiences.contracts import (
    AudienceChangeRow,
    AudienceRow,
    ListRow,
    MemberRow,
    RefreshRow,
)
from quanqu.know.consent.contracts import Channel, Purpose

AudienceId = Annotated[str, Field(max_length=40, examples=["aud_01hz0000000000000000000000"])]
CustomerId = Annotated[str, Field(max_length=40)]
Rules = Annotated[
    dict[str, Any], Field(description="A definition; its schema is at /audiences/grammar.")
]


def _day(told: object) -> object:
    """Read a day as text, such as 2026-11-22, and nothing else."""
    if not isinstance(told, str):
        raise ValueError("a day is text, such as 2026-11-22")
    return date.fromisoformat(told)


Day = Annotated[date, BeforeValidator(_day)]


class ProblemOut(Schema):
    """One thing wrong with a definition, and where."""

    path: str
    code: str
    message: str


class ValidationOut(Schema):
    """Whether a definition is right, what is wrong, and what it says in words."""

    is_valid: bool
    problems: list[ProblemOut]
    sentence: str | None


class FieldOut(Schema):
    """What a rule may speak of."""

    origin: str
    name: str
    kind: str
    ops: list[str]
    label: str


class FoundEventOut(Schema):
    """An event name in the data."""

    name: str
    events: int
    last_on: date


class FoundKeyOut(Schema):
    """A key in the data, and in which share of a sample it is filled."""

    name: str
    kind: str
    filled_rate: float


class FoundValueOut(Schema):
    """A value in the data, and how many customers or events have it."""

    value: str
    count: int


class KeysQuery(Schema):
    """Traits of customers, or properties of one event."""

    origin: Literal["profile", "event"]
    event: Annotated[str, Field("", max_length=200, pattern=r"^[^\x00]*$")]


class ValuesQuery(KeysQuery):
    """Whose values, and what they contain."""

    field: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
    text: Annotated[str, Field("", max_length=200, pattern=r"^[^\x00]*$")]
    limit: Annotated[int, Field(20, ge=1, le=200)]


class RulesIn(Schema):
    """A definition."""

    definition: Rules


class QuestionIn(RulesIn):
    """A definition and the last UTC day that counts.

    By default that is today, or the last day with data once it is more than 45 days ago.
    """

    as_of: Day | None = None


class WhyIn(QuestionIn):
    """A question about one customer."""

    customer: CustomerId


class CountOut(Schema):
    """How many, as of which day."""

    count: int
    as_of: date
    sentence: str


class LeafOut(Schema):
    """Whether one rule holds."""

    path: str
    sentence: str
    holds: bool
    found: str


class WhyOut(Schema):
    """Why a customer is in an audience, or not."""

    is_member: bool
    leaves: list[LeafOut]
    nodes: dict[str, bool]


class RefreshOut(Schema):
    """One working out of the members."""

    version: int
    as_of: date
    refreshed_at: str
    members: int
    entered: int
    left: int


class ListOut(Schema):
    """A snapshot or an upload, and where it came from; no audience: it is not saved yet."""

    id: str
    kind: str
    listed: int
    made_by: str
    made_at: str
    audience: str | None
    source: str | None
    source_version: int | None
    taken_on: date | None
    read: int
    columns: list[str]
    left_out: dict[str, int]


class AudienceOut(Schema):
    """A saved audience; `list` tells where a snapshot or an upload came from."""

    id: str
    name: str
    description: str
    version: int
    definition: dict[str, Any]
    sentence: str
    created_at: str
    updated_at: str
    archived_at: str | None
    last_refresh: RefreshOut | None
    list: ListOut | None


class VersionOut(Schema):
    """One saved state of the rules."""

    version: int
    definition: dict[str, Any]
    saved_by: str
    saved_at: str


class MemberOut(Schema):
    """A customer in an audience, masked."""

    id: str
    name: str | None
    country: str | None
    city: str | None
    entered_at: str


class MembershipOut(Schema):
    """A stay of a customer in an audience."""

    audience: str
    name: str
    entered_at: str
    left_at: str | None


Name = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=2000)]


class AudienceIn(RulesIn):
    """A new audience."""

    name: Name
    description: Description = ""


class RenameIn(Schema):
    """Another name, and another description if given."""

    name: Name
    description: Description | None = None


class RefreshIn(Schema):
    """The last UTC day that counts.

    By default that is today, or the last day with data once it is more than 45 days ago.
    """

    as_of: Day | None = None


class ExportIn(Schema):
    """What kind of file; `clear` asks for unmasked contact fields and needs to know what for."""

    format: Literal["csv", "xlsx", "parquet", "hashed"] = "csv"
    clear: bool = False
    purpose: Purpose | None = None
    channel: Channel | None = None


class UseQuery(Schema):
    """What contact data is for."""

    purpose: Purpose = Purpose.MARKETING
    by: Channel = Field(Channel.EMAIL, description="The channel.")


class ExportCheckOut(Schema):
    """How many members allow the use, and how many do not, by the gate's reason."""

    allowed: int
    left_out: dict[str, int]


class AudienceQuery(Schema):
    """Narrow the list."""

    text: Annotated[str, Field("", max_length=120, pattern=r"^[^\x00]*$")]
    archived: bool = False


def language_of(actor: Actor) -> str:
    return actor.language if actor.language in ("en", "zh-hans") else "en"


def audience_out(row: AudienceRow, language: str) -> dict[str, Any]:
    return {
        "id": encode("aud", row.id),
        "name": row.name,
        "description": row.description,
        "version": row.version,
        "definition": facade.dump(definition=row.definition),
        "sentence": facade.describe_audience(definition=row.definition, language=language),
        "created_at": format_time(row.created_at),
        "updated_at": format_time(row.updated_at),
        "archived_at": format_time(row.archived_at) if row.archived_at else None,
        "last_refresh": refresh_out(row.last_refresh) if row.last_refresh else None,
        "list": list_out(row.list) if row.list else None,
    }


def list_out(row: ListRow) -> dict[str, Any]:
    """Return a list as the API writes it."""
    return {
        "id": encode("aul", row.id),
        "kind": row.kind.value,
        "listed": row.listed,
        "made_by": row.made_by,
        "made_at": format_time(row.made_at),
        "audience": encode("aud", row.audience_id) if row.audience_id else None,
        "source": encode("aud", row.source_id) if row.source_id else None,
        "source_version": row.source_version,
        "taken_on": row.taken_on,
        "read": row.read,
        "columns": list(row.columns),
        "left_out": dict(row.left_out),
    }


def refresh_out(row: RefreshRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "as_of": row.as_of,
        "refreshed_at": format_time(row.refreshed_at),
        "members": row.members,
        "entered": row.entered,
        "left": row.left,
    }


def member_out(row: MemberRow) -> dict[str, Any]:
    return {
        "id": encode("cus", row.customer.id),
        "name": row.customer.name,
        "country": row.customer.country,
        "city": row.customer.city,
        "entered_at": format_time(row.entered_at),
    }


class ChangeOut(Schema):
    """A customer came into the audience or left it, and which rules turned, in words."""

    customer: str
    change: Literal["entered", "left"]
    version: int
    changed_at: str
    reasons: list[str]


def change_out(row: AudienceChangeRow) -> dict[str, Any]:
    """Return one change of the feed as the API writes it."""
    return {
        "customer": row.customer,
        "change": "entered" if row.has_entered else "left",
        "version": row.version,
        "changed_at": format_time(row.changed_at),
        "reasons": list(row.reasons),
    }


class MembersQuery(Schema):
    """Ask for the members of a past day."""

    on: Day | None = None
