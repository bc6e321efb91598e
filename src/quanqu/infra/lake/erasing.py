"""Rows taken out of a table for good: files rewritten, the past forgotten, leftovers deleted."""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from quanqu.infra.lake.durable import make_checkpoint_durable
from quanqu.infra.lake.engines.duck import start_engine
from quanqu.infra.lake.files import (
    Action,
    LiveFile,
    commit_files,
    copy_rows,
    live_files,
    name_beside,
    replacing,
)
from quanqu.infra.lake.location import LOG, is_remote, table_uri
from quanqu.infra.lake.registry import publication
from quanqu.infra.lake.tables import forget_handles, look, open_table, retried
from quanqu.infra.lake.upkeep import delete_where, vacuum

_ROWS_IN_GROUP: Final = 262_144
_MOST_FILES: Final = 64
"""Files that one commit replaces: what a crash has to do again, and what a rival may undo."""


def erase_rows(
    *,
    name: str,
    column: str,
    values: Collection[int],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Rewrite every file that holds one of the values and return how many rows went.

    At most 64 files a commit, which are then done: a second call after a crash finds only the
    rest.  Appending may go on meanwhile; a compaction that took the same files makes this look
    again.  Older versions keep the rows until `forget_past`.  `progress` is told files done and
    all.  Raises: LakeWriteError.
    """
    if column not in publication(name).schema.names:
        raise ValueError(f"{name} has no column {column!r}")
    if is_remote(table_uri(name)):
        return delete_where(name=name, column=column, values=sorted(values))
    erased, done = 0, 0
    with _Cleaner(name, column, values) as cleaner:
        left = len(look(name, cleaner.affected))
        while count := retried(name, cleaner.replace_some):
            erased, done = erased + count[0], done + count[1]
            if progress is not None:
                progress(done, max(left, done))
    return erased


def forget_past(name: str, *, column: str, values: Collection[int]) -> int:
    """Delete what earlier versions and broken-off writes left of a table; return how many files.

    Files that no present version names go at once, and so does a file that no version names and
    that holds one of the values: whoever is writing it has lost (its sources are gone).  The log
    begins anew at a checkpoint, since its entries tell values of rows: predicates, least, greatest.
    """
    gone = vacuum(name, keep_h=0)
    handle = open_table(name)
    if is_remote(table_uri(name)):
        return gone
    handle.create_checkpoint()
    make_checkpoint_durable(name)
    folder = Path(table_uri(name))
    for entry in (folder / LOG).iterdir():
        if _version_of(entry) < handle.version():
            entry.unlink(missing_ok=True)
            gone += 1
    forget_handles()
    with _Cleaner(name, column, values) as cleaner:
        return gone + cleaner.drop_strays(folder, handle)


def rows_with(*, name: str, column: str, values: Collection[int]) -> int:
    """Return how many rows of the newest version have one of the values."""
    if is_remote(table_uri(name)):
        stored = open_table(name).to_pyarrow_dataset()
        wanted = pa.compute.field(column).isin(sorted(values))
        return int(stored.count_rows(filter=wanted))
    with _Cleaner(name, column, values) as cleaner:
        return sum(look(name, cleaner.affected).values())


class _Cleaner:
    """One engine with the values at hand, while one table is being cleaned."""

    def __init__(self, name: str, column: str, values: Collection[int]) -> None:
        self._name, self._column = name, column
        self._values = pa.table({"value": pa.array(sorted(values), pa.int64())})
        self._folder = Path(table_uri(name))
        self._seen: dict[str, int] = {}  # a file of a version is never written again

    def __enter__(self) -> "_Cleaner":
        self._engine: duckdb.DuckDBPyConnection = start_engine()
        self._engine.execute("SET TimeZone = 'UTC'")
        self._engine.register("erased_in", self._values)
        self._engine.execute("CREATE TABLE erased AS SELECT value FROM erased_in")
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def affected(self, handle: DeltaTable) -> dict[str, int]:
        """Return how many rows to erase each live file has, of those that have any."""
        live = [str(self._folder / one.path) for one in live_files(handle)]
        fresh = [path for path in live if path not in self._seen]
        self._seen |= dict.fromkeys(fresh, 0) | self._hits(fresh)
        return {path: self._seen[path] for path in live if self._seen[path]}

    def replace_some(self, handle: DeltaTable) -> tuple[int, int] | None:
        """Replace some affected files in one commit; return rows and files, None when all is done.

        Raises: CommitFailedError when another writer took one of the files.
        """
        hits = self.affected(handle)
        if not hits:
            return None
        chosen = [one for one in live_files(handle) if str(self._folder / one.path) in hits]
        chosen = chosen[:_MOST_FILES]
        actions: list[Action] = []
        for one in chosen:
            actions += self._rewrite(one)
        commit_files(handle, actions)
        return sum(hits[str(self._folder / one.path)] for one in chosen), len(chosen)

    def drop_strays(self, folder: Path, handle: DeltaTable) -> int:
        """Delete files that no version names and that hold one of the values."""
        named = {str(folder / one.path) for one in live_files(handle)}
        strays = [
            path
            for path in folder.rglob("*.parquet")
            if LOG not in path.parts and str(path) not in named
        ]
        dropped = 0
        for path in strays:
            if self._must_go(path):
                path.unlink(missing_ok=True)
                dropped += 1
        return dropped

    def _must_go(self, path: Path) -> bool:
        try:
            return bool(self._hits([str(path)]))
        except FileNotFoundError:
            return False
        except duckdb.Error:  # cut off: nobody can read it, and nobody will
            return _is_old(path)

    def _hits(self, files: list[str]) -> dict[str, int]:
        if not files:
            return {}
        found = self._engine.execute(
            f"SELECT filename, count(*) FROM read_parquet(?, filename = true, "  # noqa: S608 - a declared column
            "hive_partitioning = false, union_by_name = true) "
            f'WHERE "{self._column}" IN (SELECT value FROM erased) GROUP BY filename',
            [files],
        ).fetchall()
        return {str(path): int(count) for path, count in found}

    def _rewrite(self, one: LiveFile) -> list[Action]:
        """Write a file without the rows, beside it, and return what the log has to be told."""
        target = name_beside(one, is_clustered=one.is_clustered)
        kept = copy_rows(
            self._engine,
            [self._folder / one.path],
            self._folder / target,
            rest=f'WHERE NOT coalesce("{self._column}" IN (SELECT value FROM erased), false)',  # noqa: S608 - a declared column
            rows_in_group=_ROWS_IN_GROUP,
        )
        if not kept:
            (self._folder / target).unlink()
        self._seen[str(self._folder / target)] = 0
        return replacing(self._folder, [one], target, kept, is_change=True)


def _version_of(entry: Path) -> int:
    """Return the version that an entry of the log tells of; what is no entry is never old."""
    head = entry.name.partition(".")[0]
    return int(head) if head.isdigit() else 1 << 62


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - 3600
    except FileNotFoundError:
        return False
