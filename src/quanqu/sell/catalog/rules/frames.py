"""Bring a batch to the columns and types of its schema."""

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.catalog.contracts import BatchColumnError


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the table with exactly the schema's columns; absent nullable ones are null.

    Raises: BatchColumnError for an absent needed column or one that cannot be cast.
    """
    columns = []
    for field in schema:
        if field.name not in table.column_names:
            if not field.nullable:
                raise BatchColumnError(column=field.name, problem="is missing")
            columns.append(pa.nulls(table.num_rows, field.type))
            continue
        try:
            columns.append(table[field.name].cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise BatchColumnError(
                column=field.name, problem=f"cannot be read as {field.type}: {error}"
            ) from None
    return pa.table(columns, names=schema.names)


def fold_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trim white space and turn empty text into null; NUL, which no database text holds, goes."""
    trimmed = pc.utf8_trim_whitespace(pc.replace_substring(column, "\x00", ""))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
