"""The look at an unseen file: its columns, what they probably are, and the mapping made of that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa

from quanqu.doors.connectors.contracts import (
    EmptyFileError,
    GuessNote,
    Hints,
    Inspection,
    Layout,
    NoRecordsError,
    UnmappedColumnsError,
)
from quanqu.doors.connectors.readers.batches import ROW, Reading
from quanqu.doors.connectors.readers.documents import scalar_text
from quanqu.doors.connectors.readers.open import file_format, open_documents, open_table, sheets_of
from quanqu.doors.connectors.rules.columns import flat
from quanqu.doors.connectors.rules.flatten import find, listed
from quanqu.doors.connectors.rules.guessing import Given, Guess, guess
from quanqu.doors.connectors.rules.guessing.profile import Profile, profile_of
from quanqu.doors.connectors.rules.guessing.structure import Structure, joined_path, structure_of
from quanqu.doors.connectors.rules.parse import check_layout

__all__ = ["first_rows", "inspect", "require_whole"]

_LOOK: Final = 300_000
_GLANCE: Final = 2_000
_RECORDS: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Seen:
    """A table or the records of a payload, ready to be guessed at."""

    given: Given
    reading: Reading
    rows: int


def inspect(
    *, path: Path, hints: Hints | None = None, currency: str = "CNY", rows: int = _LOOK
) -> Inspection:
    """Look at the first rows of a file: columns, what they hold, what they probably are.

    `hints` tell what a person knows better; `currency` is that of the place.  Of a workbook the
    sheet that tells most is looked at, unless the hints name one.
    Raises: BadMappingError (of the layout told), UnsupportedFileError, UnreadableFileError,
    MissingSheetError, UnknownFieldError.
    """
    told = hints or Hints()
    check_layout(told.layout, path.name)
    sheets = sheets_of(path)
    if len(sheets) > 1 and told.layout.sheet is None:
        told = _on_sheet(told, _fullest(path, sheets, told, currency))
    return _inspected(path, told, currency, sheets, rows)


def require_whole(*, look: Inspection) -> Inspection:
    """Return an inspection whose mapping can be used. Raises: UnmappedColumnsError."""
    if look.missing:
        raise UnmappedColumnsError(
            file=look.file_name,
            shape=look.shape.replace("_", " "),
            missing=" and ".join(look.missing),
            columns=", ".join(column.name for column in look.columns),
        )
    return look


def first_rows(reading: Reading, rows: int) -> pa.Table:
    """Return the first rows of a reading as one table."""
    taken: list[pa.Table] = []
    count = 0
    for batch in reading.batches:
        taken.append(pa.Table.from_batches([batch]))
        count += batch.num_rows
        if count >= rows:
            break
    if not taken:
        return pa.table({ROW: pa.array([], pa.int64())})
    return pa.concat_tables(taken, promote_options="permissive").slice(0, rows)


def _fullest(path: Path, sheets: tuple[str, ...], hints: Hints, currency: str) -> str:
    """Return the sheet whose columns fit best; a usable one before any other."""
    ranked = []
    for at, sheet in enumerate(sheets):
        bare = replace(_on_sheet(hints, sheet), fields={}, left_out=frozenset())
        seen = _seen_table(path, bare, _GLANCE)
        found = guess(seen.given, bare, place_currency=currency)
        ranked.append((not found.missing, found.score, -at))
    return sheets[-max(ranked)[2]]


def _on_sheet(hints: Hints, sheet: str) -> Hints:
    return replace(hints, layout=msgspec.structs.replace(hints.layout, sheet=sheet))


def _inspected(
    path: Path, hints: Hints, currency: str, sheets: tuple[str, ...], rows: int
) -> Inspection:
    is_json = file_format(path) in ("json", "ndjson")
    seen = _seen_documents(path, hints, rows) if is_json else _seen_table(path, hints, rows)
    found = guess(seen.given, hints, place_currency=currency)
    reading = seen.reading
    layout = hints.layout
    if reading.sheet and len(sheets) > 1:
        layout = msgspec.structs.replace(layout, sheet=reading.sheet)
    if not seen.given.is_payload and seen.given.records is not None:
        layout = msgspec.structs.replace(layout, records=seen.given.records)
    mapping = dict(found.mapping)
    if layout != Layout():
        mapping["layout"] = msgspec.to_builtins(layout)
    return Inspection(
        file_name=path.name,
        format=reading.format,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        rows_seen=seen.rows,
        columns=found.columns,
        shape=found.shape,
        sheet=reading.sheet,
        sheets=sheets,
        header=reading.header,
        mapping=mapping,
        missing=found.missing,
        notes=_with_reading_notes(reading, sheets, found),
    )


def _with_reading_notes(
    reading: Reading, sheets: tuple[str, ...], found: Guess
) -> tuple[GuessNote, ...]:
    """Put what was assumed of the file itself before what was assumed of its columns."""
    notes = []
    if reading.format in ("csv", "xlsx") and reading.header == 0:
        notes.append(GuessNote("no_header"))
    elif reading.header > 1:
        notes.append(GuessNote("header_found", {"row": str(reading.header)}))
    if len(sheets) > 1:
        others = ", ".join(sheet for sheet in sheets if sheet != reading.sheet)
        notes.append(GuessNote("sheet_chosen", {"sheet": reading.sheet, "others": others}))
    return (*notes, *found.notes)


def _seen_table(path: Path, hints: Hints, rows: int) -> _Seen:
    reading = open_table(path, layout=hints.layout)
    table = first_rows(reading, rows)
    if not table.num_rows and reading.failure is not None:
        raise reading.failure
    return _table_seen(path, reading, table, hints)


def _table_seen(path: Path, reading: Reading, table: pa.Table, hints: Hints) -> _Seen:
    columns = {name: flat(table[name]) for name in table.column_names if name != ROW}
    profiles = [
        profile_of(name, column, decimal=hints.decimal, order=hints.date_order)
        for name, column in columns.items()
    ]
    records = hints.layout.records
    given = Given(
        path.stem[:80] or "file", profiles, _looker(columns, table.num_rows), records=records
    )
    return _Seen(given, reading, table.num_rows)


def _looker(columns: dict[str, pa.Array], rows: int) -> Callable[[Profile], pa.Array]:
    """Return a look-up of columns by name; one that is not there is empty."""
    blank = pa.nulls(rows, pa.string())
    return lambda profile: columns.get(profile.name, blank)


def _seen_documents(path: Path, hints: Hints, rows: int) -> _Seen:
    """Look at JSON: flat records are a table, records with lists of lines a payload."""
    documents = open_documents(path)
    first = [document for _, document in islice(documents.items, _RECORDS)]
    if not first:
        raise documents.failure or EmptyFileError(file=path.name, row=0)
    is_one = documents.format == "json" and len(first) == 1
    structure = structure_of(first, is_one=is_one)
    if structure is None and hints.layout.records is None:
        raise NoRecordsError(file=path.name, row=0)
    structure = structure or Structure(hints.layout.records)
    if structure.lists:
        best = max(
            (_seen_payload(path, first, structure, way, hints) for way in structure.lists),
            key=lambda seen: guess(seen.given, hints, place_currency="CNY").score,
        )
        if _has_lines(best, hints):
            return best
    layout = msgspec.structs.replace(hints.layout, records=structure.records)
    told = replace(hints, layout=layout)
    return _seen_table(path, told, rows)


def _has_lines(seen: _Seen, hints: Hints) -> bool:
    """Tell whether the list tells of what was sold: some field is read from within it."""
    found = guess(seen.given, hints, place_currency="CNY")
    inner = {profile.name for profile in seen.given.profiles if profile.level}
    return any(column.guess is not None and column.name in inner for column in found.columns)


def _seen_payload(
    path: Path, documents: list[Any], structure: Structure, way: tuple[str, ...], hints: Hints
) -> _Seen:
    records = documents
    if structure.records is not None:
        records = [r for document in documents for r in listed(find(structure.records, document))]
    records = [record for record in records if isinstance(record, dict)][:_RECORDS]
    columns: dict[str, tuple[str, tuple[str, ...], pa.Array]] = {}
    rows: list[Any] = records
    for depth in range(len(way) + 1):
        if depth:
            rows = [item for row in rows for item in listed(find(way[depth - 1], row))]
        before = "".join(f"{step}[]." for step in way[:depth])
        for keys, values in _scalars(rows):
            name = before + ".".join(keys)
            column = pa.array([scalar_text(value) for value in values], pa.string())
            columns[name] = (joined_path(*keys), way[:depth], column)
    profiles = [
        profile_of(
            name, column, path=where, level=level, decimal=hints.decimal, order=hints.date_order
        )
        for name, (where, level, column) in columns.items()
    ]
    look = _looker({name: held[2] for name, held in columns.items()}, len(records))
    given = Given(
        path.stem[:80] or "file", profiles, look,
        is_payload=True, records=structure.records, way=way,
    )  # fmt: skip
    form = "ndjson" if len(documents) > 1 else "json"
    return _Seen(given, Reading(iter(()), form, "utf-8"), len(records))


def _scalars(rows: list[Any]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yield the plain values of objects by their keys, nested objects taken apart."""
    flats = [_keyed(row) for row in rows if isinstance(row, dict)]
    names: dict[tuple[str, ...], None] = {}
    for row in flats:
        names |= dict.fromkeys(row)
    for name in names:
        yield name, [row.get(name) for row in flats]


def _keyed(row: dict[str, Any], before: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            found |= _keyed(value, (*before, key))
        elif not isinstance(value, list):
            found[*before, key] = value
    return found
