"""What rooms declare about the tables they keep in the lake, and what can go wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

import pyarrow as pa

from quanqu.kernel.errors import InvalidError, NotFoundError, UnavailableError

__all__ = [
    "WHOLE",
    "Column",
    "ColumnMismatchError",
    "EngineUnavailableError",
    "LakeWriteError",
    "Publication",
    "Published",
    "UnknownTableError",
]

WHOLE: Final = ""
"""The partition that stands for a whole table."""


class UnknownTableError(NotFoundError):
    """No room has registered a table of that name."""

    code: ClassVar[str] = "lake.unknown_table"
    template: ClassVar[str] = "The lake has no table {name}."


class ColumnMismatchError(InvalidError):
    """Rows offered to the lake do not have the columns their table was registered with."""

    code: ClassVar[str] = "lake.column_mismatch"
    template: ClassVar[str] = "The rows for {name} do not fit its columns: {reason}."


class EngineUnavailableError(UnavailableError):
    """The analytical engine of the settings does not answer."""

    code: ClassVar[str] = "lake.engine_unavailable"
    template: ClassVar[str] = "The analytical engine {engine} does not answer."


class LakeWriteError(UnavailableError):
    """The store of the lake did not take a commit; the table is as it was before."""

    code: ClassVar[str] = "lake.write_failed"
    template: ClassVar[str] = "Nothing was written to {name} in the lake: {reason}."


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its Arrow type, its meaning and, for a measure, its unit."""

    name: str
    arrow_type: pa.DataType
    doc: str
    unit: str | None = None


Reader = Callable[[Sequence[str] | None], pa.Table]


@dataclass(frozen=True, slots=True)
class Publication:
    """A table of the lake: its grain, its columns and where its rows come from.

    `read(partitions)` returns the present rows of these partitions, or all rows for None; the
    lake overwrites exactly those.  A table with `read=None` is only appended to, and `cluster_by`
    is the order its rows are given when its files are joined: what questions ask for, first.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    partition_by: str | None = None
    read: Reader | None = None
    cluster_by: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([pa.field(column.name, column.arrow_type) for column in self.columns])


@dataclass(frozen=True, slots=True)
class Published:
    """What one commit of a publication wrote."""

    name: str
    version: int
    partitions: tuple[str, ...]
    row_count: int
    published_at: datetime
