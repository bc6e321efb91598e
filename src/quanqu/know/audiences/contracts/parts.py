"""The parts rules are made of: comparisons, measures, windows, and conditions on one event."""

from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

__all__ = [
    "EventRule",
    "FestivalWindow",
    "Measure",
    "Op",
    "ProfileRule",
    "PropertyRule",
    "Scalar",
    "Text",
    "Value",
    "Window",
]

Scalar: TypeAlias = str | int | float | bool
Text = Annotated[str, Meta(max_length=500)]
Days = Annotated[int, Meta(ge=0, le=36_500)]
Value: TypeAlias = (
    Text
    | int
    | float
    | bool
    | Annotated[list[str | int | float | bool], Meta(max_length=1000)]
    | None
)


class Op(StrEnum):
    """How a value is compared. Missing values satisfy only ne, not_in and not_exists."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    EXISTS = "exists"
    NOT_EXISTS = "not_exists"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_LAST = "within_last"
    WITHIN_NEXT = "within_next"
    BEFORE_LAST = "before_last"
    AFTER_NEXT = "after_next"


class Measure(StrEnum):
    """What is measured of a customer's matching events."""

    COUNT = "count"
    SUM = "sum"
    AVERAGE = "average"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"
    DISTINCT_DAYS = "distinct_days"
    DISTINCT_WEEKS = "distinct_weeks"
    RECENCY = "recency"
    FIRST = "first"
    LAST = "last"


class PropertyRule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A condition on one event: a column such as `category`, or `properties.<key>`."""

    field: Text
    op: Op = Op.EQ
    value: Value = None


class FestivalWindow(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Days around a day of the business calendar: `code` with `back` 1 for the last one that has
    begun, 2 for the one before it."""

    code: Text
    back: Annotated[int, Meta(ge=1, le=20)] = 1
    days_before: Annotated[int, Meta(ge=0, le=60)] = 0
    days_after: Annotated[int, Meta(ge=0, le=60)] = 0


class Window(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"from_on": "from", "to_on": "to"},
):
    """UTC days that count: the last N up to the day asked for, from–to both included, from one
    number of days ago to another, around a festival, or ever."""

    last_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    from_on: date | None = None
    to_on: date | None = None
    from_days_ago: Days | None = None
    to_days_ago: Days | None = None
    festival: FestivalWindow | None = None


class ProfileRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="profile",
):
    """A condition on the customer: a column such as `country`, `tags`, `traits.<key>`, or (version
    2) `scores.<name>`."""

    field: Text
    op: Op
    value: Value = None


class EventRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="event",
):
    """A measure of the customer's events of one name, compared; by default: at least one.

    `within_any_days` (version 2): a count that must be reached within so many days in a row.
    """

    event: Annotated[str, Meta(min_length=1, max_length=200)]
    measure: Measure = Measure.COUNT
    of: Text | None = None
    op: Op = Op.GTE
    value: Value = 1
    where: Annotated[tuple[PropertyRule, ...], Meta(max_length=20)] = ()
    window: Window = Window()
    within_any_days: Annotated[int, Meta(ge=1, le=366)] | None = None
