"""The grammar of audiences, version 1: a tree of rules over profiles and events, as JSON.

Its JSON Schema is at /api/v1/audiences/grammar; what each rule means is in docs/rules/audiences.md.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, Struct

__all__ = [
    "VERSION",
    "And",
    "Definition",
    "EventRule",
    "Measure",
    "Node",
    "Not",
    "Op",
    "Or",
    "ProfileRule",
    "PropertyRule",
    "Scalar",
    "Window",
]

VERSION: Final = 1

Scalar: TypeAlias = str | int | float | bool
Text = Annotated[str, Meta(max_length=500)]
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
    EXISTS = "exists"
    NOT_EXISTS = "not_exists"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_LAST = "within_last"


class Measure(StrEnum):
    """What is measured of a customer's matching events."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT_DAYS = "distinct_days"
    RECENCY = "recency"
    FIRST = "first"
    LAST = "last"


class _Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all parts of a definition share: frozen, and no unknown fields."""


class PropertyRule(_Part, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A condition on one event: a column such as `category`, or `properties.<key>`."""

    field: Text
    op: Op = Op.EQ
    value: Value = None


class Window(
    _Part,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"from_on": "from", "to_on": "to"},
):
    """UTC days that count: the last N up to the day asked for, from–to both included, or ever."""

    last_days: Annotated[int, Meta(ge=1, le=36_500)] | None = None
    from_on: date | None = None
    to_on: date | None = None


class ProfileRule(
    _Part,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="profile",
):
    """A condition on the customer: a column such as `country`, `tags`, or `traits.<key>`."""

    field: Text
    op: Op
    value: Value = None


class EventRule(
    _Part,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
    tag="event",
):
    """A measure of the customer's events of one name, compared; by default: at least one."""

    event: Annotated[str, Meta(min_length=1, max_length=200)]
    measure: Measure = Measure.COUNT
    of: Text | None = None
    op: Op = Op.GTE
    value: Value = 1
    where: Annotated[tuple[PropertyRule, ...], Meta(max_length=20)] = ()
    window: Window = Window()


class And(_Part, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="and"):
    """All of these hold."""

    nodes: Annotated[tuple["Node", ...], Meta(min_length=1, max_length=50)]


class Or(_Part, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="or"):
    """At least one of these holds."""

    nodes: Annotated[tuple["Node", ...], Meta(min_length=1, max_length=50)]


class Not(_Part, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="not"):
    """This does not hold."""

    node: "Node"


Node: TypeAlias = And | Or | Not | ProfileRule | EventRule


class Definition(_Part, frozen=True, forbid_unknown_fields=True):
    """A whole audience: the version of the grammar and the rule that must hold."""

    version: Literal[1]
    match: Node
