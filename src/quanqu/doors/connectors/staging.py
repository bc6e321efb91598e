"""Puts the rows of an input into Arrow files on disk, whatever its size, and maps them back."""

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from quanqu.doors.connectors.contracts import UnreadableFileError
from quanqu.doors.connectors.readers.batches import BadRow, Reading

__all__ = ["StageWriter", "StagedTable", "stage"]


@dataclass(slots=True)
class StagedTable:
    """A table on disk: all rows that could be read, the bad ones, and what ended it early."""

    name: str
    file: str
    table: pa.Table
    bad_rows: list[BadRow] = field(default_factory=list)
    failure: UnreadableFileError | None = None

    @property
    def names(self) -> set[str]:
        """The columns of the table."""
        return set(self.table.column_names)


class StageWriter:
    """Writes batches to memory-mappable parts; a new part begins where the columns change."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._folder, self._stem = folder, stem
        self._parts: list[Path] = []
        self._schema: pa.Schema | None = None
        self._writer: pa.RecordBatchFileWriter | None = None

    def write(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Append rows."""
        if not rows.num_rows:
            return
        if self._writer is None or rows.schema != self._schema:
            self._close()
            path = self._folder / f"{self._stem}-{len(self._parts):04}.arrow"
            self._parts.append(path)
            self._schema = rows.schema
            self._writer = pa.ipc.new_file(str(path), rows.schema)
        self._writer.write(rows)

    def finish(self) -> pa.Table:
        """Close the parts and return them as one table that lies on disk, not in memory."""
        self._close()
        tables = [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in self._parts]
        return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def stage(reading: Reading, folder: Path, *, name: str, file: str) -> StagedTable:
    """Read a file to its end, or as far as it goes, into the folder."""
    writer = StageWriter(folder, name)
    for batch in reading.batches:
        writer.write(batch)
    table = writer.finish()
    return StagedTable(name, file, table, reading.bad_rows, reading.failure)
