"""Columns on their way to canonical fields: values, and per row the first thing wrong with it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Reason

__all__ = ["CODE_OF", "REASON_OF", "Codes", "Converted", "flat", "mask_of", "no_codes", "text_of"]

Codes = npt.NDArray[np.uint8]

REASON_OF: Final[tuple[Reason | None, ...]] = (None, *Reason)
CODE_OF: Final = {reason: np.uint8(at) for at, reason in enumerate(REASON_OF) if reason}


@dataclass(frozen=True, slots=True)
class Converted:
    """A column of canonical values and the code of what is wrong per row (0: nothing)."""

    values: pa.Array
    codes: Codes


def no_codes(length: int) -> Codes:
    """Return codes that find nothing wrong."""
    return np.zeros(length, dtype=np.uint8)


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the column as one plain array, dictionaries decoded."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    return column


def mask_of(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Return a boolean array as NumPy, null counting as False."""
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def text_of(column: pa.Array) -> pa.Array:
    """Return any column as trimmed text: blank is null, whole floats lose their point."""
    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind):
        column = _float_text(column)
    elif not pa.types.is_string(kind):
        column = column.cast(pa.string())
    if pc.any(pc.match_substring(column, "\x00")).as_py():
        column = pc.replace_substring(column, "\x00", "")
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _float_text(column: pa.Array) -> pa.Array:
    """Write floats shortest; NaN, which columnar files use for "no value", is null."""
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    whole = pc.and_(
        pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), pa.scalar(1e15, column.type))
    )
    as_int = pc.if_else(whole, column, pa.scalar(None, column.type)).cast(pa.int64())
    return pc.coalesce(as_int.cast(pa.string()), column.cast(pa.string()))
