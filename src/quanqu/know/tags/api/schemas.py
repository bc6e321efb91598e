"""What the API of computed tags takes and gives."""

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from quanqu.kernel.ids import encode
from quanqu.kernel.time import format_time
from quanqu.know.tags import facade
from quanqu.know.tags.contracts import (
    Accuracy,
    AnsweredFile,
    Interval,
    SampleRow,
    Stratum,
    TagRefreshRow,
    TagRow,
)

TagId = Annotated[str, Field(max_length=40, examples=["tag_01hz0000000000000000000000"])]
_DEFINITION = Field(
    description="Of a rule tag a definition of the audience grammar (schema: /audiences/grammar); "
    "of a statistical tag a statistic (schema: /tags/statistics/schema)."
)
_EVERY = Field("hour", description="How often it is worked out by itself.")
Text = r"^[^\x00]*$"


class TagChangeIn(Schema):
    """What a tag means, who looks after it, how it is worked out and how often."""

    description: Annotated[str, Field("", max_length=500, pattern=Text)]
    owner: Annotated[str, Field("", max_length=120, pattern=Text)]
    every: Annotated[Literal["hour", "day", "never"], _EVERY]
    definition: Annotated[dict[str, Any], _DEFINITION]


class TagNewIn(TagChangeIn):
    """A new tag that is worked out; its name and kind stay."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["rule", "statistic"]


class TagRefreshOut(Schema):
    """One working out: as of which day, how long it took (ms), how many of everybody wear the tag,
    who came and went, whose value is another; with an error it failed and changed nothing."""

    version: int
    as_of: date | None
    started_at: str
    duration_ms: int
    customers: int
    everybody: int
    entered: int
    left: int
    changed: int
    error: str


class ComputedTagOut(Schema):
    """A tag that is worked out; `failure` is the last try, when that failed."""

    id: str
    name: str
    kind: str
    description: str
    owner: str
    every: str
    version: int
    definition: dict[str, Any]
    sentence: str
    created_at: str
    updated_at: str
    archived_at: str | None
    last_refresh: TagRefreshOut | None
    failure: TagRefreshOut | None


class TagsQuery(Schema):
    """The tags in use, or those put away."""

    archived: bool = False


class TagVersionOut(Schema):
    """A saved state of a definition."""

    version: int
    definition: dict[str, Any]
    saved_by: str
    saved_at: str


class IntervalOut(Schema):
    """An estimate (0–1) with its 95 % interval."""

    value: float
    low: float
    high: float


class StratumOut(Schema):
    """How many there are, were asked about, were right, and have to be asked about."""

    size: int
    asked: int
    right: int
    needed: int


class AccuracyOut(Schema):
    """How right the version in force is, by a labelled sample; null where too little was answered.

    `missed_rate`: the share of those without the tag who should have it."""

    version: int
    with_tag: StratumOut
    without_tag: StratumOut
    earlier_answers: int
    precision: IntervalOut | None
    missed_rate: IntervalOut | None
    recall: float | None


class SampleOut(Schema):
    """A customer to be asked about, masked, with the tag's value if it has one."""

    customer: str
    name: str | None
    city: str | None
    has_tag: bool
    value: str | float | None


class AnswerIn(Schema):
    """What is said of a customer: that it has the tag (or not, or with this value) is right."""

    customer: Annotated[str, Field(max_length=40)]
    is_right: bool


class AnswersIn(Schema):
    """Answers about customers of a sample."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=1000)]


class RejectedAnswerOut(Schema):
    """An answer that was not taken, by its line or place, and why."""

    line: int
    reason: str


class AnsweredOut(Schema):
    """How many answers were taken, how many had been given before, and the rejected ones."""

    made: int
    known: int
    rejected: list[RejectedAnswerOut]


def tag_out(row: TagRow, language: str) -> dict[str, Any]:
    """Return a tag as the API tells it."""
    spoken = "zh-hans" if language.startswith("zh") else "en"
    sentence = facade.describe_definition(kind=row.kind, definition=row.definition, language=spoken)
    return {
        "id": encode("tag", row.id),
        "name": row.name,
        "kind": row.kind,
        "description": row.description,
        "owner": row.owner,
        "every": row.every,
        "version": row.version,
        "definition": dict(row.definition),
        "sentence": sentence,
        "created_at": format_time(row.created_at),
        "updated_at": format_time(row.updated_at),
        "archived_at": format_time(row.archived_at) if row.archived_at else None,
        "last_refresh": refresh_out(row.last_refresh) if row.last_refresh else None,
        "failure": refresh_out(row.failure) if row.failure else None,
    }


def refresh_out(row: TagRefreshRow) -> dict[str, Any]:
    """Return a refresh as the API tells it."""
    return {
        "version": row.version,
        "as_of": row.as_of,
        "started_at": format_time(row.started_at),
        "duration_ms": row.duration_ms,
        "customers": row.customers,
        "everybody": row.everybody,
        "entered": row.entered,
        "left": row.left,
        "changed": row.changed,
        "error": row.error,
    }


def accuracy_out(found: Accuracy) -> dict[str, Any]:
    """Return how right a tag is as the API tells it."""
    return {
        "version": found.version,
        "with_tag": _stratum(found.worn),
        "without_tag": _stratum(found.unworn),
        "earlier_answers": found.earlier_answers,
        "precision": _interval(found.precision),
        "missed_rate": _interval(found.missed_rate),
        "recall": found.recall,
    }


def sample_out(row: SampleRow) -> dict[str, Any]:
    """Return a customer of a sample as the API tells it."""
    return {
        "customer": encode("cus", row.customer.id),
        "name": row.customer.name,
        "city": row.customer.city,
        "has_tag": row.is_worn,
        "value": row.value_text if row.value_number is None else row.value_number,
    }


def answered_out(done: AnsweredFile) -> dict[str, Any]:
    """Return what came of answers as the API tells it."""
    rejected = [{"line": one.line, "reason": one.reason} for one in done.rejected]
    return {"made": done.made, "known": done.known, "rejected": rejected}


def _interval(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}


def _stratum(found: Stratum) -> dict[str, int]:
    return {
        "size": found.size,
        "asked": found.asked,
        "right": found.right,
        "needed": found.needed,
    }
