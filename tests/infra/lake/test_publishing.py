"""What is marked is published: exactly, atomically, and again after a failure."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from django.db import connection, transaction
from tests.builders.lake import SALES_COLUMNS, make_sales, sales_publication

from quanqu.infra.lake import registry
from quanqu.infra.lake.contracts import WHOLE, Column, ColumnMismatchError, UnknownTableError
from quanqu.infra.lake.facade import (
    fresh_until,
    mark_dirty,
    mark_drifted,
    mark_everything,
    publish_dirty,
    register,
    run,
    snapshot_version,
    table,
)
from quanqu.infra.lake.models import LakeDirty, LakeState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Till:
    """Stands for a room: the rows it has now, and which partitions it was asked for."""

    def __init__(self, rows: Sequence[dict[str, object]]) -> None:
        self.rows = list(rows)
        self.asked: list[Sequence[str] | None] = []

    def read(self, partitions: Sequence[str] | None) -> pa.Table:
        self.asked.append(partitions)
        wanted = [r for r in self.rows if partitions is None or r["part"] in partitions]
        return make_sales(wanted)


def open_till(*rows: dict[str, object]) -> Till:
    till = Till(rows)
    register(sales_publication(read=till.read))
    return till


def keys() -> list[int]:
    return sorted(run(table("fact_sale"))["key"].to_pylist())


@pytest.mark.django_db
def test_only_marked_partitions_are_read_and_replaced(own_lake: Path) -> None:
    till = open_till({"key": 1, "part": "1-202601"}, {"key": 2, "part": "1-202602"})
    mark_dirty(publication="fact_sale", partitions=["1-202601", "1-202602", "1-202601"])
    first = publish_dirty(now=NOW)

    till.rows = [{"key": 3, "part": "1-202601"}, {"key": 9, "part": "1-202602"}]
    mark_dirty(publication="fact_sale", partitions=["1-202601"])
    second = publish_dirty(now=NOW)

    assert keys() == [2, 3]
    assert [p.row_count for p in first + second] == [2, 1]
    assert second[0].version == first[0].version + 1
    assert till.asked == [["1-202601", "1-202602"], ["1-202601"]]
    assert not LakeDirty.objects.exists()
    assert LakeState.objects.get(name="fact_sale").version == second[0].version


@pytest.mark.django_db
def test_a_partition_without_rows_becomes_empty(own_lake: Path) -> None:
    till = open_till({"key": 1, "part": "a"}, {"key": 2, "part": "b"})
    mark_dirty(publication="fact_sale", partitions=["a", "b"])
    publish_dirty(now=NOW)

    till.rows = till.rows[1:]
    mark_dirty(publication="fact_sale", partitions=["a"])
    publish_dirty(now=NOW)

    assert keys() == [2]


@pytest.mark.django_db
def test_many_partitions_are_read_in_groups_and_committed_once(own_lake: Path) -> None:
    till = open_till(*({"key": n, "part": f"p{n:02}"} for n in range(20)))
    mark_dirty(publication="fact_sale", partitions=[f"p{n:02}" for n in range(20)])
    (published,) = publish_dirty(now=NOW)

    assert keys() == list(range(20))
    assert published.version == 1
    assert len(till.asked) == 4


@pytest.mark.django_db
def test_the_whole_table_is_replaced(own_lake: Path) -> None:
    till = open_till({"key": 1, "part": "a"}, {"key": 2, "part": "b"})
    mark_everything_of_the_till()
    till.rows = [{"key": 7, "part": "c"}]
    mark_everything_of_the_till()

    assert keys() == [7]
    assert till.asked == [None, None]


def mark_everything_of_the_till() -> None:
    mark_dirty(publication="fact_sale", partitions=[WHOLE, "a"])
    publish_dirty(now=NOW)


@pytest.mark.django_db
def test_a_table_without_partitions_is_replaced_as_one(own_lake: Path) -> None:
    till = Till([{"key": 1, "part": "a"}])
    register(sales_publication(name="dim_till", partition_by=None, read=till.read))
    mark_dirty(publication="dim_till", partitions=["anything"])
    publish_dirty(now=NOW)

    assert run(table("dim_till"))["key"].to_pylist() == [1]
    assert till.asked == [None]


@pytest.mark.django_db
def test_everything_published_can_be_rebuilt(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"})
    register(sales_publication(name="fact_appended"))
    LakeDirty.objects.all().delete()
    mark_everything()

    marked = set(LakeDirty.objects.values_list("publication", "partition"))
    assert ("fact_sale", WHOLE) in marked
    assert "fact_appended" not in {name for name, _ in marked}


@pytest.mark.django_db
def test_a_failed_reading_commits_nothing_and_keeps_the_marks(own_lake: Path) -> None:
    till = open_till(*({"key": n, "part": f"p{n}"} for n in range(9)))
    read = till.read

    def fail_at_the_second_group(partitions: Sequence[str] | None) -> pa.Table:
        if till.asked:
            raise RuntimeError("the database went away")
        return read(partitions)

    register(sales_publication(read=fail_at_the_second_group))
    mark_dirty(publication="fact_sale", partitions=[f"p{n}" for n in range(9)])
    with pytest.raises(RuntimeError, match="went away"):
        publish_dirty(now=NOW)
    assert keys() == []
    assert LakeDirty.objects.count() == 9

    register(sales_publication(read=read))
    publish_dirty(now=NOW)
    assert keys() == list(range(9))


@pytest.mark.django_db
def test_publishing_again_after_a_lost_commit_changes_nothing(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"}, {"key": 2, "part": "a"})
    mark_dirty(publication="fact_sale", partitions=["a"])
    with transaction.atomic():
        publish_dirty(now=NOW)
        transaction.set_rollback(True)  # killed before PostgreSQL committed
    assert keys() == [1, 2]
    assert LakeDirty.objects.count() == 1

    publish_dirty(now=NOW)
    assert keys() == [1, 2]
    assert not LakeDirty.objects.exists()


@pytest.mark.django_db
def test_rows_that_do_not_fit_their_columns_are_refused(own_lake: Path) -> None:
    register(sales_publication(read=lambda _: pa.table({"key": ["one"]})))
    mark_dirty(publication="fact_sale", partitions=["a"])
    with pytest.raises(ColumnMismatchError) as refused:
        publish_dirty(now=NOW)
    assert refused.value.code == "lake.column_mismatch"


@pytest.mark.django_db
@pytest.mark.parametrize("partition", ["a'b", "a b", "a/b", "a*", "ä"])
def test_a_partition_is_a_plain_word(own_lake: Path, partition: str) -> None:
    open_till()
    with pytest.raises(ValueError, match="not a partition"):
        mark_dirty(publication="fact_sale", partitions=[partition])


@pytest.mark.django_db
def test_only_published_tables_can_be_marked(own_lake: Path) -> None:
    register(sales_publication())
    with pytest.raises(ValueError, match="appended"):
        mark_dirty(publication="fact_sale", partitions=["a"])
    with pytest.raises(UnknownTableError):
        mark_dirty(publication="fact_unknown", partitions=["a"])


@pytest.mark.django_db
def test_an_empty_set_of_partitions_marks_nothing(own_lake: Path) -> None:
    open_till()
    mark_dirty(publication="fact_sale", partitions=[])
    assert not LakeDirty.objects.exists()
    assert publish_dirty(now=NOW) == ()


@pytest.mark.django_db
def test_a_new_column_rewrites_the_table(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"}, {"key": 2, "part": "b"})
    mark_everything_of_the_till()
    wider = (*SALES_COLUMNS, Column("note", pa.string(), "A word."))

    def read(partitions: Sequence[str] | None) -> pa.Table:
        rows = make_sales([{"key": 1, "part": "a"}, {"key": 2, "part": "b"}])
        return rows.append_column("note", pa.array(["n"] * 2))

    register(sales_publication(columns=wider, read=read))
    assert run(table("fact_sale"))["note"].to_pylist() == [None, None]
    mark_dirty(publication="fact_sale", partitions=["a"])
    publish_dirty(now=NOW)

    assert run(table("fact_sale"))["note"].to_pylist() == ["n", "n"]
    assert keys() == [1, 2]


@pytest.mark.django_db
def test_tables_of_an_older_declaration_are_marked_once_it_is_known(own_lake: Path) -> None:
    register_only_sales()
    till = open_till({"key": 1, "part": "a"})
    mark_dirty(publication="fact_sale", partitions=["a"])
    publish_dirty(now=NOW)
    assert mark_drifted() == ()
    assert not LakeDirty.objects.exists()

    def with_till(partitions: Sequence[str] | None) -> pa.Table:
        rows = till.read(partitions)
        return rows.append_column("till", pa.array([7] * rows.num_rows, pa.int32()))

    columns = (*SALES_COLUMNS, Column("till", pa.int32(), "The till."))
    register(sales_publication(read=with_till, columns=columns))
    assert run(table("fact_sale"))["till"].to_pylist() == [None]

    assert mark_drifted() == ("fact_sale",)
    publish_dirty(now=NOW)

    assert run(table("fact_sale"))["till"].to_pylist() == [7]
    assert mark_drifted() == ()


def register_only_sales() -> None:
    """Leave no other declared table: this test looks at all of them."""
    registry._publications.clear()


@pytest.mark.django_db
def test_freshness_is_the_oldest_change_that_waits(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"})
    later = datetime(2999, 1, 1, tzinfo=UTC)
    assert fresh_until(names=["fact_sale"], now=later) == later

    mark_dirty(publication="fact_sale", partitions=["a"])
    waiting_since = LakeDirty.objects.get().marked_at
    assert fresh_until(names=["fact_sale"], now=later) == waiting_since
    assert fresh_until(names=["fact_other"], now=later) == later


@pytest.mark.django_db
def test_the_snapshot_changes_with_every_publication(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"})
    before = snapshot_version(["fact_sale"])
    assert snapshot_version(["fact_sale"]) == before
    mark_dirty(publication="fact_sale", partitions=["a"])
    publish_dirty(now=NOW)
    assert snapshot_version(["fact_sale"]) != before


@pytest.mark.django_db(transaction=True)
def test_the_publishing_job_is_queued_once_after_the_commit(own_lake: Path) -> None:
    open_till({"key": 1, "part": "a"})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with transaction.atomic():
        mark_dirty(publication="fact_sale", partitions=["a"])
        mark_dirty(publication="fact_sale", partitions=["b"])
        assert waiting_jobs() == 0
    assert waiting_jobs() == 1


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs"
            " WHERE task_name = 'lake.publish' AND status = 'todo'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_publishers_take_turns_and_lose_nothing(own_lake: Path) -> None:
    till = open_till(*({"key": n, "part": f"p{n % 4}"} for n in range(40)))
    failures: list[BaseException] = []

    def publish_often() -> None:
        try:
            for n in range(4):
                mark_dirty(publication="fact_sale", partitions=[f"p{n}"])
                publish_dirty(now=NOW)
        except BaseException as error:  # noqa: BLE001 - reported below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish_often) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert keys() == list(range(40))
    assert till.asked
    assert not LakeDirty.objects.exists()
