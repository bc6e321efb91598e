"""Groups of rows: which rows make one order, and one row out of each group."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.rules.columns import text_of

__all__ = [
    "Grouping",
    "child_groups",
    "fill_groups",
    "first_seen",
    "group_rows",
    "reduce_groups",
    "starts_of",
]

Ints = npt.NDArray[np.int64]
_BEYOND: Final = np.iinfo(np.int64).max
_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Grouping:
    """The rows of a table put in group order.

    `groups[i]` is the group of the i-th row in that order, ascending; `order` is the permutation
    to get there (None: the table is in order already); `keys` the distinct key of each group.
    """

    groups: Ints
    order: Ints | None
    keys: pa.Array
    count: int


def group_rows(columns: list[pa.Array], length: int) -> Grouping:
    """Number groups by first appearance; no columns: each row is a group of its own.

    A row without a key is a group of its own too, after the others.
    """
    if not columns:
        return Grouping(np.arange(length, dtype=np.int64), None, pa.nulls(0, pa.string()), length)
    encoded = _key(columns).dictionary_encode()
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    codes = np.array(codes, dtype=np.int64)
    known = len(encoded.dictionary)
    keyless = codes < 0
    codes[keyless] = known + np.arange(int(keyless.sum()))
    return _in_order(codes, encoded.dictionary, known + int(keyless.sum()))


def child_groups(column: pa.Array, parent: Grouping) -> tuple[Grouping, Ints]:
    """Put a child table's rows in the order of the parent's groups.

    Returns the grouping and the rows without a parent; those are not in the grouping's order.
    """
    found = pc.index_in(text_of(column), value_set=parent.keys)
    codes = pc.fill_null(found.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    orphans = np.flatnonzero(codes < 0)
    order = np.argsort(codes, kind="stable")[len(orphans) :]
    return Grouping(codes[order], order, parent.keys, parent.count), orphans


def first_seen(columns: list[pa.Array]) -> npt.NDArray[np.bool_]:
    """Return per row whether its key appears for the first time; no key counts as new."""
    encoded = _key(columns).dictionary_encode()
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    seen = np.zeros(len(codes), dtype=bool)
    _, first = np.unique(codes, return_index=True)
    seen[first] = True
    return np.asarray(seen | (codes < 0))


def starts_of(groups: Ints) -> Ints:
    """Return where each group begins in ascending group numbers."""
    if not len(groups):
        return np.zeros(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(np.diff(groups)) + 1)).astype(np.int64)


def reduce_groups(values: pa.Array, starts: Ints, how: str) -> pa.Array:
    """Return one value per group: the first or last that is there, the least, greatest or sum."""
    if not len(starts):
        return values.slice(0, 0)
    valid = values.is_valid().to_numpy(zero_copy_only=False)
    if how in ("first", "last"):
        return values.take(_edge(valid, starts, how))
    numbers = values.cast(pa.int64()) if not pa.types.is_integer(values.type) else values
    least = how == "min"
    filler = 0 if how == "sum" else (_BEYOND if least else -_BEYOND)
    filled = np.asarray(pc.fill_null(numbers, filler).to_numpy(zero_copy_only=False))
    reducer = {"min": np.minimum, "max": np.maximum, "sum": np.add}[how]
    found = reducer.reduceat(filled, starts)
    empty = ~np.logical_or.reduceat(valid, starts)
    return pa.array(found, pa.int64(), mask=empty).cast(values.type)


def fill_groups(values: pa.Array, groups: Ints) -> pa.Array:
    """Return the column with blanks taken from the first row of their group that has a value."""
    if not len(values) or not values.null_count:
        return values
    starts = starts_of(groups)
    sizes = np.diff(np.append(starts, len(groups)))
    each = np.repeat(np.arange(len(starts)), sizes)
    return pc.coalesce(values, reduce_groups(values, starts, "first").take(pa.array(each)))


def _edge(valid: npt.NDArray[np.bool_], starts: Ints, how: str) -> pa.Array:
    places = np.arange(len(valid), dtype=np.int64)
    if how == "first":
        found = np.minimum.reduceat(np.where(valid, places, _BEYOND), starts)
        return pa.array(found, mask=found == _BEYOND)
    found = np.maximum.reduceat(np.where(valid, places, -1), starts)
    return pa.array(found, mask=found < 0)


def _key(columns: list[pa.Array]) -> pa.Array:
    texts = [text_of(column) for column in columns]
    if len(texts) == 1:
        return texts[0]
    return pc.binary_join_element_wise(*texts, _SEPARATOR)


def _in_order(codes: Ints, keys: pa.Array, count: int) -> Grouping:
    if len(codes) < 2 or bool((codes[1:] >= codes[:-1]).all()):
        return Grouping(codes, None, keys, count)
    order = np.argsort(codes, kind="stable")
    return Grouping(codes[order], order, keys, count)
