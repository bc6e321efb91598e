"""Claims of identity and Segment events out of canonical rows."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from quanqu.doors.connectors.contracts.canonical import NAMESPACED
from quanqu.doors.connectors.rules.assemble import IDENTIFIER, TRAITS
from quanqu.doors.connectors.rules.columns import flat
from quanqu.doors.connectors.rules.times import INSTANT
from quanqu.kernel.time import format_time

__all__ = ["CLAIMS_SCHEMA", "claims_of", "events_of", "identifier_types"]

CLAIMS_SCHEMA: Final = pa.schema(
    [("record", pa.int32()), ("type", pa.string()), ("value", pa.string()),
     ("observed_at", INSTANT)]
)  # fmt: skip
_CONTACTS: Final = ("email", "phone")


def identifier_types(table: pa.Table) -> list[str]:
    """Return the identifier types a canonical table carries."""
    return [name.removeprefix(IDENTIFIER) for name in table.column_names if _is_identifier(name)]


def claims_of(
    tables: Sequence[tuple[pa.Table, str]], *, namespace: str
) -> tuple[pa.Table, list[int]]:
    """Return the claims of several canonical tables and where the records of each begin.

    Shapes: pairs of table and its time column; records count on from table to table, and the
    list of beginnings ends with their total.  Types that are not global get `namespace:` before.
    """
    parts, starts, total = [], [], 0
    for table, time_column in tables:
        starts.append(total)
        records = pa.array(np.arange(total, total + table.num_rows, dtype=np.int32))
        for kind in identifier_types(table):
            values = flat(table[IDENTIFIER + kind])
            if kind in NAMESPACED:
                prefix = pa.scalar(f"{namespace}:")
                values = pa.compute.binary_join_element_wise(prefix, values, "")
            columns = [records, pa.array([kind] * len(values), pa.string()), values]
            part = pa.table([*columns, flat(table[time_column])], schema=CLAIMS_SCHEMA)
            parts.append(part.filter(pa.compute.is_valid(values)))
        total += table.num_rows
    starts.append(total)
    return pa.concat_tables(parts) if parts else CLAIMS_SCHEMA.empty_table(), starts


def events_of(table: pa.Table) -> list[dict[str, Any]]:
    """Return canonical events as calls of the Segment specification, ready for the timeline."""
    kinds = identifier_types(table)
    return [_event(row, kinds) for row in table.to_pylist()]


def _event(row: dict[str, Any], kinds: list[str]) -> dict[str, Any]:
    named = {kind: row[IDENTIFIER + kind] for kind in kinds if row[IDENTIFIER + kind]}
    event: dict[str, Any] = {
        "type": "track",
        "messageId": row["message_id"],
        "event": row["event"],
        "timestamp": format_time(row["occurred_at"]),
        "properties": msgspec.json.decode(row[TRAITS]) if row.get(TRAITS) else {},
        "context": {},
    }
    if "user_id" in named:
        event["userId"] = named.pop("user_id")
    if "anonymous_id" in named:
        event["anonymousId"] = named.pop("anonymous_id")
    traits = {kind: named.pop(kind) for kind in _CONTACTS if kind in named}
    if traits:
        event["context"]["traits"] = traits
    if named:
        event["context"]["externalIds"] = [
            {"id": value, "type": kind, "collection": "users", "encoding": "none"}
            for kind, value in named.items()
        ]
    return event


def _is_identifier(name: str) -> bool:
    return name.startswith(IDENTIFIER)
