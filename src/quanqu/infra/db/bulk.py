"""COPY between Arrow tables and PostgreSQL, on the current Django connection and transaction."""

import io
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from quanqu.infra.db.wire import BinaryForm, has_binary_form

_READ_BYTES = 1 << 20
_PIECE_ROWS = 65_536


def id_column(count: int) -> pa.StringArray:
    """Make `count` UUIDv7 values in ascending order, as texts for a column of a bulk load.

    Ascending, they are stored in an index one after the other (RFC 9562, section 6.2).
    """
    noise = np.frombuffer(os.urandom(10 * count), dtype=np.uint8).reshape(count, 10)
    first = np.sort(noise[:, :8].copy().view(np.uint64)[:, 0])
    rest = noise[:, 8:].copy().view(np.uint16)[:, 0].astype(np.uint64)
    halves = np.empty((count, 2), dtype=">u8")
    halves[:, 0] = time.time_ns() // 1_000_000 << 16 | 0x7000
    halves[:, 0] |= first >> 52
    halves[:, 1] = 1 << 63 | (first << 12 >> 2) | (rest & 0x3FF)
    digits = pa.py_buffer(halves.tobytes().hex().encode())
    ends = pa.py_buffer(np.arange(0, 32 * count + 1, 32, dtype=np.int32))
    return pa.StringArray.from_buffers(count, ends, digits)


def copy_in(
    *,
    table: str,
    columns: Sequence[str],
    data: pa.Table | Iterable[pa.Table],
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Append Arrow tables to a PostgreSQL table and return the number of rows.

    Shapes: `data` has one column per name of `columns`, found by name.  Binary columns become
    bytea, lists of text become text[]; everything else goes in the binary form of the column it
    goes to, or as its CSV text where a column has no such form.  Given as an iterable, one table is
    sent and stored while the next is made; making one must not use the connection.
    Raises: ArrowInvalid or DataError where a value is not one of its column's type.
    """
    batches = _batches([data] if isinstance(data, pa.Table) else data, columns)
    first = next(batches, None)
    if first is None:
        return 0
    target = sql.SQL("{} ({})").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    form = _binary_form(first.schema, table, columns, using)
    kind = sql.SQL("csv" if form is None else "binary")
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT {})").format(target, kind)
    with (
        connections[using].cursor() as cursor,
        cursor.copy(statement) as copy,
        ThreadPoolExecutor(1) as sender,  # starts its thread when there is a second piece
    ):
        ready, count = _csv(first) if form is None else form.rows(first), first.num_rows
        under_way: Future[None] | None = None
        for batch in batches:
            if under_way is not None:
                under_way.result()
            under_way = sender.submit(copy.write, ready)
            ready = _csv(batch) if form is None else form.rows(batch)
            count += batch.num_rows
        if under_way is not None:
            under_way.result()
        copy.write(ready)
        if form is not None:
            copy.write(form.end())
    return count


def _binary_form(
    schema: pa.Schema, table: str, columns: Sequence[str], using: str
) -> BinaryForm | None:
    """Return how such a table goes in its binary form, None where one of its columns has none."""
    asked = sql.SQL("SELECT {} FROM {} LIMIT 0").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
    )
    with connections[using].cursor() as cursor:
        cursor.execute(asked)
        types = [column.type_code for column in cursor.description]
    return BinaryForm(schema, types) if has_binary_form(schema, types) else None


def copy_out(
    *,
    query: str,
    schema: pa.Schema,
    params: Mapping[str, object] | Sequence[object] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> pa.Table:
    """Read the rows of a query as an Arrow table.

    Shapes: the query yields the columns of `schema` in order.  A column typed as a list must be
    yielded as JSON text (`to_json(…)`); times must be timestamptz.
    """
    sink = io.BytesIO()
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv)"
    # the inner cursor: Django's wrapper for debugging takes no parameters here
    with connections[using].cursor() as cursor, cursor.cursor.copy(statement, params) as copy:
        while block := copy.read():
            sink.write(block)
    if not sink.tell():
        return schema.empty_table()
    sink.seek(0)
    wire = pa.schema([pa.field(f.name, _wire_type(f.type)) for f in schema])
    table = pa_csv.read_csv(
        sink,
        read_options=pa_csv.ReadOptions(column_names=wire.names, block_size=_READ_BYTES * 4),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=wire,
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
        ),
    )
    columns = [_from_wire(table[f.name], f.type) for f in schema]
    return pa.table(columns, schema=schema)


def temp_table(*, name: str, columns: Mapping[str, str], using: str = DEFAULT_DB_ALIAS) -> None:
    """Make an empty temporary table that goes with the transaction: column name → SQL type.

    An earlier table of that name in the same transaction is replaced.
    """
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind))
        for column, kind in columns.items()
    )
    drop = sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(name))
    create = sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(
        sql.Identifier(name), body
    )
    with connections[using].cursor() as cursor:
        cursor.execute(drop)
        cursor.execute(create)


def _batches(tables: Iterable[pa.Table], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Cut tables into pieces that are not empty, all of the first one's types."""
    schema: pa.Schema | None = None
    for table in tables:
        for batch in table.select(columns).to_batches(max_chunksize=_PIECE_ROWS):
            if batch.num_rows:
                schema = schema or batch.schema
                yield batch if batch.schema.equals(schema) else batch.cast(schema)


def _csv(batch: pa.RecordBatch) -> memoryview:
    """Write a piece as CSV."""
    options = pa_csv.WriteOptions(include_header=False, batch_size=16_384)
    ready = pa.table([_to_csv_column(one) for one in batch.columns], names=batch.schema.names)
    sink = io.BytesIO()
    pa_csv.write_csv(ready, sink, options)
    return sink.getbuffer()


def _to_csv_column(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_fixed_size_binary(kind):
        return _hexadecimal(column.cast(pa.binary()))
    if pa.types.is_binary(kind):
        return _hexadecimal(column)
    if pa.types.is_list(kind):
        return pa.array(
            [None if v is None else _array_literal(v) for v in column.to_pylist()], pa.string()
        )
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    return column


def _hexadecimal(column: pa.BinaryArray) -> pa.Array:
    """Write bytes as PostgreSQL reads them: \\x and two digits each."""
    _, ends, content = column.buffers()
    count, start = len(column), column.offset
    ends = np.frombuffer(ends, np.int32)[start : start + count + 1].astype(np.int64)
    digits = bytes(content or b"")[ends[0] : ends[-1]].hex().encode()
    texts = pa.Array.from_buffers(
        pa.large_string(), count, [None, pa.py_buffer((ends - ends[0]) * 2), pa.py_buffer(digits)]
    )
    mark, nothing = (pa.scalar(one, pa.large_string()) for one in ("\\x", ""))
    texts = pc.binary_join_element_wise(mark, texts, nothing)
    return pc.if_else(column.is_valid(), texts, None) if column.null_count else texts


def _array_literal(values: Sequence[object]) -> str:
    def quoted(value: object) -> str:
        if value is None:
            return "NULL"
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    return "{" + ",".join(map(quoted, values)) + "}"


def _wire_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_list(kind) else kind


def _from_wire(column: pa.ChunkedArray, kind: pa.DataType) -> Any:
    if pa.types.is_list(kind):
        return pa.array([None if v is None else json.loads(v) for v in column.to_pylist()], kind)
    return column
