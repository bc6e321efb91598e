"""Whether a comparison fits its field and its value fits the comparison, with places of faults."""

import math
from datetime import date
from typing import Final

from quanqu.know.audiences.contracts import Op, Problem, ProfileRule, PropertyRule
from quanqu.know.audiences.rules.fields import OPS, Kind

LONGEST_SPAN_DAYS: Final = 36_500
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_LISTS: Final = {Op.IN, Op.NOT_IN, Op.BETWEEN}
_WORDS: Final = {Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH}
_SPANS: Final = {Op.WITHIN_LAST, Op.WITHIN_NEXT, Op.BEFORE_LAST, Op.AFTER_NEXT}
_DATES: Final = {Op.BEFORE, Op.AFTER}


def check_field(path: str, rule: ProfileRule | PropertyRule, kind: Kind | None) -> list[Problem]:
    """Return what is wrong with a condition on a field of a kind; None: there is no such field."""
    if kind is None:
        return [Problem(f"{path}.field", "unknown_field", {"field": rule.field})]
    if rule.op not in OPS[kind]:
        return [wrong_op(path, rule.op, OPS[kind])]
    return check_value(path, rule.op, rule.value, kind)


def wrong_op(path: str, op: Op, allowed: frozenset[Op]) -> Problem:
    """Return the fault of a comparison that is not among those allowed."""
    names = ", ".join(found for found in Op if found in allowed)
    return Problem(f"{path}.op", "wrong_op", {"op": op, "allowed": names})


def check_value(path: str, op: Op, value: object, kind: Kind) -> list[Problem]:
    """Return what is wrong with the value of a comparison of a kind of field."""
    at = f"{path}.value"
    if op in (Op.EXISTS, Op.NOT_EXISTS):
        return [] if value is None else [Problem(at, "no_value_wanted")]
    if op in _LISTS:
        return _check_list(at, op, value, kind)
    if op in _SPANS:
        is_span = isinstance(value, int) and not isinstance(value, bool)
        is_right = is_span and 1 <= int(str(value)) <= LONGEST_SPAN_DAYS
        return [] if is_right else [Problem(at, "days_wanted", {"most": str(LONGEST_SPAN_DAYS)})]
    if op in _DATES:
        return [] if _is_day(value) else [Problem(at, "day_wanted")]
    if op in _WORDS:
        return [] if _is_text(value) else [Problem(at, "text_wanted")]
    return _check_scalar(at, value, Kind.NUMBER if op not in (Op.EQ, Op.NE) else kind)


def _check_list(at: str, op: Op, value: object, kind: Kind) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem(at, "list_wanted")]
    if op is not Op.BETWEEN:
        if not value:
            return [Problem(at, "list_wanted")]
        if len({isinstance(found, str) for found in value}) > 1:
            return [Problem(at, "list_mixed")]
        wanted = Kind.TEXT if kind is Kind.TAGS else kind
        return [
            problem
            for number, found in enumerate(value)
            for problem in _check_scalar(f"{at}[{number}]", found, wanted)
        ]
    is_right = len(value) == 2 and all(
        _is_day(found) if kind is Kind.DAY else _is_number(found) for found in value
    )
    if not is_right:
        return [Problem(at, "two_days_wanted" if kind is Kind.DAY else "two_numbers_wanted")]
    return [] if value[0] <= value[1] else [Problem(at, "between_backwards")]


def _check_scalar(at: str, value: object, kind: Kind) -> list[Problem]:
    if kind is Kind.FLAG:
        return [] if isinstance(value, bool) else [Problem(at, "flag_wanted")]
    if kind is Kind.NUMBER:
        return [] if _is_number(value) else [Problem(at, "number_wanted")]
    if kind is Kind.TEXT:
        return [] if _is_text(value) else [Problem(at, "text_wanted")]
    is_right = isinstance(value, bool) or _is_number(value) or _is_text(value)
    return [] if is_right else [Problem(at, "value_wanted")]


def _is_text(value: object) -> bool:
    """Text with something in it that every engine can take: no NUL, no lone surrogate."""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) < 2**53


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return day.isoformat() == value and FIRST_YEAR <= day.year <= LAST_YEAR
