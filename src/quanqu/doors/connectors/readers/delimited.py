"""CSV and TSV as batches of text columns."""

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from quanqu.doors.connectors.contracts import (
    EmptyFileError,
    Limits,
    MalformedFileError,
    Reason,
    TruncatedFileError,
    UnreadableFileError,
)
from quanqu.doors.connectors.contracts.mapping import Layout
from quanqu.doors.connectors.readers.batches import (
    ROW,
    BadRow,
    Reading,
    check_batch,
    check_columns,
    unique_names,
    without_blank_rows,
)
from quanqu.doors.connectors.readers.guard import GuardedText
from quanqu.doors.connectors.readers.heading import LOOK_ROWS, find_header

__all__ = ["BLANKS", "read_delimited", "sniff_delimiter"]

BLANKS: Final = " "
_DELIMITERS: Final = ",;\t|^~"
_LINES: Final = 60
_TOLD: Final = re.compile(r"sep=(.|\\t)")  # how Excel is told the delimiter
_PLAIN: Final = Layout()
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_MOST_CONTROL: Final = 0.01
_KEPT_TEXT: Final = 2_000
_HEAD: Final = 256 << 10
_WIDEST: Final = 100_000  # the csv module refuses cells beyond 128 KiB


@dataclass(frozen=True, slots=True)
class _Head:
    """What the start of a file tells: its delimiter, the columns, where the data begin."""

    delimiter: str
    names: list[str]
    header: int
    skip: int


def sniff_delimiter(head: str) -> str:
    """Return the delimiter that splits the lines into the same number of cells, most cells.

    Quotes are honoured; titles of one cell above the table do not count.  One column only: a
    comma, or a blank where runs of blanks set columns.
    """
    lines = [line[:_WIDEST] for line in head.splitlines()[:_LINES] if line.strip()]
    if lines and (told := _TOLD.fullmatch(lines[0])):
        return told.group(1).encode().decode("unicode_escape")
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        score = _evenness([len(row) for row in csv.reader(lines, delimiter=delimiter)])
        if score > best_score:
            best, best_score = delimiter, score
    if best_score == 0 and _evenness([len(line.split()) for line in lines]) > 1.8:
        return BLANKS
    return best


def read_delimited(path: Path, limits: Limits, layout: Layout = _PLAIN) -> Reading:
    """Read a CSV or TSV file, plain or gzip. Raises: UnreadableFileError of its header."""
    stream = GuardedText(path, limits, layout.encoding)
    head = _head(stream)
    text = head.decode(errors="ignore")  # it may end within a character
    if not text.strip():
        raise stream.failure or EmptyFileError(file=path.name, row=0)
    if _is_binary(text):
        problem = "it holds bytes that are no text"
        raise MalformedFileError(file=path.name, format="CSV", row=0, problem=problem)
    delimiter = layout.delimiter or sniff_delimiter(text)
    if delimiter == BLANKS:
        stream = GuardedText(path, limits, stream.encoding, squeeze=True)
        head = _head(stream)
        text = head.decode(errors="ignore")  # it may end within a character
    try:
        found = _look(text, delimiter, layout.header)
    except csv.Error as error:
        raise MalformedFileError(file=path.name, format="CSV", row=1, problem=error) from None
    check_columns(path.name, found.names, limits)
    reading = Reading(iter(()), "csv", stream.encoding, delimiter, header=found.header)
    joined = _Joined(head[found.skip :], stream)
    reading.batches = _batches(path, joined, found, reading, limits)
    return reading


def _is_binary(text: str) -> bool:
    return len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text)


def _evenness(widths: list[int]) -> float:
    """Return cells times the share of rows that have as many as most; one cell counts nothing."""
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0
    usual = max(set(wide), key=lambda width: (wide.count(width), width))
    return usual * wide.count(usual) / len(widths)


def _look(text: str, delimiter: str, header: int | None) -> _Head:
    """Find the header: where it is told, else among the first rows."""
    rows, lines = _first_rows(text, delimiter, max(LOOK_ROWS, header or 0))
    first = 1 if rows and _TOLD.fullmatch(delimiter.join(rows[0])) else 0
    told = None if header is None else header - 1
    at = told if told is not None else find_header(rows[first:])
    at = at if told is not None or at is None else at + first
    if at is None or at < 0:
        width = max(len(row) for row in rows[first:])
        names = [f"column {number}" for number in range(1, width + 1)]
        return _Head(delimiter, names, 0, _offset(text, lines[first - 1] if first else 0))
    at = min(at, len(rows) - 1)
    names = unique_names(_as_wide(rows[at], [row for row in rows[at + 1 :] if row]))
    return _Head(delimiter, names, at + 1, _offset(text, lines[at]))


def _first_rows(text: str, delimiter: str, count: int) -> tuple[list[list[str]], list[int]]:
    """Return the first rows and the number of lines up to the end of each."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text), delimiter="\t" if delimiter == BLANKS else delimiter)
    try:
        for row in islice(reader, count):
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error:
        if not rows:
            raise
    return rows, lines


def _as_wide(header: list[str], below: list[list[str]]) -> list[str]:
    """Make the header as wide as the rows: blank cells at its end go, missing ones come.

    Rows that all end in a spare delimiter have a nameless last column; rows with one value more
    than the header begin with it, as row names do.
    """
    widths = [len(row) for row in below]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=len(header))
    named = max((at for at, cell in enumerate(header, 1) if cell.strip()), default=1)
    if usual < len(header):
        return header[: max(named, usual)]
    spare = usual - len(header)
    if spare == 1 and any(row[-1].strip() for row in below if len(row) == usual):
        return ["", *header]
    return [*header, *[""] * spare]


def _offset(text: str, lines: int) -> int:
    """Return the bytes of the first lines of a text."""
    return sum(len(line.encode()) for line in io.StringIO(text).readlines()[:lines])


def _head(stream: GuardedText) -> bytes:
    parts: list[bytes] = []
    while sum(map(len, parts)) < _HEAD and (block := stream.read(_HEAD)):
        parts.append(block)
    return b"".join(parts)


class _Joined(io.RawIOBase):
    """The head that was looked at, then the rest of the stream."""

    def __init__(self, head: bytes, rest: GuardedText) -> None:
        super().__init__()
        self._head, self.rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # io's stub wants WriteableBuffer
        if self._head:
            count = min(len(buffer), len(self._head))
            buffer[:count] = self._head[:count]
            self._head = self._head[count:]
            return count
        return self.rest.readinto(buffer)


def _batches(
    path: Path, source: _Joined, head: _Head, reading: Reading, limits: Limits
) -> Iterator[pa.RecordBatch]:
    bad: list[int] = []
    names = head.names
    next_row = head.header + 1  # counted as a spreadsheet does, blank rows too
    if head.header == 0 and head.skip:
        next_row = 2
    first = next_row
    try:
        for batch in _open(source, head, reading, (bad, first), limits):
            check_batch(path.name, batch, next_row, limits)
            rows, next_row = _row_numbers(batch.num_rows, next_row, bad)
            whole = pa.RecordBatch.from_arrays(
                [pa.array(rows), *batch.columns], names=[ROW, *names]
            )
            yield without_blank_rows(whole)
    except UnreadableFileError as error:
        reading.failure = error
        return
    except pa.ArrowInvalid as error:
        if next_row == first and not source.rest.failure and "Empty CSV" in str(error):
            reading.failure = EmptyFileError(file=path.name, row=0)
            return
        problem = str(error).splitlines()[0]
        reading.failure = MalformedFileError(
            file=path.name, format="CSV", row=next_row - 1, problem=problem
        )
        return
    reading.failure = source.rest.failure or _cut_last_row(path, source, reading, next_row)


def _open(
    source: _Joined, head: _Head, reading: Reading, bad: tuple[list[int], int], limits: Limits
) -> Iterator[pa.RecordBatch]:
    numbers, first = bad

    def keep(row: pa_csv.InvalidRow) -> str:
        number = row.number + first - 1
        numbers.append(number)
        text = row.text[:_KEPT_TEXT]
        reading.bad_rows.append(BadRow(number, Reason.WRONG_COLUMN_COUNT, text))
        return "skip"

    return iter(
        pa_csv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=pa_csv.ReadOptions(
                use_threads=False, block_size=2 * limits.line, column_names=head.names
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter="\t" if head.delimiter == BLANKS else head.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in head.names},
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    )


def _row_numbers(count: int, first: int, bad: list[int]) -> tuple[np.ndarray, int]:
    """Number `count` good rows from `first` on, stepping over the bad ones."""
    bad.sort()
    ahead = bad[bisect_right(bad, first - 1) :]
    rows = np.arange(first, first + count + len(ahead), dtype=np.int64)
    if ahead:
        rows = rows[~np.isin(rows, ahead)]
    rows = rows[:count]
    return rows, int(rows[-1]) + 1 if count else first


def _cut_last_row(
    path: Path, source: _Joined, reading: Reading, next_row: int
) -> UnreadableFileError | None:
    """A last row with too few cells and no line end is half a row: the file was cut there."""
    if source.rest.ends_with_newline or not reading.bad_rows:
        return None
    last = reading.bad_rows[-1]
    if last.row < next_row:
        return None
    reading.bad_rows.pop()
    return TruncatedFileError(file=path.name, row=last.row - 1)
