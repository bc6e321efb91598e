"""Erased rows are in no file and no entry of the log, whoever writes meanwhile."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.lake import SALES_COLUMNS, lake_at, make_sales, sales_publication

from quanqu.infra.lake import erasing, tables
from quanqu.infra.lake.facade import (
    append,
    committed_version,
    compact,
    erase_rows,
    forget_past,
    register,
    row_count,
    rows_with,
    run,
    table,
    vacuum,
)
from quanqu.infra.lake.files import LiveFile
from quanqu.infra.lake.location import table_uri

pytestmark = pytest.mark.usefixtures("own_lake")


def fill(*batches: list[int], parts: int = 2) -> None:
    register(sales_publication(partition_by="part"))
    start = committed_version("fact_sale", "test") or 0
    for number, keys in enumerate(batches, start=start + 1):
        rows = [{"key": key, "part": f"p{key % parts}", "place": f"buyer-{key}"} for key in keys]
        append(name="fact_sale", table=make_sales(rows), app_id="test", app_version=number)


def keys_left() -> list[int]:
    return sorted(run(table("fact_sale").select("key"))["key"].to_pylist())


def every_key_on_disk(folder: Path) -> set[int]:
    """Return the keys in every Parquet file that lies there, named by a version or not."""
    files = [path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts]
    return {
        key for path in files for key in pq.read_table(path, partitioning=None)["key"].to_pylist()
    }


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_erased_rows_are_gone_and_all_others_stay_as_they_were() -> None:
    fill([1, 2, 3, 4], [5, 6, 7, 8])
    before = run(table("fact_sale")).sort_by("key").to_pylist()

    erased = erase_rows(name="fact_sale", column="key", values=[2, 3, 99])

    assert erased == 2
    after = run(table("fact_sale")).sort_by("key").to_pylist()
    assert after == [row for row in before if row["key"] not in {2, 3}]
    assert row_count("fact_sale") == 6
    assert rows_with(name="fact_sale", column="key", values=[2, 3]) == 0


def test_rows_without_a_value_stay() -> None:
    fill([1, 2])
    rows = make_sales([{"key": None, "part": "p1"}])
    append(name="fact_sale", table=rows, app_id="test", app_version=2)

    erase_rows(name="fact_sale", column="key", values=[1])

    assert run(table("fact_sale").select("key"))["key"].to_pylist().count(None) == 1
    assert row_count("fact_sale") == 2


def test_no_file_and_no_entry_of_the_log_tells_of_them_afterwards() -> None:
    fill([1, 2, 771001], [5, 6])
    compact("fact_sale")
    folder = Path(table_uri("fact_sale"))
    assert b"771001" in all_bytes(folder)  # statistics in the log told it

    erase_rows(name="fact_sale", column="key", values=[771001])
    forget_past("fact_sale", column="key", values=[771001])

    assert 771001 not in every_key_on_disk(folder)
    assert b"771001" not in all_bytes(folder)
    assert b"buyer-771001" not in all_bytes(folder)
    assert keys_left() == [1, 2, 5, 6]


def test_what_was_deleted_by_predicate_is_not_told_by_the_log_either() -> None:
    fill([1, 771001])
    erasing.delete_where(name="fact_sale", column="key", values=[771001])
    folder = Path(table_uri("fact_sale"))
    assert b"771001" in all_bytes(folder)

    forget_past("fact_sale", column="key", values=[771001])

    assert b"771001" not in all_bytes(folder)


def test_the_writers_numbers_outlive_the_forgetting() -> None:
    fill([1, 2], [3])
    erase_rows(name="fact_sale", column="key", values=[1])
    forget_past("fact_sale", column="key", values=[1])

    append(name="fact_sale", table=make_sales([{"key": 3}]), app_id="test", app_version=2)

    assert committed_version("fact_sale", "test") == 2
    assert keys_left() == [2, 3]


@pytest.mark.parametrize(
    "look",
    [
        row_count,
        lambda name: committed_version(name, "others"),
    ],
    ids=["rows", "writer"],
)
def test_whoever_reads_meanwhile_finds_the_log_that_began_anew(look: Callable[[str], int]) -> None:
    register(sales_publication(partition_by="part"))
    append(name="fact_sale", table=make_sales([{"key": 1}]), app_id="others", app_version=1)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        seen = 1
        while not done.is_set():
            try:
                counted = look("fact_sale")
                if counted < seen:
                    wrong.append((seen, counted))
                seen = counted
            except Exception as error:  # noqa: BLE001 - told by the test
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(2, 22):
            more = make_sales([{"key": number}])
            append(name="fact_sale", table=more, app_id="others", app_version=number)
            forget_past("fact_sale", column="key", values=[771001])
    finally:
        done.set()
        for reader in readers:
            reader.join()

    assert wrong == []
    assert keys_left() == list(range(1, 22))


def test_a_handle_whose_log_began_anew_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Behind:
        """The shared handle, an instant after the entry it is about to read was dropped."""

        def __init__(self, handle: Any) -> None:
            self.version = handle.version

        def update_incremental(self) -> None:
            raise OSError(f"Kernel error: File not found: {uri}/_delta_log/0002.json")

    fill([1])
    uri = table_uri("fact_sale")
    assert row_count("fact_sale") == 1
    fill([2])
    monkeypatch.setattr(tables._handles[uri], "handle", Behind(tables._handles[uri].handle))

    assert row_count("fact_sale") == 2


def test_a_log_that_begins_anew_under_a_handle_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill([1], [2], [3])
    flush, came = tables.make_durable, []

    def forgotten_meanwhile(name: str, version: int) -> None:
        flush(name, version)
        if not came:
            came.append(version)
            fill([4])
            forget_past(name, column="key", values=[771001])

    monkeypatch.setattr(tables, "make_durable", forgotten_meanwhile)

    assert committed_version("fact_sale", "test") == 4


def test_a_table_can_be_written_and_kept_after_the_forgetting() -> None:
    fill([1, 2], [3])
    erase_rows(name="fact_sale", column="key", values=[1])
    forget_past("fact_sale", column="key", values=[1])
    fill([10, 11])
    compact("fact_sale")
    vacuum("fact_sale", keep_h=0)
    erase_rows(name="fact_sale", column="key", values=[10])
    forget_past("fact_sale", column="key", values=[10])

    assert keys_left() == [2, 3, 11]


def test_a_file_that_a_crash_left_goes_when_it_holds_the_person() -> None:
    fill([1, 2, 3])
    folder = Path(table_uri("fact_sale"))
    live = next(path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts)
    stray = live.with_name("part-left.parquet")
    stray.write_bytes(live.read_bytes())
    innocent = live.with_name("part-new.parquet")
    pq.write_table(pa.table({"key": [70]}), innocent)
    key = pq.read_table(live, partitioning=None)["key"].to_pylist()[0]

    erase_rows(name="fact_sale", column="key", values=[key])
    forget_past("fact_sale", column="key", values=[key])

    assert not stray.exists()
    assert innocent.exists()  # somebody may be about to commit it
    assert key not in every_key_on_disk(folder)


def test_older_files_without_a_newer_column_are_rewritten_as_they_are() -> None:
    register(sales_publication(partition_by="part", columns=SALES_COLUMNS[:1] + SALES_COLUMNS[-1:]))
    old = make_sales([{"key": key, "part": "p"} for key in (1, 2)]).select(["key", "part"])
    append(name="fact_sale", table=old, app_id="test", app_version=1)
    fill([3, 4])

    erase_rows(name="fact_sale", column="key", values=[1, 4])

    assert keys_left() == [2, 3]


def test_a_compaction_that_took_the_files_makes_it_look_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill([1, 2], [3, 4], [5, 6])
    real, raced = erasing._Cleaner._rewrite, []

    def compacting_meanwhile(self: erasing._Cleaner, one: LiveFile) -> object:
        if not raced:
            raced.append(compact("fact_sale"))
        return real(self, one)

    monkeypatch.setattr(erasing._Cleaner, "_rewrite", compacting_meanwhile)
    erase_rows(name="fact_sale", column="key", values=[1, 2, 6])

    assert raced
    assert raced[0] > 0
    assert keys_left() == [3, 4, 5]


def test_events_may_be_appended_while_rows_are_erased() -> None:
    fill(*[[number, number + 1000] for number in range(1, 9)])
    writing = threading.Thread(target=lambda: fill(*[[2000 + number] for number in range(20)]))

    writing.start()
    erase_rows(name="fact_sale", column="key", values=list(range(1, 9)))
    writing.join()

    assert keys_left() == [*range(1001, 1009), *range(2000, 2020)]


def test_it_says_how_far_it_is() -> None:
    fill([1], [2], [3])
    told: list[tuple[int, int]] = []

    erase_rows(
        name="fact_sale",
        column="key",
        values=[1, 2, 3],
        progress=lambda done, of: told.append((done, of)),
    )

    assert told == [(3, 3)]


def test_many_files_go_in_several_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "_MOST_FILES", 2)
    fill([1], [2], [3], [4], [5, 6])
    told: list[int] = []

    erased = erase_rows(
        name="fact_sale",
        column="key",
        values=[1, 2, 3, 4, 5],
        progress=lambda done, of: told.append(done),
    )

    assert erased == 5
    assert told == [2, 4, 5]
    assert keys_left() == [6]


def test_a_crash_between_two_commits_leaves_only_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "_MOST_FILES", 1)
    fill([1], [2], [3])

    def broken_off(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erase_rows(name="fact_sale", column="key", values=[1, 2, 3], progress=broken_off)
    assert len(keys_left()) == 2

    assert erase_rows(name="fact_sale", column="key", values=[1, 2, 3]) == 2
    assert keys_left() == []


def test_the_log_says_what_was_taken_and_what_came_for_it() -> None:
    fill([1, 2, 3])
    erase_rows(name="fact_sale", column="key", values=[1])

    last = sorted((Path(table_uri("fact_sale")) / "_delta_log").glob("*.json"))[-1]
    actions = [next(iter(json.loads(line))) for line in last.read_text("utf-8").splitlines()]

    assert {"add", "remove"} <= set(actions)


@settings(max_examples=15)
@given(
    st.lists(st.lists(st.integers(0, 30), max_size=8), min_size=1, max_size=4),
    st.sets(st.integers(0, 35), max_size=12),
)
def test_what_is_left_is_what_a_filter_leaves(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]], gone: set[int]
) -> None:
    with lake_at(tmp_path_factory.mktemp("lake")) as folder:
        fill(*[batch for batch in batches if batch] or [[1]])
        before = keys_left()

        erase_rows(name="fact_sale", column="key", values=gone)
        forget_past("fact_sale", column="key", values=gone)

        assert keys_left() == [key for key in before if key not in gone]
        assert every_key_on_disk(folder) & gone == set()
