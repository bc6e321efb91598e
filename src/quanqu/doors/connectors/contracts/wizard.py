"""What the mapping wizard shows: columns, guesses, previews."""

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

from quanqu.doors.connectors.contracts.mapping import Mapping
from quanqu.doors.connectors.contracts.runs import Counts, RejectRow

__all__ = [
    "ColumnInfo",
    "GuessNote",
    "IdentifierFile",
    "Inspection",
    "Preview",
    "ReadAs",
    "SavedMapping",
    "Taken",
]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column of an unseen file: samples, what it holds, and the canonical field it may be."""

    name: str
    holds: str
    filled_rate: float
    samples: tuple[str, ...]
    guess: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class GuessNote:
    """Something assumed that a person should know; `values` fill the words of its code."""

    code: str
    values: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inspection:
    """The look at a file: its columns, what they were taken for, and the mapping made of that.

    `rows_seen` of the sample, not of the file; `header` is the row of the column names (0: none).
    `missing`: needed fields without a column; the mapping can be used only when there is none.
    """

    file_name: str
    format: str
    encoding: str
    delimiter: str
    rows_seen: int
    columns: tuple[ColumnInfo, ...]
    shape: str
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header: int = 0
    mapping: Dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    notes: tuple[GuessNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What one column of a mapping becomes: pairs of entity and field."""

    column: str
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How an import was read: its mappings as data, and what each column became."""

    mappings: tuple[Dict[str, Any], ...]
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows converted: entity → rows of canonical fields, with rejects and counts.

    `sums`: entity → currency → minor units, over all rows looked at.
    """

    entities: Dict[str, tuple[Dict[str, object], ...]]
    rejects: tuple[RejectRow, ...]
    counts: Counts
    sums: Dict[str, Dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping a company keeps."""

    id: int
    company_key: int
    name: str
    version: int
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class IdentifierFile:
    """A table of identifiers: the type of each column that is one by its name, the values by type,
    the numbers of the rows as a spreadsheet shows them, and the names of all columns."""

    types: Dict[str, str]
    values: Dict[str, list[str | None]]
    rows: list[int]
    columns: tuple[str, ...]
