"""What a mapping would make of the first rows of a file, and what it makes of each column."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import get_language

from quanqu.doors.connectors.contracts import (
    Counts,
    EntityKind,
    Mapping,
    Preview,
    RejectRow,
)
from quanqu.doors.connectors.feeds import Feed, document_feed, table_feed
from quanqu.doors.connectors.looking import first_rows
from quanqu.doors.connectors.readers.batches import ROW
from quanqu.doors.connectors.readers.open import open_documents, open_table
from quanqu.doors.connectors.reasons import words_of
from quanqu.doors.connectors.rules.assemble import Canonical, Defaults, Reject, Slice, assemble
from quanqu.doors.connectors.rules.digests import DIGEST
from quanqu.doors.connectors.rules.flatten import GROUP, RECORD_JSON, flatten, records_of
from quanqu.doors.connectors.rules.parse import parse_mapping
from quanqu.doors.connectors.staging import StagedTable

__all__ = ["preview"]

_LOOK: Final = 2_000
_SHOWN: Final = 20


def preview(
    *, path: Path, mapping: Mapping | dict[str, Any], currency: str, zone: str, rows: int = _LOOK
) -> Preview:
    """Convert the first rows with a mapping and show what comes of them; nothing is written.

    Raises: BadMappingError, MissingColumnError, UnsupportedFileError, UnreadableFileError.
    """
    parsed = mapping if isinstance(mapping, Mapping) else parse_mapping(mapping, name="mapping")
    feed = _sample_feed(path, parsed, rows)
    slices = feed.slices(0, feed.count)
    made = assemble(parsed, slices, Defaults(currency, zone))
    rejects = tuple(_reject_row(parsed, slices, reject, path.name) for reject in made.rejects)
    sums = _sums(made, parsed.currency or currency)
    return Preview(_shown(made), rejects[:_SHOWN], _counts(made), sums)


def _sample_feed(path: Path, mapping: Mapping, rows: int) -> Feed:
    if mapping.kind == "table":
        table = first_rows(open_table(path, layout=mapping.layout), rows)
        return table_feed(mapping, {mapping.table: StagedTable("main", path.name, table)})
    found = [
        record
        for number, document in open_documents(path).items
        if number <= rows
        for record in records_of(mapping, document)
    ]
    tables = flatten(mapping, list(enumerate(found, 1)))
    staged = {name: StagedTable(name, path.name, table) for name, table in tables.items()}
    return document_feed(mapping, staged)


def _shown(made: Canonical) -> dict[str, tuple[dict[str, object], ...]]:
    return {kind.value: _rows(table) for kind, table in made.tables.items()}


def _rows(table: pa.Table) -> tuple[dict[str, object], ...]:
    kept = table.drop_columns([GROUP]).slice(0, _SHOWN)
    return tuple(
        {name: value for name, value in row.items() if value is not None}
        for row in kept.to_pylist()
    )


def _sums(made: Canonical, currency: str) -> dict[str, dict[str, int]]:
    """Add up the amounts of lines and refund lines, if all are in one currency."""
    heads = made.tables.get(EntityKind.ORDERS)
    told = set(heads["currency"].to_pylist()) - {None} if heads is not None else set()
    if len(told | {currency}) > 1 and told:
        currency = told.pop() if len(told) == 1 else ""
    if not currency:
        return {}
    return {
        kind.value: {currency: int(pc.sum(table["amount_minor"]).as_py() or 0)}
        for kind, table in made.tables.items()
        if kind in (EntityKind.LINES, EntityKind.REFUND_LINES) and table.num_rows
    }


def _counts(made: Canonical) -> Counts:
    reasons = Counter(reject.reason for reject in made.rejects)
    entities = {kind.value: {"made": table.num_rows} for kind, table in made.tables.items()}
    return Counts(made.read, made.accepted, len(made.rejects), entities, dict(reasons))


def _reject_row(mapping: Mapping, slices: dict[str, Slice], reject: Reject, file: str) -> RejectRow:
    values = slices[reject.table].table.slice(reject.at, 1).to_pylist()[0]
    row = values.pop(ROW)
    values = {name: v for name, v in values.items() if name not in (GROUP, RECORD_JSON, DIGEST)}
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    message = words_of(reject.reason, mapping.reasons)[language]
    return RejectRow(file, row, reject.reason, reject.field, message, values)
