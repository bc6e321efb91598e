"""The overview says what `query` says, in fewer engine queries."""

from datetime import date
from pathlib import Path

import pytest
from tests.builders.metrics import NOW, fill_lake, make_viewer
from tests.builders.metrics_random import random_world

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Cell, Comparison, Dimension, MetricQuery, OverviewQuery
from quanqu.learn.metrics.facade import get_cohorts, overview, query

pytestmark = pytest.mark.django_db

PERIODS = [
    Period(date(2026, 2, 1), date(2026, 2, 14)),
    Period(date(2026, 1, 7), date(2026, 4, 3)),
    Period(date(2025, 6, 1), date(2026, 5, 31)),
]


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    fill_lake(**random_world(seed=7, orders=400))


@pytest.mark.parametrize("period", PERIODS, ids=["days", "weeks", "months"])
@pytest.mark.parametrize(
    "comparison", [Comparison.NONE, Comparison.PREVIOUS, Comparison.YEAR_BEFORE]
)
@pytest.mark.parametrize("places", [None, frozenset({1, 2})], ids=["group", "tea"])
def test_every_figure_is_that_of_the_query(
    period: Period, comparison: Comparison, places: frozenset[int] | None
) -> None:
    page = overview(actor=SYSTEM, query=OverviewQuery(period, comparison, places), now=NOW)

    def asked(metrics: tuple[str, ...], *dimensions: Dimension) -> dict[object, tuple[object, ...]]:
        question = MetricQuery(metrics, period, dimensions, comparison, places=places)
        rows = query(actor=SYSTEM, query=question, now=NOW).rows
        return {row.keys: row.cells for row in rows}

    tiles = tuple(tile.metric.code for tile in page.tiles)
    assert {(): tuple(tile.cells for tile in page.tiles)} == asked(tiles)
    for panel in (page.trend, page.channels, page.regions):
        codes = tuple(info.code for info in panel.metrics)
        shown = {row.keys: row.cells for row in panel.rows}
        wanted = asked(codes, panel.dimension)
        if panel.dimension is page.bucket:
            wanted.pop((None,), None)
        assert shown == wanted


def test_the_best_products_of_each_currency_are_shown() -> None:
    period = PERIODS[2]
    page = overview(actor=SYSTEM, query=OverviewQuery(period, Comparison.PREVIOUS), now=NOW)
    question = MetricQuery(
        ("product_sales", "units_sold"),
        period,
        (Dimension.PRODUCT,),
        Comparison.PREVIOUS,
        order_by="product_sales",
    )
    every = {row.keys: row for row in query(actor=SYSTEM, query=question, now=NOW).rows}
    assert {cell.currency for row in page.products.rows for cell in row.cells[0]} == {"CNY", "USD"}
    for currency in ("CNY", "USD"):
        ranked = sorted(
            (
                (-cell.value, keys)
                for keys, row in every.items()
                for cell in row.cells[0]
                if cell.currency == currency and cell.value is not None and keys[0]
            )
        )
        shown = {row.keys: row.cells for row in page.products.rows}
        for _, keys in ranked[:3]:
            assert shown[keys] == every[keys].cells


def test_sparks_follow_the_buckets() -> None:
    period = PERIODS[0]
    page = overview(actor=SYSTEM, query=OverviewQuery(period), now=NOW)
    assert len(page.buckets) == 14
    for tile in page.tiles:
        question = MetricQuery((tile.metric.code,), period, (Dimension.DAY,))
        rows = query(actor=SYSTEM, query=question, now=NOW).rows
        for spark in tile.sparks:
            daily = [
                next((c.value for c in row.cells[0] if c.currency == spark.currency), None)
                for row in rows
            ]
            assert list(spark.values) == daily


def test_cohorts_are_those_of_their_own_page() -> None:
    page = overview(actor=SYSTEM, query=OverviewQuery(PERIODS[0]), now=NOW)
    assert page.cohorts == get_cohorts(actor=SYSTEM, now=NOW).cohorts


def test_an_overview_of_nothing() -> None:
    page = overview(actor=make_viewer(), query=OverviewQuery(PERIODS[0]), now=NOW)
    assert [tile.cells[0].value for tile in page.tiles] == [0, 0, None, 0, 0, None, None, None]
    assert page.channels.rows == ()
    assert page.cohorts == ()
    assert len(page.trend.rows) == 14
    assert page.tiles[0].cells == (Cell(None, 0, 0, None),)
