"""A chunk of source rows to canonical tables and rejects: nothing is lost between the two."""

from collections.abc import Iterable
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.doors.connectors.contracts import Entity, EntityKind, Mapping, Reason, ValueType
from quanqu.doors.connectors.contracts.canonical import CODES, ENTITIES, OUTSIDE_IDS
from quanqu.doors.connectors.rules.chunks import Chunk, Defaults, Mask, Slice
from quanqu.doors.connectors.rules.columns import flat, mask_of
from quanqu.doors.connectors.rules.conditions import holds
from quanqu.doors.connectors.rules.fields import (
    ARROW_TYPES,
    as_field,
    evaluate,
    json_objects,
)
from quanqu.doors.connectors.rules.flatten import GROUP, ROW
from quanqu.doors.connectors.rules.grouping import (
    fill_groups,
    first_seen,
    reduce_groups,
    starts_of,
)
from quanqu.doors.connectors.rules.needs import MAIN, entity_table, is_per_group

__all__ = ["Canonical", "Defaults", "Reject", "Slice", "assemble"]

IDENTIFIER: Final = "id:"
TRAITS: Final = "traits"
_OF_ORDERS: Final = frozenset({EntityKind.LINES, EntityKind.PAYMENTS})


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected row: its table, its place in the slice, the reason code and the field."""

    table: str
    at: int
    reason: str
    field: str


@dataclass(frozen=True, slots=True)
class Canonical:
    """What a chunk became. Tables carry `__group` and `__row`; identifiers are `id:<type>`."""

    tables: Dict[EntityKind, pa.Table]
    rejects: tuple[Reject, ...]
    read: int
    accepted: int


def assemble(mapping: Mapping, slices: Dict[str, Slice], defaults: Defaults) -> Canonical:
    """Convert a chunk: every row of every slice ends up accepted or rejected with a reason.

    Shapes: `slices` has MAIN and, per entity, the table it reads; whole groups only.  In a
    payload one wrong item rejects its record; in a table a row stands for itself.
    """
    chunk = Chunk(mapping, slices, defaults)
    _mark_known(chunk)
    masks, columns = [], []
    for at, entity in enumerate(mapping.entities):
        table = entity_table(mapping, at)
        mask = _matches(chunk, entity, table)
        masks.append(mask)
        columns.append(_convert(chunk, entity, table, mask))
        chunk.matched[table] |= mask
    _settle(chunk, masks)
    tables: dict[EntityKind, list[pa.Table]] = {}
    for at, entity in enumerate(mapping.entities):
        table = entity_table(mapping, at)
        rows = masks[at] & chunk.problems[table].fine
        tables.setdefault(entity.entity, []).append(_emit(chunk, entity, table, columns[at], rows))
    merged = {kind: _merged(parts) for kind, parts in tables.items()}
    rejects = tuple(_rejects(chunk))
    read = sum(slices[name].table.num_rows for name in _counted(chunk))
    return Canonical(merged, rejects, read, read - len(rejects))


def _counted(chunk: Chunk) -> list[str]:
    """The tables whose rows are rows of the input; a payload's items are parts of its records."""
    return [MAIN] if chunk.mapping.kind == "payload" else list(chunk.slices)


def _mark_known(chunk: Chunk) -> None:
    for table, piece in chunk.slices.items():
        for reason, mask in piece.wrong.items():
            chunk.problems[table].mark(mask, chunk.code(reason), 0)
    length = chunk.slices[MAIN].table.num_rows
    for rule in chunk.mapping.reject:
        found = holds(rule.when, lambda name: chunk.column(MAIN, name), length)
        chunk.problems[MAIN].mark(mask_of(found), chunk.code(rule.reason), 0)


def _matches(chunk: Chunk, entity: Entity, table: str) -> Mask:
    length = chunk.slices[table].table.num_rows
    if entity.when is None:
        return np.ones(length, bool)
    return mask_of(holds(entity.when, lambda name: chunk.column(table, name), length))


def _convert(chunk: Chunk, entity: Entity, table: str, mask: Mask) -> dict[str, pa.Array]:
    source = chunk.source(table)
    kinds = ENTITIES[entity.entity]
    columns: dict[str, pa.Array] = {}
    names = sorted(entity.fields, key=lambda name: name != "currency")
    for name in names:
        found = evaluate(entity.fields[name], kinds[name], source, is_code=name in CODES)
        columns[name] = found.values
        if as_field(entity.fields[name]).fill:
            columns[name] = fill_groups(found.values, chunk.slices[table].groups)
        _mark(chunk, table, mask, found.codes, name)
        if name == "currency":
            columns[name] = found.values.fill_null(chunk.currency)
            source = source.in_currencies(columns[name])
    for name, spec in entity.identifiers.items():
        found = evaluate(spec, ValueType.TEXT, source, is_code=True)
        columns[IDENTIFIER + name] = found.values
        _mark(chunk, table, mask, found.codes, name)
    if entity.traits:
        found = json_objects(entity.traits, source)
        columns[TRAITS] = found.values
        _mark(chunk, table, mask, found.codes, TRAITS)
    return columns


def _mark(chunk: Chunk, table: str, mask: Mask, codes: npt.NDArray[np.uint8], name: str) -> None:
    if not codes.any():
        return
    for code in np.unique(codes[codes != 0]):
        chunk.problems[table].mark(mask & (codes == code), int(code), chunk.name(name))


def _settle(chunk: Chunk, masks: list[Mask]) -> None:
    if chunk.mapping.kind == "payload":
        _settle_records(chunk)
        return
    main, unmatched = chunk.slices[MAIN], chunk.code(Reason.NO_RULE_MATCHES)
    for table in chunk.slices:
        chunk.problems[table].mark(~chunk.matched[table], unmatched, 0)
    alive = np.unique(main.groups[chunk.problems[MAIN].fine])
    for table, piece in chunk.slices.items():
        if table != MAIN:
            lost = ~np.isin(piece.groups, alive)
            chunk.problems[table].mark(lost, chunk.code(Reason.PARENT_REJECTED), 0)
    _drop_orderless(chunk, masks)


def _drop_orderless(chunk: Chunk, masks: list[Mask]) -> None:
    """A line or payment whose group made no order has nowhere to go."""
    entities = list(enumerate(chunk.mapping.entities))
    ordered = [
        chunk.slices[table].groups[masks[at] & chunk.problems[table].fine]
        for at, entity in entities
        if entity.entity is EntityKind.ORDERS
        for table in [entity_table(chunk.mapping, at)]
    ]
    if not ordered:
        return
    groups = np.unique(np.concatenate(ordered))
    for at, entity in entities:
        if entity.entity in _OF_ORDERS:
            table = entity_table(chunk.mapping, at)
            lost = masks[at] & ~np.isin(chunk.slices[table].groups, groups)
            chunk.problems[table].mark(lost, chunk.code(Reason.ORPHAN_ROW), 0)


def _settle_records(chunk: Chunk) -> None:
    """One wrong item rejects its record, and with it every other item of that record."""
    main = chunk.slices[MAIN]
    for table, piece in chunk.slices.items():
        wrong = chunk.problems[table]
        if table == MAIN or wrong.fine.all():
            continue
        bad = ~wrong.fine
        groups, first = np.unique(piece.groups[bad], return_index=True)
        for group, at in zip(groups, np.flatnonzero(bad)[first], strict=True):
            hit = main.groups == group
            chunk.problems[MAIN].mark(hit, int(wrong.reason[at]), int(wrong.field[at]))
    made = [piece.groups[chunk.matched[t]] for t, piece in chunk.slices.items() if t != MAIN]
    unmade = ~np.isin(main.groups, np.concatenate(made) if made else main.groups[:0])
    chunk.problems[MAIN].mark(unmade, chunk.code(Reason.NO_RULE_MATCHES), 0)
    lost = main.groups[~chunk.problems[MAIN].fine]
    for table, piece in chunk.slices.items():
        if table != MAIN and len(lost):
            hit = np.isin(piece.groups, lost)
            chunk.problems[table].mark(hit, chunk.code(Reason.PARENT_REJECTED), 0)


def _emit(
    chunk: Chunk, entity: Entity, table: str, columns: dict[str, pa.Array], rows: Mask
) -> pa.Table:
    piece = chunk.slices[table]
    places = pa.array(np.flatnonzero(rows))
    groups = piece.groups[rows]
    found = {
        GROUP: pa.array(groups, pa.int64()),
        ROW: flat(piece.table[ROW]).take(places),
        **{name: column.take(places) for name, column in columns.items()},
    }
    if is_per_group(chunk.mapping, entity):
        starts = starts_of(groups)
        hows = {name: as_field(spec).group for name, spec in entity.fields.items()}
        found = {
            name: reduce_groups(column, starts, hows.get(name, "first"))
            for name, column in found.items()
        }
    length, told = len(found[GROUP]), chunk.mapping.currency
    for name, kind in ENTITIES[entity.entity].items():
        if name not in found:
            blank = pa.nulls(length, ARROW_TYPES[kind])
            found[name] = blank.fill_null(told) if name == "currency" and told else blank
    made = pa.table(found)
    return _distinct(made) if entity.per == "distinct" else made


def _distinct(table: pa.Table) -> pa.Table:
    """Return the first row of each outside id."""
    keys = [flat(table[name]) for name in OUTSIDE_IDS if name in table.column_names]
    told = [key for key in keys if key.null_count < len(key)]
    return table.filter(pa.array(first_seen(told))) if told else table


def _merged(parts: list[pa.Table]) -> pa.Table:
    """Put the rows of several entities of one kind together, in group order."""
    if len(parts) == 1:
        return parts[0]
    whole = pa.concat_tables(parts, promote_options="default")
    order = np.argsort(whole[GROUP].to_numpy(), kind="stable")
    return whole.take(pa.array(order))


def _rejects(chunk: Chunk) -> Iterable[Reject]:
    for table in _counted(chunk):
        wrong = chunk.problems[table]
        for at in np.flatnonzero(~wrong.fine):
            reason, name = chunk.reasons[wrong.reason[at]], chunk.names[wrong.field[at]]
            yield Reject(table, int(at), reason, name)
