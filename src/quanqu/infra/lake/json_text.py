"""Text out of a JSON column, as each engine spells it."""

from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.reading import IN_PROCESS, engine_name

_FORBIDDEN: Final = frozenset("\"'\\[]")


@ibis.udf.scalar.builtin(name="json_extract_string")
def _duckdb_text(document: str, path: str) -> str:  # type: ignore[empty-body] # ibis reads the signature
    """Take the value at a JSON path as text; strings come without quotes."""


@ibis.udf.scalar.builtin(name="get_json_object")
def _spark_text(document: str, path: str) -> str:  # type: ignore[empty-body] # as above
    """Take the value at a JSON path as text; strings come without quotes."""


def json_text(column: ir.StringValue, key: str) -> ir.StringValue:
    """Return the value under a key of a JSON object column as text, null when it is not there.

    Strings come unquoted, booleans as true or false, numbers as the engine writes them: compare
    those after `try_cast`.  The expression is for the engine of the settings only.
    """
    if not key or _FORBIDDEN & set(key):
        raise ValueError(f"not a key that can be asked for: {key!r}")
    if engine_name() == IN_PROCESS:
        return _duckdb_text(column, f'$."{key}"')
    return _spark_text(column, f"$['{key}']")
