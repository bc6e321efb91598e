"""What Arrow columns are on PostgreSQL's binary COPY wire; encoding is pgpq's work.

A table whose every column has a binary form goes as it is stored; encoding and reading that take a
small part of what writing and parsing text take.  Others go as CSV.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pgpq import ArrowToPostgresBinaryEncoder
from pgpq.encoders import StringEncoderBuilder
from pgpq.schema import Jsonb

JSONB: Final = 3802
UUID: Final = 2950
_UUID_DIGITS: Final = 32
_STORED: Final[Mapping[int, pa.DataType]] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    700: pa.float32(),
    701: pa.float64(),
    1009: pa.list_(pa.string()),
    1043: pa.string(),
    1082: pa.date32(),
    1184: pa.timestamp("us", "UTC"),
    UUID: pa.binary(),
    JSONB: pa.string(),
}
"""The Arrow type whose binary form a column of that type (pg_type.oid) reads."""

_Test = Callable[[pa.DataType], bool]
_FITTING: Final[Sequence[tuple[_Test, frozenset[int]]]] = (
    (pa.types.is_boolean, frozenset({16})),
    (pa.types.is_integer, frozenset({20, 21, 23, 701})),
    (pa.types.is_floating, frozenset({700, 701})),
    (lambda kind: _is_text(kind), frozenset({25, 1043, UUID, JSONB})),
    (lambda kind: _is_bytes(kind), frozenset({17, UUID})),
    (lambda kind: pa.types.is_list(kind) and _is_text(kind.value_type), frozenset({1009})),
    (pa.types.is_date, frozenset({1082})),
    (lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None, frozenset({1184})),
)


class BinaryForm:
    """How tables of one schema go into columns of given types."""

    def __init__(self, schema: pa.Schema, types: Sequence[int]) -> None:
        self._types = list(types)
        wire = pa.schema(
            [pa.field(one.name, _STORED[oid]) for one, oid in zip(schema, types, strict=True)]
        )
        self._wire = wire
        encoders = {
            one.name: StringEncoderBuilder.new_with_output(one, Jsonb())
            if oid == JSONB
            else ArrowToPostgresBinaryEncoder.infer_encoder(one)
            for one, oid in zip(wire, types, strict=True)
        }
        self._encoder = ArrowToPostgresBinaryEncoder.new_with_encoders(wire, encoders)
        self._head: bytes = self._encoder.write_header()

    def rows(self, batch: pa.RecordBatch) -> bytes:
        """Return what is to be sent for a batch; before the first one, what a stream begins with.

        Raises: ArrowInvalid where a number, a time or an id is not one of its column's type.
        """
        told = [
            _as_stored(column, oid) for column, oid in zip(batch.columns, self._types, strict=True)
        ]
        head, self._head = self._head, b""
        rows: bytes = self._encoder.write_batch(pa.RecordBatch.from_arrays(told, schema=self._wire))
        return head + rows if head else rows

    def end(self) -> bytes:
        """Return the rest: what was held back, and what a stream ends with."""
        rest: bytes = self._encoder.finish()
        return rest


def has_binary_form(schema: pa.Schema, types: Sequence[int]) -> bool:
    """Tell whether every column has a binary form in the column (pg_type.oid) it goes to."""
    return all(_fits(_plain(one.type), oid) for one, oid in zip(schema, types, strict=True))


def _fits(kind: pa.DataType, oid: int) -> bool:
    if pa.types.is_null(kind):
        return oid in _STORED
    return any(test(kind) and oid in fitting for test, fitting in _FITTING)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _as_stored(column: pa.Array, oid: int) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if oid == UUID and not pa.types.is_null(kind):
        return _uuid_bytes(column) if _is_text(kind) else _sixteen(column)
    return column if kind == _STORED[oid] else column.cast(_STORED[oid])


def _uuid_bytes(column: pa.Array) -> pa.Array:
    """Read UUIDs, with hyphens or without (RFC 9562, section 4)."""
    told = column.drop_null()
    digits = pc.replace_substring(told, "-", "")
    if not pc.all(pc.equal(pc.binary_length(digits), _UUID_DIGITS)).as_py() and len(told):
        raise pa.ArrowInvalid("a text is not a UUID")
    try:
        content = bytes.fromhex("".join(digits.to_pylist()))
    except ValueError:
        raise pa.ArrowInvalid("a text is not a UUID") from None
    flat = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(_UUID_DIGITS // 2), len(told), [None, pa.py_buffer(content)]
    ).cast(pa.binary())
    if not column.null_count:
        return flat
    return pc.replace_with_mask(pa.nulls(len(column), pa.binary()), column.is_valid(), flat)


def _sixteen(column: pa.Array) -> pa.Array:
    told = column.cast(pa.binary())
    if pc.any(pc.not_equal(pc.binary_length(told), _UUID_DIGITS // 2)).as_py():
        raise pa.ArrowInvalid("a UUID has sixteen bytes")
    return told


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )
