"""What was committed outlasts a power cut; what the cut tore is taken back and comes again."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.builders.lake import make_sales, sales_publication

from quanqu.infra.lake import durable
from quanqu.infra.lake.contracts import WHOLE
from quanqu.infra.lake.facade import (
    append,
    committed_version,
    compact,
    delete_where,
    forget_handles,
    mark_dirty,
    mend_tables,
    publish_dirty,
    register,
    run,
    table,
)
from quanqu.infra.lake.models import LakeDirty
from quanqu.infra.lake.tables import open_table
from quanqu.kernel.time import utc_now

APP = "till.settle"
NAME = "fact_sale"


@pytest.fixture(autouse=True)
def sales(own_lake: Path) -> None:
    register(sales_publication())


class Disk:
    """Notes what was flushed, and loses everything else when the power goes."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._flushed: set[tuple[int, int]] = set()
        flush = os.fsync

        def noted(handle: int) -> None:
            told = os.fstat(handle)
            self._flushed.add((told.st_ino, told.st_size if not _is_folder(handle) else 0))
            flush(handle)

        patch.setattr(os, "fsync", noted)

    def cut(self) -> None:
        """Empty every file that was never flushed, as a file system may after a power cut."""
        for path in self.root.rglob("*"):
            told = path.stat()
            if path.is_file() and (told.st_ino, told.st_size) not in self._flushed:
                path.write_bytes(b"")
        forget_handles()
        durable._flushed.clear()


def _is_folder(handle: int) -> bool:
    return os.path.isdir(f"/proc/self/fd/{handle}")


@pytest.fixture
def disk(own_lake: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(own_lake, monkeypatch)


@contextmanager
def unflushed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commit as a process does that loses its power before it has flushed."""
    with monkeypatch.context() as patch:
        patch.setattr(durable, "_flush", lambda files, folder: None)
        yield


def add(version: int, *keys: int, part: str = "202603") -> None:
    rows = make_sales([{"key": key, "part": part} for key in keys])
    append(name=NAME, table=rows, app_id=APP, app_version=version)


def keys() -> list[int]:
    return sorted(run(table(NAME))["key"].to_pylist())


def test_an_append_that_returned_outlasts_a_power_cut(disk: Disk) -> None:
    add(0, 1, 2)
    add(1, 3, part="202604")

    disk.cut()

    assert mend_tables() == ()
    assert keys() == [1, 2, 3]


def test_what_was_joined_and_deleted_outlasts_a_power_cut(disk: Disk) -> None:
    for version in range(5):
        add(version, version)
    compact(NAME)
    delete_where(name=NAME, column="key", values=[0])

    disk.cut()

    assert mend_tables() == ()
    assert keys() == [1, 2, 3, 4]


def test_a_commit_of_another_process_below_ours_is_flushed_with_it(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unflushed(monkeypatch):
        add(0, 1)
    durable._flushed.clear()  # as in another process
    add(1, 2)

    disk.cut()

    assert mend_tables() == ()
    assert keys() == [1, 2]


def test_whoever_reads_what_a_dead_writer_committed_can_rely_on_it(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unflushed(monkeypatch):
        add(0, 1)
    durable._flushed.clear()
    assert committed_version(NAME, APP) == 0

    disk.cut()

    assert mend_tables() == ()
    assert keys() == [1]


def test_an_append_that_was_torn_is_taken_back_and_may_come_again(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(0, 1)
    with unflushed(monkeypatch):
        add(1, 2)

    disk.cut()

    assert mend_tables() == (NAME,)
    assert (keys(), committed_version(NAME, APP)) == ([1], 0)
    add(1, 2)
    assert (keys(), committed_version(NAME, APP)) == ([1, 2], 1)
    assert mend_tables() == ()


def test_a_whole_entry_that_names_a_torn_file_is_taken_back(own_lake: Path) -> None:
    add(0, 1)
    add(1, 2)
    last = max(own_lake.rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    last.write_bytes(last.read_bytes()[:-10])
    forget_handles()

    assert mend_tables() == (NAME,)
    assert keys() == [1]


def test_joined_files_that_were_torn_give_way_to_what_they_were_joined_of(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(4):
        add(version, version)
    with unflushed(monkeypatch):
        compact(NAME)

    disk.cut()

    assert mend_tables() == (NAME,)
    assert keys() == [0, 1, 2, 3]


def test_a_torn_checkpoint_is_dropped_and_the_log_read_instead(own_lake: Path) -> None:
    for version in range(3):
        add(version, version)
    compact(NAME)
    (checkpoint,) = own_lake.rglob("*.checkpoint.parquet")
    checkpoint.write_bytes(b"")
    forget_handles()

    mend_tables()

    assert keys() == [0, 1, 2]
    assert not checkpoint.exists()


def test_files_that_are_not_needed_any_more_are_nobody_s_loss(own_lake: Path) -> None:
    for version in range(3):
        add(version, version)
    compact(NAME)
    gone = set(own_lake.rglob("*.parquet")) - {Path(path) for path in open_table(NAME).file_uris()}
    for path in gone:
        if "checkpoint" not in path.name:
            path.unlink()

    assert mend_tables() == ()
    assert keys() == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_published_table_that_was_torn_is_written_anew(own_lake: Path) -> None:
    rows = make_sales([{"key": 1, "part": "a"}, {"key": 2, "part": "b"}])
    register(sales_publication(read=lambda parts: rows))
    mark_dirty(publication=NAME, partitions=[WHOLE])
    publish_dirty(now=utc_now())
    entry = max(own_lake.rglob("_delta_log/*.json"))
    entry.write_bytes(b"")
    forget_handles()

    assert mend_tables() == (NAME,)
    assert LakeDirty.objects.filter(publication=NAME).exists()
    publish_dirty(now=utc_now())

    assert keys() == [1, 2]
