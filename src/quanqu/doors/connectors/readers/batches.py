"""What every reader hands out: batches with row numbers, rows it could not read, how it ended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from quanqu.doors.connectors.contracts import (
    CellTooLargeError,
    Limits,
    TooManyColumnsError,
    UnreadableFileError,
)

__all__ = [
    "ROW",
    "BadRow",
    "Reading",
    "check_batch",
    "check_columns",
    "unique_names",
    "without_blank_rows",
]

ROW: Final = "__row"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no row of its table: its number, its text and the reason code."""

    row: int
    reason: str
    text: str


@dataclass(slots=True)
class Reading:
    """A file being read: batches with `__row` (the row number a spreadsheet would show).

    `header` is the row of the column names (0: there is none, or the format has no such row).
    After the batches are used up, `failure` is the error that ended the file early, or None.
    """

    batches: Iterator[pa.RecordBatch]
    format: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    failure: UnreadableFileError | None = None


def check_columns(file: str, names: list[str], limits: Limits) -> None:
    """Raises: TooManyColumnsError."""
    if len(names) > limits.columns:
        raise TooManyColumnsError(file=file, count=len(names), limit=limits.columns, row=0)


def check_batch(file: str, batch: pa.RecordBatch, row: int, limits: Limits) -> None:
    """Refuse a batch with an oversized cell. Raises: CellTooLargeError."""
    if batch.nbytes <= limits.cell:
        return
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            longest = pa.compute.max(pa.compute.binary_length(column)).as_py() or 0
            if longest > limits.cell:
                raise CellTooLargeError(file=file, column=name, limit=limits.cell, row=row)


def without_blank_rows(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Leave out rows without a single value; their numbers stay with the rows that have some."""
    blank = np.ones(batch.num_rows, bool)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name != ROW:
            if not column.null_count:
                return batch
            blank &= column.is_null().to_numpy(zero_copy_only=False)
    return batch.filter(pa.array(~blank)) if blank.any() else batch


def unique_names(raw: list[str]) -> list[str]:
    """Trim header cells and make them distinct: blank ones by position, repeats by number."""
    seen: dict[str, int] = {}
    names = []
    for at, cell in enumerate(raw, 1):
        name = cell.strip().lstrip("\ufeff") or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
