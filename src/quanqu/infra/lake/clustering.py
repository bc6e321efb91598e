"""Small files joined into runs whose rows stand in the order that questions look for them.

A run is a file sorted by the declared columns: a question about one of their values reads the row
groups that hold it and passes over the rest by their statistics.  Runs join by size, as in a
log-structured merge tree (O'Neil and others, Acta Informatica 33, 1996): a row is written again
about once for every doubling of the run it stands in.
"""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from deltalake import DeltaTable

from quanqu.infra.lake.engines.duck import start_engine
from quanqu.infra.lake.files import (
    LiveFile,
    commit_files,
    copy_rows,
    live_files,
    name_beside,
    replacing,
)
from quanqu.infra.lake.location import table_uri
from quanqu.infra.lake.registry import publication
from quanqu.infra.lake.tables import retried

MOST_ROWS: Final = 4_000_000
"""Rows that one run may have: what is sorted at once."""
_ROWS_IN_GROUP: Final = 122_880
_FEW_ROWS: Final = 100_000


def cluster(name: str) -> int:
    """Join and sort what is due and return how many files went; appends may go on meanwhile.

    A commit for every run: a crash loses the run under way, of which the log knows nothing.
    """
    gone = 0
    while count := retried(name, lambda handle: _join_some(handle, name)):
        gone += count
    return gone


def due_files(files: Sequence[LiveFile]) -> list[LiveFile]:
    """Return the files of one partition that are to be one run; none when all is as it should be.

    New files as many as make a run, then the smallest runs as long as they are no larger than what
    is there already.
    """
    fresh = sorted((one for one in files if not one.is_clustered), key=_size)
    runs = sorted((one for one in files if one.is_clustered), key=_size)
    chosen: list[LiveFile] = []
    rows = 0
    for one in fresh:
        if chosen and rows + one.rows > MOST_ROWS:
            return chosen
        chosen.append(one)
        rows += one.rows
    for one in runs:
        if one.rows > max(rows, _FEW_ROWS) or rows + one.rows > MOST_ROWS:
            break
        chosen.append(one)
        rows += one.rows
    return chosen if fresh or len(chosen) > 1 else []


def _size(one: LiveFile) -> tuple[int, str]:
    return one.rows, one.path


def _join_some(handle: DeltaTable, name: str) -> int:
    """Make one run and return how many files it stands for; 0 when nothing is due."""
    files = sorted(live_files(handle), key=lambda one: str(one.partition_key))
    for _, group in groupby(files, key=lambda one: one.partition_key):
        if chosen := due_files(list(group)):
            _join(handle, name, chosen)
            return len(chosen)
    return 0


def _join(handle: DeltaTable, name: str, chosen: Sequence[LiveFile]) -> None:
    folder = Path(table_uri(name))
    target = name_beside(chosen[0], is_clustered=True)
    columns = ", ".join(f'"{column}"' for column in publication(name).cluster_by)
    engine = start_engine()
    try:
        engine.execute("SET TimeZone = 'UTC'")
        rows = copy_rows(
            engine,
            [folder / one.path for one in chosen],
            folder / target,
            rest=f"ORDER BY {columns}",
            rows_in_group=_ROWS_IN_GROUP,
        )
        commit_files(handle, replacing(folder, chosen, target, rows, is_change=False))
    except BaseException:  # nobody names the file: it would keep what may be erased meanwhile
        (folder / target).unlink(missing_ok=True)
        raise
    finally:
        engine.close()
