"""One suite for every engine: the same expressions give the same rows in the same types."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from tests.builders.lake import SALES_COLUMNS, make_sales, sales_publication

from quanqu.infra.lake.contracts import Column, EngineUnavailableError, UnknownTableError
from quanqu.infra.lake.facade import (
    append,
    day_argument,
    engine_name,
    register,
    run,
    run_prepared,
    table,
)

ROWS = [
    {"key": 1, "amount_minor": 100, "day": date(2026, 1, 31), "place": "a", "part": "202601"},
    {"key": 2, "amount_minor": 250, "day": date(2026, 2, 1), "place": "b", "part": "202602"},
    {"key": 3, "amount_minor": None, "day": date(2026, 2, 2), "place": None, "part": "202602"},
    {"key": 4, "amount_minor": -50, "day": date(2026, 2, 3), "place": "b", "tags": None}
    | {"part": "202602"},
]


@pytest.fixture(autouse=True)
def stocked(own_lake: Path, engine: str) -> None:
    register(sales_publication())
    register(sales_publication(name="fact_empty"))
    append(name="fact_sale", table=make_sales(ROWS), app_id="t", app_version=1)


def test_rows_come_back_as_they_went_in() -> None:
    sales = table("fact_sale")
    assert run(sales.order_by("key")).equals(make_sales(ROWS))


def test_sums_keep_their_type() -> None:
    sales = table("fact_sale")
    found = run(sales.group_by("place").aggregate(total=sales.amount_minor.sum()).order_by("place"))
    assert found.schema.field("total").type == pa.int64()
    assert found.to_pylist()[:2] == [{"place": "a", "total": 100}, {"place": "b", "total": 200}]


def test_a_scalar_is_a_table_of_one_row() -> None:
    assert run(table("fact_sale").amount_minor.max()).columns[0].to_pylist() == [250]
    assert run(table("fact_empty").count()).columns[0].to_pylist() == [0]


def test_an_empty_table_joins() -> None:
    sales, empty = table("fact_sale"), table("fact_empty")
    assert run(sales.anti_join(empty, "key")).num_rows == 4
    assert run(sales.semi_join(empty, "key")).num_rows == 0


def test_months_days_between_and_order_within_a_group() -> None:
    sales = table("fact_sale")
    before = sales.day.lag().over(ibis.window(order_by=sales.key))
    found = run(
        sales.mutate(
            month=sales.day.truncate("M"), gap=sales.day.delta(before, unit="day")
        ).order_by("key")
    )
    assert found["month"].to_pylist() == [date(2026, 1, 1)] + [date(2026, 2, 1)] * 3
    assert found["gap"].to_pylist() == [None, 1, 1, 1]


def test_rows_made_in_memory_join_the_lake() -> None:
    rates = ibis.memtable(
        pa.table({"place": ["a", "b"], "rate": pa.array([Decimal("1.5"), Decimal("0.25")])})
    )
    sales = table("fact_sale").inner_join(rates, "place")
    worth = (sales.amount_minor.cast("decimal(18,0)") * sales.rate.cast("decimal(18,8)")).sum()
    assert run(sales.aggregate(worth=worth))["worth"].to_pylist() == [Decimal("200")]


def test_lists_can_be_searched() -> None:
    sales = table("fact_sale")
    found = run(sales.filter(sales.tags.contains("x")).order_by("key"))
    assert found["key"].to_pylist() == [1, 2, 3]


def test_instants_are_utc() -> None:
    sales = table("fact_sale")
    moments = run(sales.select(at=sales.sold_at))["at"]
    assert moments.type == pa.timestamp("us", tz="UTC")
    assert moments.to_pylist()[0] == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_new_version_is_seen_by_the_next_query() -> None:
    sales = table("fact_sale")
    assert run(sales.count()).columns[0].to_pylist() == [4]
    append(name="fact_sale", table=make_sales(ROWS), app_id="t", app_version=2)
    assert run(sales.count()).columns[0].to_pylist() == [8]


def test_threads_read_side_by_side() -> None:
    counts: list[int] = []

    def look() -> None:
        for _ in range(5):
            counts.append(run(table("fact_sale").count()).columns[0].to_pylist()[0])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [4] * 20


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(UnknownTableError, match="fact_nothing"):
        table("fact_nothing")


def test_an_engine_that_does_not_answer_is_named(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "duckdb":
        pytest.skip("DuckDB is part of the process")
    monkeypatch.setenv("QUANQU_ENGINE", "sc://127.0.0.1:1")
    assert engine_name() == "sc://127.0.0.1:1"
    with pytest.raises(EngineUnavailableError):
        run(table("fact_sale"))


def test_a_prepared_expression_takes_its_dates_when_it_runs() -> None:
    built: list[int] = []

    def build() -> ibis.Table:
        built.append(1)
        sales = table("fact_sale")
        kept = sales.filter(sales.day.between(day_argument(0), day_argument(1)))
        return kept.aggregate(n=kept.count(), from_=day_argument(0))

    def count(first: date, last: date) -> dict[str, object]:
        return run_prepared(key="between", build=build, days=(first, last)).to_pylist()[0]

    assert count(date(2026, 1, 1), date(2026, 1, 31)) == {"n": 1, "from_": date(2026, 1, 1)}
    assert count(date(2026, 2, 1), date(2026, 2, 2)) == {"n": 2, "from_": date(2026, 2, 1)}
    assert built == [1]


def test_a_new_declaration_is_compiled_anew() -> None:
    def columns() -> list[str]:
        def build() -> ibis.Table:
            sales = table("fact_sale")
            return sales.select(*(sales[name] for name in sales.columns))

        return run_prepared(key="all", build=build, days=()).column_names

    narrow = columns()
    till = Column("till", pa.string(), "At which till.")
    register(sales_publication(columns=(*SALES_COLUMNS, till)))
    assert columns() == [*narrow, "till"]
    append(name="fact_sale", table=fit_till(make_sales(ROWS[:1])), app_id="t", app_version=2)
    assert columns() == [*narrow, "till"]
    register(sales_publication())
    assert columns() == narrow


def fit_till(rows: pa.Table) -> pa.Table:
    return rows.append_column("till", pa.array(["1"] * rows.num_rows))


def test_a_prepared_expression_carries_its_rows() -> None:
    def worth(rate: str) -> object:
        def build() -> ibis.Table:
            rates = {"place": ["a", "b"], "rate": pa.array([Decimal(rate), Decimal("0.25")])}
            sold = table("fact_sale").inner_join(ibis.memtable(pa.table(rates)), "place")
            sold = sold.filter(sold.day <= day_argument(0))
            amount = sold.amount_minor.cast("decimal(18,0)") * sold.rate.cast("decimal(18,8)")
            return sold.aggregate(worth=amount.sum())

        days = (date(2026, 2, 1),)
        return run_prepared(key=("worth", rate), build=build, days=days)["worth"].to_pylist()[0]

    given = [worth(rate) for rate in ("1.50", "2.50", "1.50")]
    assert given == [Decimal("212.5"), Decimal("312.5"), Decimal("212.5")]
