"""Joined files are sorted runs, hold the same rows, and give way to whoever writes meanwhile."""

import threading
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.lake import SALES_COLUMNS, make_sales, sales_publication

from quanqu.infra.lake import clustering
from quanqu.infra.lake.clustering import MOST_ROWS, due_files
from quanqu.infra.lake.facade import append, compact, erase_rows, register, run, table
from quanqu.infra.lake.files import LiveFile, live_files
from quanqu.infra.lake.location import table_uri
from quanqu.infra.lake.tables import open_table

ORDER = ("place", "key")

pytestmark = pytest.mark.usefixtures("own_lake")


def fill(*batches: Sequence[int | None], start: int = 1) -> None:
    register(sales_publication(cluster_by=ORDER))
    for number, keys in enumerate(batches, start=start):
        rows = [{"key": k, "place": f"place {(k or 0) * 7 % 5}", "part": "202603"} for k in keys]
        append(name="fact_sale", table=make_sales(rows), app_id="test", app_version=number)


def stored() -> list[dict[str, object]]:
    rows = run(table("fact_sale")).to_pylist()
    return sorted(rows, key=lambda row: (row["key"] is None, row["key"] or 0))


def paths() -> list[Path]:
    folder = Path(table_uri("fact_sale"))
    return [folder / one.path for one in live_files(open_table("fact_sale"))]


def on_disk() -> set[Path]:
    return set(Path(table_uri("fact_sale")).rglob("part-*clustered.parquet"))


def test_the_rows_are_the_same_and_in_order() -> None:
    fill([9, 2, 7], [None, 4, 1], [8, 3])
    before = stored()

    assert compact("fact_sale") == 3

    assert stored() == before
    (path,) = paths()
    rows = pq.read_table(path, partitioning=None).select(ORDER).to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["place"], row["key"] is None, row["key"] or 0))


def test_a_second_time_there_is_nothing_to_do() -> None:
    fill([1, 2], [3])
    compact("fact_sale")

    assert compact("fact_sale") == 0


def test_a_question_passes_over_groups_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "_ROWS_IN_GROUP", 2048)
    fill(list(range(20_000)))

    compact("fact_sale")

    (path,) = paths()
    kept = pq.ParquetFile(path).metadata
    at = kept.schema.names.index("place")
    groups = [kept.row_group(number).column(at).statistics for number in range(kept.num_row_groups)]
    holding = [one for one in groups if one.min <= "place 3" <= one.max]
    assert len(groups) >= 8
    assert len(holding) <= len(groups) // 2


def test_files_of_before_a_column_was_added_are_joined_too() -> None:
    register(sales_publication(columns=SALES_COLUMNS[:1] + SALES_COLUMNS[-1:]))
    old = make_sales([{"key": 5, "part": "202603"}]).select(["key", "part"])
    append(name="fact_sale", table=old, app_id="test", app_version=1)
    fill([1, 2], start=2)
    before = stored()

    assert compact("fact_sale") == 2

    assert stored() == before


def test_rows_appended_meanwhile_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(*[[number] for number in range(1, 6)])
    writer = threading.Thread(target=lambda: fill(*[[100 + n] for n in range(10)], start=6))

    writer.start()
    compact("fact_sale")
    writer.join()
    compact("fact_sale")

    assert [row["key"] for row in stored()] == [*range(1, 6), *range(100, 110)]


def test_an_erasure_that_took_the_files_makes_it_look_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill([1, 2], [3, 4])
    real, raced = clustering.commit_files, []

    def erasing_meanwhile(handle: object, actions: object) -> None:
        if not raced:
            raced.append(erase_rows(name="fact_sale", column="key", values=[2, 3]))
        real(handle, actions)  # type: ignore[arg-type] # handed through

    monkeypatch.setattr(clustering, "commit_files", erasing_meanwhile)
    compact("fact_sale")

    assert raced == [2]
    assert [row["key"] for row in stored()] == [1, 4]
    assert on_disk() == set(paths())


def test_what_a_failure_left_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    fill([1, 2], [3, 4])

    def cut_off(handle: object, actions: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clustering, "commit_files", cut_off)
    with pytest.raises(KeyboardInterrupt):
        compact("fact_sale")

    assert on_disk() == set()
    assert len(stored()) == 4


def test_an_erased_run_is_still_one() -> None:
    fill([1, 2], [3, 4])
    compact("fact_sale")

    erase_rows(name="fact_sale", column="key", values=[2])

    assert compact("fact_sale") == 0
    assert [row["key"] for row in stored()] == [1, 3, 4]


def test_an_order_by_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no column"):
        register(sales_publication(cluster_by=("missing",)))


@given(st.lists(st.tuples(st.integers(1, 2 * MOST_ROWS), st.booleans()), max_size=30))
def test_what_is_due_comes_to_an_end_in_few_runs(told: list[tuple[int, bool]]) -> None:
    files = [file(rows, is_clustered, n) for n, (rows, is_clustered) in enumerate(told)]
    total = sum(one.rows for one in files)

    for joined in range(100):
        chosen = due_files(files)
        if not chosen:
            break
        assert len(chosen) == 1 or sum(one.rows for one in chosen) <= MOST_ROWS
        assert any(not one.is_clustered for one in chosen) or len(chosen) > 1
        files = [one for one in files if one not in chosen]
        files.append(file(sum(one.rows for one in chosen), True, 1000 + joined))
    else:
        raise AssertionError("it never ends")

    assert sum(one.rows for one in files) == total
    assert all(one.is_clustered for one in files)


def file(rows: int, is_clustered: bool, number: int) -> LiveFile:
    mark = "-clustered" if is_clustered else ""
    return LiveFile(f"part=1/part-{number}{mark}.parquet", rows * 50, rows, {"part": "1"})


def test_new_rows_are_written_again_about_as_often_as_their_number_doubles() -> None:
    files: list[LiveFile] = []
    written = 0
    for number in range(512):
        files.append(file(500_000, False, number))
        chosen = due_files(files)
        written += sum(one.rows for one in chosen)
        files = [one for one in files if one not in chosen]
        files.append(file(sum(one.rows for one in chosen), True, 1000 + number))

    total = 512 * 500_000
    assert written <= 4 * total  # 500,000 → 4 million: three doublings and the first writing
    assert len(files) <= total / (MOST_ROWS / 2) + 3


def test_rows_of_every_type_come_back(tmp_path: Path) -> None:
    fill([1])
    rows = make_sales([{"key": 2, "place": None, "tags": None, "part": "202604"}])
    append(name="fact_sale", table=rows, app_id="test", app_version=2)
    before = run(table("fact_sale")).sort_by("key")

    compact("fact_sale")

    after = run(table("fact_sale")).sort_by("key")
    assert after.equals(before)
    assert isinstance(after, pa.Table)
