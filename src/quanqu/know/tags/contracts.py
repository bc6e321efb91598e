"""What crosses the border of know.tags: statistics, tags, their refreshes and accuracy, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct

from quanqu.kernel.errors import InvalidError, RefusedError
from quanqu.know.audiences.contracts import Problem, PropertyRule, Window
from quanqu.know.customers.contracts import CustomerRow, TagKind

__all__ = [
    "PLACE",
    "Accuracy",
    "Answer",
    "AnswerFileError",
    "AnsweredFile",
    "ArchivedTagError",
    "Every",
    "Interval",
    "RejectedAnswer",
    "SampleRow",
    "Statistic",
    "StatisticMeasure",
    "StatisticNameError",
    "Stratum",
    "TagCycleError",
    "TagDefinitionError",
    "TagDraft",
    "TagRefreshRow",
    "TagRow",
    "TagVersionRow",
    "TooManyTagsError",
    "ValueSort",
]

PLACE: Final = "place"  # what a statistic may be of beside the fields of events: a place's name


class StatisticMeasure(StrEnum):
    """What a statistic says of a customer's events."""

    FIRST = "first"
    LAST = "last"
    MOST_FREQUENT = "most_frequent"
    SUM = "sum"
    AVERAGE = "average"
    COUNT = "count"
    DISTINCT = "distinct"


class Statistic(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A value for each customer: a measure of the events of one name that meet the conditions,
    inside the window.  `of` is a column, `properties.<key>` or `place`; a count is of nothing."""

    measure: StatisticMeasure
    event: Annotated[str, Meta(min_length=1, max_length=200)]
    of: Annotated[str, Meta(max_length=500)] | None = None
    where: Annotated[tuple[PropertyRule, ...], Meta(max_length=20)] = ()
    window: Window = Window()


class Every(StrEnum):
    """How often a tag is worked out by itself."""

    HOUR = "hour"
    DAY = "day"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class TagDraft:
    """What a tag is to be; `definition` is one of the audience grammar (rule) or a statistic."""

    kind: TagKind
    description: str
    owner: str
    definition: Mapping[str, Any]
    every: Every = Every.HOUR

    def __post_init__(self) -> None:
        if self.kind is TagKind.HAND:
            raise ValueError("a tag put on by hand is not worked out")


@dataclass(frozen=True, slots=True)
class TagRefreshRow:
    """One working out: as of which day, how long it took, how many of everybody wear the tag, who
    came and went, whose value is another; or, with `error`, why it failed."""

    version: int
    as_of: date | None
    started_at: datetime
    duration_ms: int
    customers: int
    everybody: int
    entered: int
    left: int
    changed: int
    error: str

    @property
    def share(self) -> float:
        """The share (0–1) of everybody who wears the tag."""
        return self.customers / self.everybody if self.everybody else 0.0


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag that is worked out, with the last time that went well and the failure since, if any."""

    id: UUID
    key: int
    name: str
    kind: TagKind
    description: str
    owner: str
    every: Every
    version: int
    definition: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    last_refresh: TagRefreshRow | None
    failure: TagRefreshRow | None


@dataclass(frozen=True, slots=True)
class TagVersionRow:
    """One saved state of a tag's definition; never changed."""

    version: int
    definition: Mapping[str, Any]
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class ValueSort:
    """What the values of a tag are: of which field, by which measure, amounts of which currency."""

    measure: StatisticMeasure
    of: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of a customer: the tag, or that it is not there, is right or wrong."""

    customer_id: UUID
    is_right: bool


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A customer to be asked about: wears the tag, with its value, or does not."""

    customer: CustomerRow
    is_worn: bool
    value_text: str | None
    value_number: float | None


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate (0–1) with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """Those who wear a tag, or those who do not: how many, asked about how many, right for how
    many, and how many have to be asked about before anything is said."""

    size: int
    asked: int
    right: int
    needed: int

    @property
    def is_enough(self) -> bool:
        """Whether enough was answered."""
        return self.asked >= self.needed > 0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How right a version of a tag is, by a labelled sample: None where too little was answered.

    `missed_rate` is the share of those without the tag who should have it.
    """

    version: int
    worn: Stratum
    unworn: Stratum
    earlier_answers: int
    precision: Interval | None
    missed_rate: Interval | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class RejectedAnswer:
    """A line of a file of answers that was not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class AnsweredFile:
    """How many answers of a file were taken, how many had been given before, and the rejected."""

    made: int
    known: int
    rejected: tuple[RejectedAnswer, ...]


class TagDefinitionError(InvalidError):
    """A statistic is not right; `problems` says where and why."""

    code = "tags.definition"
    template = "The tag's definition is not right: {summary}"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        summary = "; ".join(f"{found.path}: {found.code}" for found in problems)
        super().__init__(
            summary=summary,
            problems=[
                {"path": found.path, "code": found.code, **found.details} for found in problems
            ],
        )


class StatisticNameError(InvalidError):
    """The name of a tag with values is not one that rules can speak of."""

    code = "tags.statistic_name"
    template = "A statistical tag's name has letters, digits, spaces and $ . : / - _ only."


class TagCycleError(RefusedError):
    """The rules of a tag would depend on the tag itself."""

    code = "tags.cycle"
    template = "The tag would depend on itself: {cycle}."


class ArchivedTagError(RefusedError):
    """A tag that is put away cannot be changed, worked out or asked about."""

    code = "tags.archived"
    template = "This tag is archived."


class TooManyTagsError(RefusedError):
    """There are as many computed tags as there may be."""

    code = "tags.too_many"
    template = "There can be {most} computed tags; archive one first."


class AnswerFileError(InvalidError):
    """A file of answers cannot be read as a whole."""

    code = "tags.answer_file"
    template = "The file of answers cannot be read: {problem}."
