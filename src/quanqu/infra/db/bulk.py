"""COPY between Arrow tables and PostgreSQL, on the current Django connection and transaction."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

_READ_BYTES = 1 << 20


def copy_in(
    *, table: str, columns: Sequence[str], data: pa.Table, using: str = DEFAULT_DB_ALIAS
) -> int:
    """Append an Arrow table to a PostgreSQL table and return the number of rows.

    Shapes: `data` has one column per name of `columns`, found by name.  Binary columns become
    bytea, lists of text become text[]; everything else goes as its CSV text.
    """
    ready = pa.table([_to_csv_column(data[name]) for name in columns], names=list(columns))
    if not ready.num_rows:
        return 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    options = pa_csv.WriteOptions(include_header=False, batch_size=16_384)
    with connections[using].cursor() as cursor, cursor.copy(statement) as copy:
        for batch in ready.to_batches(max_chunksize=65_536):
            sink = io.BytesIO()
            pa_csv.write_csv(pa.Table.from_batches([batch]), sink, options)
            copy.write(sink.getvalue())
    return int(ready.num_rows)


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


def _to_csv_column(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array(
            [None if v is None else "\\x" + v.hex() for v in column.to_pylist()], pa.string()
        )
    if pa.types.is_list(kind):
        return pa.array(
            [None if v is None else _array_literal(v) for v in column.to_pylist()], pa.string()
        )
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    return column


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
