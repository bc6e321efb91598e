"""Excel workbooks as batches of text columns: the sheet asked for, else the first with rows."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Final

import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException

from quanqu.doors.connectors.contracts import (
    EmptyFileError,
    ExpansionLimitError,
    Limits,
    MalformedFileError,
    MissingSheetError,
    TruncatedFileError,
    UnreadableFileError,
)
from quanqu.doors.connectors.contracts.mapping import Layout
from quanqu.doors.connectors.readers.batches import (
    ROW,
    Reading,
    check_batch,
    check_columns,
    unique_names,
)
from quanqu.doors.connectors.readers.columnar import unpacked
from quanqu.doors.connectors.readers.heading import LOOK_ROWS, find_header
from quanqu.doors.connectors.readers.merged import merged_downwards

__all__ = ["cell_text", "list_sheets", "read_excel"]

_BATCH_ROWS: Final = 5_000
_PLAIN: Final = Layout()

Cells = tuple[Any, ...]
_SHARED: Final = "xl/sharedStrings.xml"


def read_excel(path: Path, limits: Limits, layout: Layout = _PLAIN) -> Reading:
    """Read an .xlsx workbook, bounded before it is unpacked. Raises: UnreadableFileError."""
    plain = unpacked(path, limits)
    try:
        return _opened(path, plain, limits, layout)
    except BaseException:
        plain.close()
        raise


def list_sheets(path: Path, limits: Limits) -> tuple[str, ...]:
    """Return the names of the visible sheets that hold rows. Raises: UnreadableFileError."""
    with unpacked(path, limits) as plain:
        book = _book(path, plain, limits)
        found = [s.title for s in book.worksheets if s.sheet_state == "visible" and _has_rows(s)]
        book.close()
        return tuple(found)


def cell_text(value: Any) -> str | None:
    """Write a cell's value as text: floats as Excel shows them (15 digits), times as ISO 8601."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}".removesuffix(".0")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="microseconds" if value.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _opened(path: Path, plain: IO[bytes], limits: Limits, layout: Layout) -> Reading:
    book = _book(path, plain, limits)
    sheet = _sheet(path, book, layout.sheet)
    merged = merged_downwards(plain, sheet.title)
    rows = _numbered(sheet, merged)
    first = list(islice(rows, max(LOOK_ROWS, layout.header or 0)))
    if not first:
        raise EmptyFileError(file=path.name, row=0)
    at = _header(first, layout.header)
    if at is None:
        width = max(len(_trimmed(cells)) for _, cells in first)
        names, header = [f"column {number}" for number in range(1, width + 1)], 0
    else:
        header, cells = first[at]
        names = unique_names([cell_text(cell) or "" for cell in _trimmed(cells)])
    check_columns(path.name, names, limits)
    reading = Reading(iter(()), "xlsx", sheet=sheet.title, header=header)
    below = first if at is None else first[at + 1 :]
    batches = _batches(path, chain(below, rows), names, reading, limits)
    reading.batches = _until_closed(batches, book, plain)
    return reading


def _book(path: Path, plain: IO[bytes], limits: Limits) -> openpyxl.Workbook:
    _check_archive(plain, path, limits)
    try:
        return openpyxl.load_workbook(plain, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise _malformed(path, 0, error) from None


def _sheet(path: Path, book: openpyxl.Workbook, wanted: str | None) -> Any:
    if wanted is not None:
        named = [sheet for sheet in book.worksheets if sheet.title == wanted]
        if not named:
            known = ", ".join(sheet.title for sheet in book.worksheets)
            raise MissingSheetError(file=path.name, sheet=wanted, known=known)
        return named[0]
    filled = [sheet for sheet in book.worksheets if _has_rows(sheet)]
    if not filled:
        raise EmptyFileError(file=path.name, row=0)
    return filled[0]


def _has_rows(sheet: Any) -> bool:
    return next(_numbered(sheet, {}), None) is not None


def _header(first: list[tuple[int, Cells]], told: int | None) -> int | None:
    """Return the place of the header among the first rows; None for a sheet without one."""
    if told == 0:
        return None
    if told is not None:
        return next((at for at, (number, _) in enumerate(first) if number >= told), len(first) - 1)
    return find_header([[cell_text(cell) or "" for cell in cells] for _, cells in first])


def _check_archive(plain: IO[bytes], path: Path, limits: Limits) -> None:
    """The sizes in the archive's directory bound what its entries can be read as."""
    try:
        with zipfile.ZipFile(plain) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except zipfile.BadZipFile:
        plain.seek(0)
        if plain.read(2) == b"PK":
            raise TruncatedFileError(file=path.name, row=0) from None
        raise _malformed(path, 0, ValueError("not a zip archive")) from None
    size, total = plain.seek(0, 2), sum(sizes.values())
    plain.seek(0)
    bound = min(limits.workbook, max(limits.free_expansion, size * limits.expansion_ratio))
    if total > bound or sizes.get(_SHARED, 0) > limits.shared_strings:
        raise ExpansionLimitError(file=path.name, limit=bound, size=size, row=0)


def _numbered(sheet: Any, merged: dict[int, list[tuple[int, int]]]) -> Iterator[tuple[int, Cells]]:
    """Yield (row number, cells) of the rows that are not blank, merged cells filled downwards."""
    filled: dict[int, tuple[int, Any]] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number in merged:
            filled |= {at: (last, cells[at]) for at, last in merged[number] if at < len(cells)}
        if filled:
            filled = {at: held for at, held in filled.items() if held[0] >= number}
            cells = tuple(filled[at][1] if at in filled else cell for at, cell in enumerate(cells))
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells


def _until_closed(
    batches: Iterator[pa.RecordBatch], book: openpyxl.Workbook, plain: IO[bytes]
) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    finally:
        book.close()
        plain.close()


def _batches(
    path: Path,
    rows: Iterator[tuple[int, Cells]],
    names: list[str],
    reading: Reading,
    limits: Limits,
) -> Iterator[pa.RecordBatch]:
    numbers: list[int] = []
    columns: list[list[str | None]] = [[] for _ in names]
    last = 1
    try:
        for number, cells in rows:
            numbers.append(number)
            last = number
            padded = (*cells, *(None for _ in names))
            for column, value in zip(columns, padded, strict=False):
                column.append(cell_text(value) or None)
            if len(numbers) == _BATCH_ROWS:
                yield _batch(path, numbers, columns, names, limits)
                numbers, columns = [], [[] for _ in names]
    except UnreadableFileError as error:
        reading.failure = error
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, SyntaxError) as error:
        reading.failure = _malformed(path, last, error)
    if numbers:
        yield _batch(path, numbers, columns, names, limits)


def _batch(
    path: Path,
    numbers: list[int],
    columns: list[list[str | None]],
    names: list[str],
    limits: Limits,
) -> pa.RecordBatch:
    arrays = [pa.array(numbers, pa.int64()), *(pa.array(column, pa.string()) for column in columns)]
    batch = pa.RecordBatch.from_arrays(arrays, names=[ROW, *names])
    check_batch(path.name, batch, numbers[0], limits)
    return batch


def _trimmed(cells: Cells) -> list[Any]:
    kept = list(cells)
    while kept and kept[-1] in (None, ""):
        kept.pop()
    return kept


def _malformed(path: Path, row: int, error: Exception) -> MalformedFileError:
    problem = str(error).splitlines()[0] if str(error) else type(error).__name__
    return MalformedFileError(file=path.name, format="Excel", row=row, problem=problem)
