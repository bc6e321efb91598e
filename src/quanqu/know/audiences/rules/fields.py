"""What rules may speak of: customer columns, event columns, traits and properties."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from quanqu.know.audiences.contracts import Measure, Op
from quanqu.know.customers.contracts import SCORE_NAME


class Kind(StrEnum):
    """What sort of value a field holds; `any` is a JSON value of unknown sort."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TAGS = "tags"
    FLAG = "flag"
    ANY = "any"


PROFILE_FIELDS: Final[Mapping[str, Kind]] = {
    "country": Kind.TEXT,
    "region": Kind.TEXT,
    "city": Kind.TEXT,
    "postcode_area": Kind.TEXT,
    "language": Kind.TEXT,
    "gender": Kind.TEXT,
    "birth_year": Kind.NUMBER,
    "first_seen_at": Kind.DAY,
    "member_since_on": Kind.DAY,
    "tags": Kind.TAGS,
    "identifier_types": Kind.TAGS,
}
EVENT_FIELDS: Final[Mapping[str, Kind]] = {
    "category": Kind.TEXT,
    "product_ref": Kind.TEXT,
    "order_ref": Kind.TEXT,
    "campaign": Kind.TEXT,
    "utm_source": Kind.TEXT,
    "utm_medium": Kind.TEXT,
    "page_path": Kind.TEXT,
    "referrer_host": Kind.TEXT,
    "currency": Kind.TEXT,
    "channel": Kind.TEXT,
    "source": Kind.TEXT,
    "revenue_minor": Kind.NUMBER,
    "quantity": Kind.NUMBER,
    "simulated": Kind.FLAG,
}
TRAITS: Final = "traits."
TAG_VALUES: Final = "tag_values."
JSON_COLUMNS: Final = {TRAITS: "traits", TAG_VALUES: "tag_values"}
SCORES: Final = "scores."
PROPERTIES: Final = "properties."

_PRESENCE: Final = {Op.EXISTS, Op.NOT_EXISTS}
_EQUALITY: Final = {Op.EQ, Op.NE, Op.IN, Op.NOT_IN}
_ORDER: Final = {Op.GT, Op.GTE, Op.LT, Op.LTE, Op.BETWEEN}
_TIME: Final = {
    Op.BEFORE,
    Op.AFTER,
    Op.BETWEEN,
    Op.WITHIN_LAST,
    Op.WITHIN_NEXT,
    Op.BEFORE_LAST,
    Op.AFTER_NEXT,
}
_PAST: Final = {Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.WITHIN_LAST, Op.BEFORE_LAST}
_WORDS: Final = {Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH}

OPS: Final[Mapping[Kind, frozenset[Op]]] = {
    Kind.TEXT: frozenset(_EQUALITY | _WORDS | _PRESENCE),
    Kind.NUMBER: frozenset(_EQUALITY | _ORDER | _PRESENCE),
    Kind.DAY: frozenset(_TIME | _PRESENCE),
    Kind.TAGS: frozenset({Op.CONTAINS, Op.IN, Op.NOT_IN} | _PRESENCE),
    Kind.FLAG: frozenset({Op.EQ, Op.NE}),
    Kind.ANY: frozenset(_EQUALITY | _ORDER | _WORDS | _PRESENCE),
}
MEASURE_OPS: Final[Mapping[Measure, frozenset[Op]]] = {
    **dict.fromkeys(
        set(Measure) - {Measure.FIRST, Measure.LAST}, frozenset({Op.EQ, Op.NE} | _ORDER)
    ),
    **dict.fromkeys((Measure.FIRST, Measure.LAST), frozenset(_PAST)),
}
OF_NUMBERS: Final = frozenset({Measure.SUM, Measure.AVERAGE, Measure.MIN, Measure.MAX})
OF_SOMETHING: Final = OF_NUMBERS | {Measure.DISTINCT}
NEW_OPS: Final = frozenset({Op.ENDS_WITH, Op.WITHIN_NEXT, Op.BEFORE_LAST, Op.AFTER_NEXT})
NEW_MEASURES: Final = frozenset(
    {Measure.AVERAGE, Measure.MIN, Measure.MAX, Measure.DISTINCT, Measure.DISTINCT_WEEKS}
)
MEASURE_KINDS: Final[Mapping[Measure, Kind]] = {
    measure: Kind.DAY if measure in (Measure.FIRST, Measure.LAST) else Kind.NUMBER
    for measure in Measure
}

_KEY: Final = re.compile(r"[\w $.:/-]{1,80}")


def profile_kind(field: str) -> Kind | None:
    """Return the kind of a customer field, None when there is no such field."""
    if field.startswith(SCORES):
        return Kind.NUMBER if SCORE_NAME.fullmatch(field[len(SCORES) :]) else None
    prefix = TAG_VALUES if field.startswith(TAG_VALUES) else TRAITS
    return _kind(field, PROFILE_FIELDS, prefix)


def event_kind(field: str) -> Kind | None:
    """Return the kind of an event field, None when there is no such field."""
    return _kind(field, EVENT_FIELDS, PROPERTIES)


def _kind(field: str, columns: Mapping[str, Kind], prefix: str) -> Kind | None:
    if field.startswith(prefix):
        return Kind.ANY if _KEY.fullmatch(field[len(prefix) :]) else None
    return columns.get(field)


def json_field(field: str) -> tuple[str, str] | None:
    """Return the column and the key of a customer field inside a JSON column; None for others."""
    for prefix, column in JSON_COLUMNS.items():
        if field.startswith(prefix):
            return column, field[len(prefix) :]
    return None
