"""Facts are appended exactly once, while others append, compact and erase."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.builders.lake import SALES_COLUMNS, make_sales, sales_publication

from quanqu.infra.lake.contracts import Column, ColumnMismatchError, LakeWriteError
from quanqu.infra.lake.facade import (
    append,
    committed_version,
    compact,
    delete_where,
    register,
    run,
    table,
    vacuum,
)
from quanqu.infra.lake.tables import open_table, retried

APP = "till.settle"


@pytest.fixture(autouse=True)
def sales(own_lake: Path) -> None:
    register(sales_publication())


def add(version: int, *keys: int, app_id: str = APP, part: str = "202603") -> int:
    rows = make_sales([{"key": key, "part": part} for key in keys])
    return append(name="fact_sale", table=rows, app_id=app_id, app_version=version)


def keys() -> list[int]:
    return sorted(run(table("fact_sale"))["key"].to_pylist())


def test_a_fresh_table_is_empty_and_readable() -> None:
    assert keys() == []
    assert run(table("fact_sale")).schema == sales_publication().schema
    assert committed_version("fact_sale", APP) is None


def test_the_same_number_is_written_once() -> None:
    first = add(0, 1, 2)
    assert add(0, 1, 2) == first
    add(1, 3)
    assert add(0, 9) == first + 1

    assert keys() == [1, 2, 3]
    assert committed_version("fact_sale", APP) == 1


def test_writers_count_for_themselves() -> None:
    add(5, 1)
    add(1, 2, app_id="other")
    assert keys() == [1, 2]
    assert committed_version("fact_sale", "other") == 1


def test_racing_writers_of_one_number_write_once() -> None:
    barrier = threading.Barrier(4)
    versions: list[int] = []

    def race() -> None:
        barrier.wait()
        versions.append(add(1, 7))

    run_together([race] * 4)
    assert keys() == [7]
    assert len(versions) == 4


def test_appending_goes_on_while_files_are_joined() -> None:
    def write() -> None:
        for version in range(30):
            add(version, version)

    def join() -> None:
        for _ in range(8):
            compact("fact_sale")

    run_together([write, join])
    compact("fact_sale")
    assert keys() == list(range(30))
    assert len(open_table("fact_sale").file_uris()) == 1


def test_a_write_goes_on_when_the_log_began_anew_under_it() -> None:
    add(0, 1)
    attempts: list[int] = []

    def work(handle: Any) -> int:
        attempts.append(handle.version())
        if len(attempts) == 1:
            raise OSError("Kernel error: File not found: /x/fact_sale/_delta_log/0012.json.")
        return int(handle.version())

    assert retried("fact_sale", work) == attempts[-1]
    assert len(attempts) == 2


def test_a_log_that_never_comes_back_is_told() -> None:
    def work(handle: Any) -> int:
        raise OSError("Kernel error: File not found: /x/fact_sale/_delta_log/0012.json.")

    with pytest.raises(LakeWriteError, match="other writers were faster every time"):
        retried("fact_sale", work)


def run_together(jobs: Sequence[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - reported below
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_readers_survive_compaction_and_vacuum(own_lake: Path) -> None:
    for version in range(5):
        add(version, version)
    assert keys() == list(range(5))
    assert compact("fact_sale") == 5
    assert vacuum("fact_sale", keep_h=0) == 5
    assert len(list(own_lake.rglob("*.parquet"))) >= 1
    assert keys() == list(range(5))


def test_erased_rows_leave_the_files_too(own_lake: Path) -> None:
    add(1, 1, 2, 3)
    add(2, 4)
    assert delete_where(name="fact_sale", column="key", values=[2, 4, 99]) == 2
    assert delete_where(name="fact_sale", column="place", values=["o'x"]) == 0
    vacuum("fact_sale", keep_h=0)

    assert keys() == [1, 3]
    stored = [pq.read_table(path)["key"].to_pylist() for path in parquet(own_lake)]
    assert sorted(key for file in stored for key in file) == [1, 3]


def parquet(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts]


def test_only_a_column_of_the_table_can_choose_what_is_erased() -> None:
    with pytest.raises(ValueError, match="no column"):
        delete_where(name="fact_sale", column="1=1 OR key", values=[1])


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ColumnMismatchError):
        append(name="fact_sale", table=pa.table({"k": [1]}), app_id=APP, app_version=1)
    assert committed_version("fact_sale", APP) is None


def test_a_column_added_later_is_null_in_older_rows() -> None:
    add(1, 1)
    wider = (*SALES_COLUMNS, Column("note", pa.string(), "A word."))
    register(sales_publication(columns=wider))
    assert run(table("fact_sale"))["note"].to_pylist() == [None]

    rows = make_sales([{"key": 2, "part": "202604"}]).append_column("note", pa.array(["n"]))
    append(name="fact_sale", table=rows, app_id=APP, app_version=2)
    found = run(table("fact_sale")).to_pylist()
    assert sorted((row["key"], row["note"]) for row in found) == [(1, None), (2, "n")]
