"""The live files of a table, and their replacement by others in one commit."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

_CLUSTERED: Final = "-clustered"

Action = AddAction | RemoveAction


@dataclass(frozen=True, slots=True)
class LiveFile:
    """A live file of a table, as its log names it."""

    path: str
    size: int
    rows: int
    partition: dict[str, str | None]

    @property
    def is_clustered(self) -> bool:
        """Tell whether its rows are in the order of its table's declaration."""
        return _CLUSTERED in Path(self.path).name

    @property
    def partition_key(self) -> tuple[tuple[str, str | None], ...]:
        """The partition it belongs to, to group by."""
        return tuple(sorted(self.partition.items()))


def live_files(handle: DeltaTable) -> list[LiveFile]:
    """Return the files that make the version of a handle."""
    columns = handle.metadata().partition_columns
    told: list[dict[str, Any]] = pa.table(handle.get_add_actions(flatten=True)).to_pylist()
    return [
        LiveFile(
            row["path"],
            row["size_bytes"],
            row["num_records"] or 0,
            {c: row[f"partition.{c}"] for c in columns},
        )
        for row in told
    ]


def name_beside(one: LiveFile, *, is_clustered: bool) -> str:
    """Return the path of a new file in the same partition."""
    mark = _CLUSTERED if is_clustered else ""
    return str(Path(one.path).parent / f"part-{uuid.uuid4()}{mark}.parquet")


def replacing(
    folder: Path, olds: Sequence[LiveFile], target: str, rows: int, *, is_change: bool
) -> list[Action]:
    """Return what the log has to be told when a new file with so many rows stands for others.

    Without rows there is no new file.  `is_change`: rows went, so that whoever follows the table
    has to look; else the same rows stand in other files.
    """
    now_ms = int(time.time() * 1000)
    actions: list[Action] = [
        RemoveAction(one.path, is_change, now_ms, one.size, one.partition or None) for one in olds
    ]
    if rows:
        size = (folder / target).stat().st_size
        stats = json.dumps({"numRecords": rows})
        actions.append(AddAction(target, size, olds[0].partition, now_ms, is_change, stats))
    return actions


def commit_files(handle: DeltaTable, actions: Sequence[Action]) -> None:
    """Commit removed and added files.

    Raises: CommitFailedError when another writer took one of the removed files.
    """
    handle.create_write_transaction(
        list(actions),
        mode="append",
        schema=handle.schema(),
        partition_by=handle.metadata().partition_columns or None,
    )
    handle.update_incremental()


def copy_rows(
    engine: duckdb.DuckDBPyConnection,
    sources: Sequence[Path],
    target: Path,
    *,
    rest: str,
    rows_in_group: int,
) -> int:
    """Write rows of Parquet files to another, `rest` being the end of the SELECT; count them."""
    quoted = str(target).replace("'", "''")
    counted = engine.execute(
        "COPY (SELECT * FROM read_parquet(?, hive_partitioning = false, union_by_name = true) "  # noqa: S608 - fragments of our own code, a quoted path
        f"{rest}) TO '{quoted}' (FORMAT parquet, COMPRESSION lz4_raw, "
        f"ROW_GROUP_SIZE {rows_in_group})",
        [[str(source) for source in sources]],
    ).fetchone()
    return int(counted[0]) if counted else 0
