"""Conditions of a mapping, as one boolean column over a table."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts.mapping import Condition
from quanqu.doors.connectors.rules.columns import text_of
from quanqu.doors.connectors.rules.numbers import scaled

__all__ = ["columns_of", "holds"]

Lookup = Callable[[str], pa.Array]


def holds(condition: Condition, look: Lookup, length: int) -> pa.Array:
    """Return per row whether the condition holds; a comparison with a missing value is false."""
    parts: list[pa.Array] = []
    if condition.column is not None:
        parts.extend(_comparisons(condition, look(condition.column)))
    parts.extend(holds(part, look, length) for part in condition.all or ())
    if condition.any:
        options = [holds(part, look, length) for part in condition.any]
        found = options[0]
        for option in options[1:]:
            found = pc.or_(found, option)
        parts.append(found)
    if condition.not_ is not None:
        parts.append(pc.invert(holds(condition.not_, look, length)))
    result = pa.array([True] * length) if not parts else parts[0]
    for part in parts[1:]:
        result = pc.and_(result, part)
    return result


def columns_of(condition: Condition | None) -> set[str]:
    """Return the columns a condition looks at."""
    if condition is None:
        return set()
    found = {condition.column} if condition.column is not None else set()
    for part in (*(condition.all or ()), *(condition.any or ()), condition.not_):
        found |= columns_of(part)
    return found


def _comparisons(condition: Condition, column: pa.Array) -> list[pa.Array]:
    text = text_of(column)
    fold = condition.ignore_case
    if fold:
        text = pc.utf8_lower(text)
    found = []
    if condition.equals is not None:
        found.append(pc.equal(text, _fold(condition.equals, fold)))
    if condition.in_ is not None:
        values = pa.array([_fold(value, fold) for value in condition.in_], pa.string())
        found.append(pc.is_in(text, value_set=values))
    if condition.starts_with is not None:
        found.append(pc.starts_with(text, pattern=_fold(condition.starts_with, fold)))
    if condition.matches is not None:
        found.append(pc.match_substring_regex(text, pattern=condition.matches))
    if condition.missing is not None:
        found.append(pc.equal(pc.is_null(text), condition.missing))
    found.extend(_numeric(condition, column))
    return [pc.fill_null(part, False) for part in found]


def _numeric(condition: Condition, column: pa.Array) -> list[pa.Array]:
    bounds = (condition.less_than, condition.greater_than, condition.equals_number)
    if all(bound is None for bound in bounds):
        return []
    numbers = scaled(column, 4, rounding="half_up", decimal=condition.decimal).values
    less, greater, equal = (
        None if bound is None else pa.scalar(round(bound * 10_000), pa.int64()) for bound in bounds
    )
    found = []
    if less is not None:
        found.append(pc.less(numbers, less))
    if greater is not None:
        found.append(pc.greater(numbers, greater))
    if equal is not None:
        found.append(pc.equal(numbers, equal))
    return found


def _fold(text: str, fold: bool) -> str:
    return text.lower() if fold else text
