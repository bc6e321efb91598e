"""Inputs of imports: files, mappings, converted feeds."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from quanqu.doors.connectors.contracts import EntityKind, Hints, Mapping
from quanqu.doors.connectors.feeds import table_feed
from quanqu.doors.connectors.guessed import guessed_mappings
from quanqu.doors.connectors.inputs import Input, open_input
from quanqu.doors.connectors.readers.batches import ROW
from quanqu.doors.connectors.registry import manifest, mappings
from quanqu.doors.connectors.rules.assemble import Canonical, Defaults, assemble
from quanqu.doors.connectors.rules.parse import parse_mapping
from quanqu.doors.connectors.staging import StagedTable

ORDER_LINES: dict[str, Any] = {
    "name": "own",
    "version": 1,
    "kind": "table",
    "group_by": ["order"],
    "entities": [
        {
            "entity": "orders",
            "fields": {
                "external_id": {"from": "order", "required": True},
                "placed_at": {"from": "at", "required": True, "group": "min"},
                "status": {"const": "completed"},
            },
            "identifiers": {"email": "email"},
        },
        {
            "entity": "lines",
            "fields": {
                "sku": {"from": "sku", "required": True},
                "quantity": {"from": "quantity", "required": True},
                "unit_price_e4": {"from": "price", "required": True, "minimum": 0},
                "amount_minor": {"times": ["quantity", "price"]},
            },
        },
    ],
}


@dataclass
class Converted:
    """What a whole input became."""

    entities: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    read: int = 0
    accepted: int = 0
    feeds: list[str] = field(default_factory=list)


def make_mapping(**changes: Any) -> Mapping:
    """Return a mapping of order lines, changed as told."""
    return parse_mapping({**ORDER_LINES, **changes}, name="own")


def make_rows(*rows: dict[str, Any]) -> pa.Table:
    """Return a source table with row numbers as a reader would give."""
    table = pa.Table.from_pylist(list(rows))
    return table.append_column(ROW, pa.array(range(2, len(rows) + 2), pa.int64()))


def convert_rows(mapping: Mapping, table: pa.Table, *, currency: str = "CNY") -> Canonical:
    """Convert a table in one chunk."""
    feed = table_feed(mapping, {"main": StagedTable("main", "rows.csv", table)})
    return assemble(mapping, feed.slices(0, feed.count), Defaults(currency, "Asia/Shanghai"))


def rows_of(made: Canonical, kind: EntityKind) -> list[dict[str, Any]]:
    """Return the canonical rows of an entity, absent values left out."""
    return [
        {name: value for name, value in row.items() if value is not None}
        for row in made.tables[kind].to_pylist()
    ]


def convert_input(channel: str, path: Path, work: Path) -> tuple[Converted, Input]:
    """Convert a whole input with the mappings of its channel, without recording anything."""
    known = manifest(channel)
    own = list(mappings(channel))
    if known.guesses:
        own = list(guessed_mappings(path=path, hints=Hints(), currency=known.currency))
    given = open_input(path, known, own, work)
    found = Converted()
    found.rejects.update(str(row.reason) for row in given.refused if row.counts)
    found.read += sum(row.counts for row in given.refused)
    for feed in given.feeds:
        orphans = sum(table.num_rows for table in feed.orphans.values())
        found.read += orphans
        found.rejects.update({"orphan_row": orphans} if orphans else {})
        found.feeds.append(feed.mapping.name)
        for first, last in feed.chunks():
            made = assemble(
                feed.mapping, feed.slices(first, last), Defaults(known.currency, known.zone)
            )
            found.entities.update(
                {kind.value: t.num_rows for kind, t in made.tables.items() if t.num_rows}
            )
            if feed.mapping.counted:
                found.read += made.read
                found.accepted += made.accepted
                found.rejects.update(str(reject.reason) for reject in made.rejects)
    return found, given


def write_orders(path: Path, *, count: int = 5, bad: dict[int, str] | None = None) -> Path:
    """Write a generic file of `count` orders with two lines each; `bad` changes single rows."""
    lines = ["order_id,order_date,sku,product_name,quantity,price,email"]
    for order in range(count):
        lines += [
            f"{order},2024-03-{order % 28 + 1:02} 10:00,SKU-{order % 7},Tea,2,9.99,p{order}@x.io",
            f"{order},2024-03-{order % 28 + 1:02} 10:00,CUP,Cup,1,5.00,p{order}@x.io",
        ]
    for row, line in (bad or {}).items():
        lines[row - 1] = line
    path.write_text("\n".join(lines) + "\n")
    return path
