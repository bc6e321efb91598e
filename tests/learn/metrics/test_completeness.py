"""What is complete, on both sides of a comparison, and by whose clock."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.builders.metrics import PLACES, fill_lake, make_order, make_viewer

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Comparison, Dimension, MetricQuery, MetricResult
from quanqu.learn.metrics.facade import query

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 5, 31, 20, tzinfo=UTC)  # June has begun in Shanghai, not in New York
NIGHT = datetime(2026, 6, 1, 4, tzinfo=UTC)
ZONES = {1: "Asia/Shanghai", 2: "Asia/Shanghai", 3: "America/New_York"}
DAYS = ("2026-04-10", "2026-04-30", "2026-05-01", "2026-05-31", "2026-06-02")


@pytest.fixture(autouse=True)
def group(own_lake: Path) -> None:
    orders = [
        make_order(n * 10 + place, day, 100, place_key=place)
        for n, day in enumerate(DAYS)
        for place in (1, 3)
    ]
    places = [{**place, "time_zone": ZONES[place["place_key"]]} for place in PLACES]
    fill_lake(dim_place=places, fact_order=orders)


def ask(period: Period, now: datetime, actor: Actor = SYSTEM, *by: Dimension) -> MetricResult:
    question = MetricQuery(("orders",), period, by, Comparison.PREVIOUS_MONTHS)
    return query(actor=actor, query=question, now=now)


MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    ("now", "places", "is_over"),
    [(EVENING, (1,), True), (EVENING, (3,), False), (EVENING, (1, 3), False), (NIGHT, (3,), True)],
)
def test_a_day_is_over_when_it_is_over_at_every_place_of_the_scope(
    now: datetime, places: tuple[int, ...], is_over: bool
) -> None:
    assert ask(MAY, now, make_viewer(*places)).is_complete is is_over


def test_a_period_to_date_is_held_against_the_same_days_of_the_month_before() -> None:
    to_date = Period(MAY.first, date(2026, 5, 10))
    result = ask(to_date, NIGHT)
    assert result.compared == Period(date(2026, 4, 1), date(2026, 4, 10))
    ((cell,),) = result.rows[0].cells
    assert (cell.value, cell.comparison) == (2, 2)


def test_what_is_compared_with_may_be_incomplete_too() -> None:
    result = ask(MAY, NIGHT, SYSTEM, Dimension.MONTH)
    assert (result.is_complete, result.is_comparison_complete) == (True, False)
    (row,) = result.rows
    assert (row.compared_on, row.is_complete) == (date(2026, 4, 1), True)
    assert row.is_comparison_complete is False

    days = ask(Period(date(2026, 5, 9), date(2026, 5, 10)), NIGHT, SYSTEM, Dimension.DAY).rows
    assert [row.is_comparison_complete for row in days] == [False, True]
    assert ask(MAY, NIGHT).rows[0].is_comparison_complete is None


def test_without_a_comparison_nothing_is_said_of_it() -> None:
    result = query(actor=SYSTEM, query=MetricQuery(("orders",), MAY), now=NIGHT)
    assert result.is_comparison_complete is None
    assert result.rows[0].is_comparison_complete is None
