"""Random groups: every metric equals an independent reading of its definition, on every engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.metrics import NOW, fill_lake
from tests.builders.metrics_random import random_world
from tests.learn.metrics.oracle import Oracle

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Dimension, Filter, MetricQuery, Unit
from quanqu.learn.metrics.facade import get_cohorts, get_rfm, list_metrics, query

pytestmark = pytest.mark.django_db

COUNTS = (
    "orders",
    "units_sold",
    "items_per_order",
    "customers",
    "new_customers",
    "returning_customers",
    "repeat_purchase_rate",
    "orders_of_any_status",
    "cancelled_orders",
    "cancellation_rate",
    "guest_order_rate",
    "discounted_order_rate",
    "refunds",
    "refund_delay_days",
    "products_sold",
    "products_sold_once",
    "orders_per_customer",
    "multichannel_customers",
    "multichannel_customer_rate",
)
SPENDING = ("sales_per_customer", "best_tenth_sales_rate")
WORLDS = st.tuples(st.integers(0, 10**6), st.integers(1, 60))
PERIODS = st.builds(
    lambda start, days: Period(
        date(2025, 1, 1) + timedelta(days=start), date(2025, 1, 1) + timedelta(days=start + days)
    ),
    st.integers(0, 500),
    st.integers(0, 400),
)
PLACES = st.none() | st.frozensets(st.integers(1, 4))
RARELY = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def lake_of(world: dict[str, list[dict[str, Any]]], patch: pytest.MonkeyPatch) -> Iterator[None]:
    with TemporaryDirectory() as folder:
        patch.setenv("QUANQU_LAKE", folder)
        fill_lake(**world)
        yield


def ask(metrics: tuple[str, ...], period: Period, **rest: Any) -> Any:
    return query(actor=SYSTEM, query=MetricQuery(metrics, period, **rest), now=NOW)


@RARELY
@given(made=WORLDS, period=PERIODS, places=PLACES, channel=st.sampled_from((None, "web", "store")))
def test_every_figure_is_what_its_definition_says(
    own_lake: Path,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
    made: tuple[int, int],
    period: Period,
    places: frozenset[int] | None,
    channel: str | None,
) -> None:
    world = random_world(seed=made[0], orders=made[1])
    oracle = Oracle(world, places)
    narrowed = {"filters": (Filter(Dimension.CHANNEL, (channel,)),)} if channel else {}
    money = tuple(
        one.code
        for one in list_metrics(actor=SYSTEM)
        if one.unit is Unit.MONEY and one.code not in ("aov", "sales_per_customer")
    )
    asked = (*money, *COUNTS, *SPENDING)
    with lake_of(world, monkeypatch):
        rows = ask(asked, period, places=places, **narrowed).rows
    found = dict(zip(asked, rows[0].cells, strict=True))
    for code in money:
        shown = {cell.currency: cell.value for cell in found[code] if cell.value}
        wanted = {c: v for c, v in oracle.money(code, period, channel).items() if v}
        assert shown == wanted, code
    for code in COUNTS:
        assert found[code][0].value == pytest.approx(oracle.count(code, period, channel)), code
    spending = oracle.spending(period, channel)
    for code, at in zip(SPENDING, (0, 1), strict=True):
        shown = {cell.currency: cell.value for cell in found[code] if cell.value}
        wanted = {c: both[at] for c, both in spending.items() if both[at]}
        assert shown == pytest.approx(wanted, abs=0.5 if at == 0 else 1e-9), code


@RARELY
@given(made=WORLDS, period=PERIODS, places=PLACES)
def test_customers_over_time_are_what_their_definition_says(
    own_lake: Path,
    engine: str,
    monkeypatch: pytest.MonkeyPatch,
    made: tuple[int, int],
    period: Period,
    places: frozenset[int] | None,
) -> None:
    world = random_world(seed=made[0], orders=made[1])
    oracle = Oracle(world, places)
    with lake_of(world, monkeypatch):
        gaps = ask(
            ("purchase_interval_days", "purchase_interval_median_days"), period, places=places
        )
        cohorts = get_cohorts(actor=SYSTEM, now=NOW, places=places).cohorts
        rfm = get_rfm(actor=SYSTEM, period=period, now=NOW, places=places)
    shown = tuple(cells[0].value for cells in gaps.rows[0].cells)
    assert shown == pytest.approx(oracle.gaps(period))
    active = {
        (one.month, number): count
        for one in cohorts
        for number, count in enumerate(one.active)
        if count
    }
    assert active == oracle.cohorts()
    assert {one.month: one.repeaters for one in cohorts} == oracle.repeaters()
    wanted = oracle.rfm(period)
    assert rfm.customers == sum(wanted.values())
    for recency in range(1, 6):
        for frequency in range(1, 6):
            here = sum(n for (r, f, _, _), n in wanted.items() if (r, f) == (recency, frequency))
            assert rfm.grid[recency - 1][frequency - 1] == here


@RARELY
@given(made=WORLDS, period=PERIODS)
def test_parts_add_up_to_the_whole(
    own_lake: Path, monkeypatch: pytest.MonkeyPatch, made: tuple[int, int], period: Period
) -> None:
    metrics = ("net_sales", "orders", "units_sold")
    dimensions = (
        Dimension.CHANNEL,
        Dimension.PLACE,
        Dimension.COUNTRY,
        Dimension.REGION,
        Dimension.MONTH,
        Dimension.WEEK,
    )
    with lake_of(random_world(seed=made[0], orders=made[1]), monkeypatch):
        whole = _totals(ask(metrics, period))
        for dimension in dimensions:
            assert _totals(ask(metrics, period, dimensions=(dimension,))) == whole, dimension


def _totals(result: Any) -> dict[tuple[int, str | None], int]:
    totals: dict[tuple[int, str | None], int] = {}
    for row in result.rows:
        for at, cells in enumerate(row.cells):
            for cell in cells:
                key = (at, cell.currency)
                totals[key] = totals.get(key, 0) + cell.value
    return {key: total for key, total in totals.items() if total}
