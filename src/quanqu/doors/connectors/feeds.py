"""Turns an input into feeds: a mapping with its staged tables, cut into chunks of whole groups."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Mapping, MissingColumnError, Reason
from quanqu.doors.connectors.contracts.mapping import Join
from quanqu.doors.connectors.rules.assemble import Slice
from quanqu.doors.connectors.rules.columns import flat, text_of
from quanqu.doors.connectors.rules.digests import DIGEST, digests, reads_digest
from quanqu.doors.connectors.rules.flatten import GROUP, RECORD_JSON, ROW
from quanqu.doors.connectors.rules.grouping import Grouping, child_groups, first_seen, group_rows
from quanqu.doors.connectors.rules.missing import CODE_WORDS, without_words
from quanqu.doors.connectors.rules.needs import MAIN, key_columns, required
from quanqu.doors.connectors.rules.texts import coalesce
from quanqu.doors.connectors.staging import StagedTable

__all__ = ["CHUNK_ROWS", "Feed", "FeedTable", "document_feed", "table_feed"]

CHUNK_ROWS: Final = 50_000

Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class FeedTable:
    """A staged table in group order, with the rows known to be wrong before conversion."""

    staged: StagedTable
    table: pa.Table
    grouping: Grouping
    wrong: dict[Reason, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def slice(self, first: int, last: int) -> Slice:
        """Return the rows of the groups from `first` up to, not with, `last`."""
        groups = self.grouping.groups
        start, end = np.searchsorted(groups, [first, last])
        order = self.grouping.order
        if order is None:
            rows = self.table.slice(start, end - start)
            wrong = {reason: mask[start:end] for reason, mask in self.wrong.items()}
        else:
            places = order[start:end]
            rows = self.table.take(pa.array(places))
            wrong = {reason: mask[places] for reason, mask in self.wrong.items()}
        return Slice(rows, groups[start:end], wrong)


@dataclass(slots=True)
class Feed:
    """A mapping and the tables it reads; `orphans` are child rows without a parent."""

    mapping: Mapping
    tables: dict[str, FeedTable]
    count: int
    orphans: dict[str, pa.Table] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The rows of the input this feed reads, orphans included; 0 when it is not counted."""
        if not self.mapping.counted:
            return 0
        if self.mapping.kind == "payload":
            return int(self.tables[MAIN].table.num_rows)
        return sum(int(t.table.num_rows) for t in self.tables.values())

    def chunks(self, size: int = CHUNK_ROWS, start: int = 0) -> Iterator[tuple[int, int]]:
        """Yield group ranges of about `size` rows each, from group `start` on."""
        weight = np.zeros(self.count + 1, np.int64)
        for part in self.tables.values():
            np.add.at(weight, part.grouping.groups + 1, 1)
        total = np.cumsum(weight)
        first = start
        while first < self.count:
            last = int(np.searchsorted(total, total[first] + size, side="right")) - 1
            last = min(max(last, first + 1), self.count)
            yield first, last
            first = last

    def slices(self, first: int, last: int) -> dict[str, Slice]:
        """Return every table's rows of a group range."""
        return {name: table.slice(first, last) for name, table in self.tables.items()}


def table_feed(mapping: Mapping, staged: dict[str, StagedTable]) -> Feed:
    """Prepare a mapping over staged tables. Raises: MissingColumnError."""
    main = staged[mapping.table]
    joined = _joined(main, mapping.joins, staged)
    if reads_digest(mapping):
        joined = joined.append_column(DIGEST, digests(joined))
    _check_columns(mapping, MAIN, main.file, joined)
    words = CODE_WORDS if mapping.nulls is None else tuple(mapping.nulls)
    keys = [_first_there(joined, options, words) for options in key_columns(mapping)]
    grouping = group_rows(keys, joined.num_rows)
    first = FeedTable(main, joined, grouping)
    if mapping.unique:
        again = ~first_seen([_coded(joined, name, words) for name in mapping.unique])
        first.wrong[Reason.DUPLICATE_ID] = again
    if main.failure is not None and mapping.group_by:
        first.wrong[Reason.INCOMPLETE_GROUP] = _last_group(grouping, joined.num_rows)
    feed = Feed(mapping, {MAIN: first}, grouping.count)
    for name, child in mapping.children.items():
        part = staged[name]
        table = _joined(part, child.joins, staged)
        _check_columns(mapping, name, part.file, table)
        below, orphans = child_groups(flat(table[child.on]), grouping)
        feed.tables[name] = FeedTable(part, table, below)
        feed.orphans[name] = table.take(pa.array(orphans))
    return feed


def document_feed(mapping: Mapping, staged: dict[str, StagedTable]) -> Feed:
    """Prepare a payload mapping over its flattened tables; groups are records."""
    main = staged[MAIN].table
    numbers = main[GROUP].to_numpy() if main.num_rows else np.zeros(0, np.int64)
    tables = {}
    for name, part in staged.items():
        rows = part.table[GROUP].to_numpy() if part.table.num_rows else np.zeros(0, np.int64)
        groups = np.searchsorted(numbers, rows).astype(np.int64)
        grouping = Grouping(groups, None, pa.nulls(0, pa.string()), len(numbers))
        table = part.table if part.table.num_columns else _no_rows()
        tables[name] = FeedTable(part, table, grouping)
    if mapping.unique and main.num_rows:
        again = ~first_seen([flat(main[name]) for name in mapping.unique])
        tables[MAIN].wrong[Reason.DUPLICATE_ID] = again
    return Feed(mapping, tables, len(numbers))


def _first_there(table: pa.Table, names: list[str], words: tuple[str, ...]) -> pa.Array:
    return coalesce([_coded(table, name, words) for name in names if name in table.column_names])


def _coded(table: pa.Table, name: str, words: tuple[str, ...]) -> pa.Array:
    return without_words(text_of(flat(table[name])), words)


def _no_rows() -> pa.Table:
    return pa.table({ROW: pa.array([], pa.int64()), GROUP: pa.array([], pa.int64())})


def _last_group(grouping: Grouping, rows: int) -> npt.NDArray[np.bool_]:
    """The group of the last row read may go on in the part that is missing."""
    mask = np.zeros(rows, bool)
    if not rows:
        return mask
    order = np.arange(rows) if grouping.order is None else grouping.order
    last = grouping.groups[np.flatnonzero(order == rows - 1)[0]]
    mask[order[grouping.groups == last]] = True
    return mask


def _joined(main: StagedTable, joins: list[Join], staged: dict[str, StagedTable]) -> pa.Table:
    table = main.table
    for join in joins:
        if join.table not in staged:
            continue
        other = staged[join.table].table
        keys = text_of(flat(other[join.key]))
        seen = pa.array(first_seen([keys]))
        at = pc.index_in(text_of(flat(table[join.on])), value_set=keys.filter(seen))
        for name in join.columns:
            column = flat(other[name]).filter(seen).take(at)
            table = table.append_column(f"{join.table}.{name}", column)
    return table


def _check_columns(mapping: Mapping, name: str, file: str, table: pa.Table) -> None:
    have = set(table.column_names) - {RECORD_JSON}
    lacking = [
        " or ".join(options)
        for options in required(mapping, name)
        if not have.intersection(options)
    ]
    if lacking:
        columns = ", ".join(dict.fromkeys(lacking))
        raise MissingColumnError(file=file, columns=columns, mapping=mapping.name)
