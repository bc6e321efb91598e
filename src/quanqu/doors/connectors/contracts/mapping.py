"""A mapping as data: which columns or paths of a channel become which canonical fields."""

from typing import Literal

from msgspec import Struct, field

from quanqu.doors.connectors.contracts.canonical import EntityKind, ValueType

__all__ = [
    "Child",
    "Condition",
    "Entity",
    "Field",
    "Join",
    "Layout",
    "Mapping",
    "RejectRule",
    "Words",
]

Words = dict[str, str]


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one value is made: from columns (or JMESPaths), a constant or arithmetic over columns.

    `off` names a column with a rate (0.15, or 15 with `off_percent`) taken off the product.
    `nulls` are the words that stand for "no value" here (an empty list: none does).
    `from` names a column or several (the first with a value wins; with `join`, all in order).
    `times` (a product), `add` and `subtract` are exact decimal arithmetic over columns; `over`
    divides the result, rounded half up (nothing over zero).  A list of amounts counts as its sum.
    `fill` takes a blank from the first row of the group that has a value.
    """

    from_: str | list[str] | None = field(default=None, name="from")
    const: str | int | bool | None = None
    type: ValueType | None = None
    join: str | None = None
    add: list[str] = field(default_factory=list)
    subtract: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    over: str | None = None
    off: str | None = None
    off_percent: bool = False
    extract: str | None = None
    case: Literal["upper", "lower"] | None = None
    prefix: str | None = None
    map: dict[str, str | None] | None = None
    otherwise: str | None = None
    unit: Literal["major", "minor"] = "major"
    round: Literal["exact", "half_up"] = "exact"
    decimal: Literal[".", ","] = "."
    formats: list[str] = field(default_factory=list)
    zone: str | None = None
    negate: bool = False
    absolute: bool = False
    default: str | int | None = None
    required: bool = False
    fill: bool = False
    minimum: int | None = None
    nulls: list[str] | None = None
    group: Literal["first", "last", "min", "max", "sum"] = "first"


class Condition(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A test of a row: one comparison of one column, or several joined by all, any or not."""

    column: str | None = None
    equals: str | None = None
    in_: list[str] | None = field(default=None, name="in")
    starts_with: str | None = None
    matches: str | None = None
    missing: bool | None = None
    less_than: float | None = None
    greater_than: float | None = None
    equals_number: float | None = None
    decimal: Literal[".", ","] = "."
    ignore_case: bool = False
    all: list["Condition"] | None = None
    any: list["Condition"] | None = None
    not_: "Condition | None" = field(default=None, name="not")


class RejectRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Rows that are no business of ours, under a reason of the mapping's own."""

    reason: str
    when: Condition


class Join(Struct, frozen=True, forbid_unknown_fields=True):
    """Columns looked up in another table of the folder; they are named `table.column`."""

    table: str
    on: str
    key: str
    columns: list[str]


class Layout(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the file is laid out, where that is not left to the reader.

    `header` is the row of the column names as a spreadsheet counts, 0 for none (the columns are
    then `column 1`, `column 2` …); `records` is a JMESPath to the rows of a JSON document.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = None
    records: str | None = None


class Child(Struct, frozen=True, forbid_unknown_fields=True):
    """A table whose rows belong to the groups of the main one through a column."""

    on: str
    joins: list[Join] = field(default_factory=list)


class Entity(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One canonical entity and how its rows come about.

    `table` names a child table (folders); `each` steps into lists of a record (payloads): paths
    then see the item, `^.path` its parent, `^^.path` the parent's parent.  `per: distinct` makes
    one row of all with the same outside ids (products told line by line).
    """

    entity: EntityKind
    fields: dict[str, Field | str]
    when: Condition | None = None
    table: str | None = None
    each: list[str] | None = None
    per: Literal["row", "group", "distinct"] | None = None
    identifiers: dict[str, Field | str] = field(default_factory=dict)
    traits: dict[str, Field | str] = field(default_factory=dict)


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A versioned mapping from one kind of table or payload to canonical entities.

    `nulls` are the words that stand for "no value" in all fields, instead of the usual ones.
    `detect` is a JMESPath over the document, or over `columns` and `file` of a table.  A list
    among `group_by` names alternatives.  `balance` adds a line for what the channel's total has
    and its lines have not.
    """

    name: str
    version: int
    kind: Literal["table", "payload"]
    entities: list[Entity]
    names: Words = field(default_factory=dict)
    table: str = "main"
    detect: str | None = None
    records: str | None = None
    group_by: list[str | list[str]] = field(default_factory=list)
    unique: list[str] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    children: dict[str, Child] = field(default_factory=dict)
    reject: list[RejectRule] = field(default_factory=list)
    reasons: dict[str, Words] = field(default_factory=dict)
    counted: bool = True
    balance: bool = False
    currency: str | None = None
    zone: str | None = None
    layout: Layout | None = None
    nulls: list[str] | None = None
