"""Bring the tables of a batch to the columns and types of their schemas."""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.orders.contracts import OrderBatchError

_NULL: Final = "\x00"  # folded text holds no NUL, so null and any text stay apart
_FIELD: Final = "\x1f"
_ROW: Final = "\x1e"
_PART: Final = "\x1d"

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def conform(table: pa.Table, schema: pa.Schema, *, name: str) -> pa.Table:
    """Return the table with exactly the schema's columns, texts folded; absent ones are null.

    Raises: OrderBatchError for an absent needed column or one that cannot be cast.
    """
    columns = []
    for field in schema:
        if field.name in table.column_names:
            columns.append(_cast(table[field.name], field, name))
        elif field.nullable:
            columns.append(pa.nulls(table.num_rows, field.type))
        else:
            raise OrderBatchError(table=name, column=field.name, problem="is missing")
    return pa.table(columns, names=schema.names)


def replace(table: pa.Table, **columns: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return the table with some columns replaced or added."""
    for name, column in columns.items():
        if name in table.column_names:
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table = table.append_column(name, column)
    return table


def ints(column: pa.ChunkedArray, *, null: int = 0) -> Ints:
    """Return an integer column as int64, nulls as `null`."""
    return np.asarray(pc.fill_null(column.cast(pa.int64()), null).to_numpy())


def is_null(column: pa.ChunkedArray) -> Flags:
    """Return where a column is null."""
    return np.asarray(column.is_null().to_numpy())


def positions(records: pa.ChunkedArray, known: pa.ChunkedArray, *, name: str) -> Ints:
    """Return where in `known` each record is. Raises: OrderBatchError when it is nowhere."""
    found = pc.index_in(records, value_set=known.combine_chunks())
    if found.null_count:
        raise OrderBatchError(table=name, column="record", problem="points to no order")
    return ints(found)


def fingerprints(heads: pa.Table, *tails: tuple[pa.Table, Ints]) -> pa.Array:
    """Return 32 hexadecimal digits per head row that change when it or a row of a tail does.

    Shapes: each tail comes with the head position of its rows, ascending.
    Source: BLAKE2b (RFC 7693) of 16 bytes over all fields in order.
    """
    parts = [_rows(heads)]
    for table, at in tails:
        offsets = np.searchsorted(at, np.arange(heads.num_rows + 1)).astype(np.int32)
        lists = pa.ListArray.from_arrays(pa.array(offsets), _rows(table))
        parts.append(pc.binary_join(lists, _ROW))
    texts = pc.binary_join_element_wise(*parts, _PART)
    blake = hashlib.blake2b
    return pa.array(
        [blake(text.encode(), digest_size=16).hexdigest() for text in texts.to_pylist()],
        pa.string(),
    )


def _cast(column: pa.ChunkedArray, field: pa.Field, name: str) -> pa.ChunkedArray:
    try:
        found = column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        problem = f"cannot be read as {field.type}: {error}"
        raise OrderBatchError(table=name, column=field.name, problem=problem) from None
    if not pa.types.is_string(field.type):
        return found
    for unwanted in (_NULL, _FIELD, _ROW, _PART):
        found = pc.replace_substring(found, unwanted, "")
    trimmed = pc.utf8_trim_whitespace(found)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _rows(table: pa.Table) -> pa.Array:
    columns: Sequence[pa.ChunkedArray] = [
        pc.fill_null(column.cast(pa.string()), _NULL) for column in table.columns
    ]
    joined = pc.binary_join_element_wise(*columns, _FIELD)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
