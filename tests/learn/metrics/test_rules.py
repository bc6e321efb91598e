"""Pure decisions: periods, buckets, rounding, ranks, segments, rates, refusals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import (
    TIME_DIMENSIONS,
    Cell,
    Cohort,
    Comparison,
    Dimension,
    Filter,
    MetricQuery,
    MetricQueryError,
    MetricRow,
    RateUsed,
    RfmSegment,
    Unit,
)
from quanqu.learn.metrics.rules.conversion import rates_in, stretches, without_rate
from quanqu.learn.metrics.rules.figures import change, figure, quotient
from quanqu.learn.metrics.rules.lifetimes import shape_cohorts
from quanqu.learn.metrics.rules.periods import (
    bucket_days,
    bucket_start,
    bucket_starts,
    compared_period,
    fitting_bucket,
    is_complete,
)
from quanqu.learn.metrics.rules.questions import check_query
from quanqu.learn.metrics.rules.ranking import by_key, top_rows
from quanqu.learn.metrics.rules.rfm import segment

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
BUCKETS = st.sampled_from(sorted(TIME_DIMENSIONS))
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def test_a_period_is_compared_with_the_one_before_or_a_year_before() -> None:
    assert compared_period(MAY, Comparison.NONE) is None
    assert compared_period(MAY, Comparison.PREVIOUS) == MAY.previous()
    assert compared_period(MAY, Comparison.YEAR_BEFORE) == MAY.year_before()


@given(first=DAYS, days=st.integers(0, 800), bucket=BUCKETS)
def test_buckets_cover_a_period_without_a_gap(first: date, days: int, bucket: Dimension) -> None:
    period = Period(first, first + timedelta(days=days))
    starts = bucket_starts(period, bucket)
    wanted = {bucket_start(first + timedelta(days=n), bucket) for n in range(days + 1)}
    assert list(starts) == sorted(wanted)


@given(day=DAYS, bucket=BUCKETS)
def test_the_days_of_a_bucket_are_those_that_begin_it(day: date, bucket: Dimension) -> None:
    start = bucket_start(day, bucket)
    days = bucket_days(start, bucket)
    assert days.first == start <= day <= days.last
    assert bucket_start(days.last, bucket) == start
    assert bucket_start(days.last + timedelta(days=1), bucket) == days.last + timedelta(days=1)


def test_weeks_are_iso_weeks_over_the_turn_of_the_year() -> None:
    assert bucket_start(date(2021, 1, 3), Dimension.WEEK) == date(2020, 12, 28)  # 2020-W53
    assert bucket_start(date(2024, 12, 30), Dimension.WEEK) == date(2024, 12, 30)  # 2025-W01
    assert bucket_days(date(2024, 2, 1), Dimension.MONTH).days == 29
    assert bucket_days(date(2024, 1, 1), Dimension.YEAR).days == 366
    assert bucket_start(date(2026, 12, 31), Dimension.QUARTER) == date(2026, 10, 1)


def test_a_bucket_is_complete_when_it_was_asked_for_is_over_and_has_its_data() -> None:
    data, today = Period(date(2026, 4, 1), date(2026, 6, 10)), date(2026, 6, 10)
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert is_complete(april, year, data, today)
    assert is_complete(MAY, MAY, data, today)
    assert not is_complete(MAY, Period(MAY.first, date(2026, 5, 30)), data, today)
    assert not is_complete(MAY, year, data, MAY.last)
    assert is_complete(MAY, year, data, date(2026, 6, 1))
    assert not is_complete(MAY, year, Period(date(2026, 5, 2), MAY.last), today)
    assert not is_complete(MAY, year, Period(MAY.first, date(2026, 5, 30)), today)
    assert not is_complete(MAY, year, None, today)


def test_a_period_is_cut_into_a_readable_number_of_points() -> None:
    def cut(days: int) -> Dimension:
        return fitting_bucket(Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)))

    assert [cut(n) for n in (1, 45, 46, 190, 191, 800)] == [
        Dimension.DAY,
        Dimension.DAY,
        Dimension.WEEK,
        Dimension.WEEK,
        Dimension.MONTH,
        Dimension.MONTH,
    ]


def test_money_is_rounded_half_up_in_whole_minor_units() -> None:
    assert figure(Decimal("2.5"), Unit.MONEY, "CNY") == 3
    assert figure(Decimal("-2.5"), Unit.MONEY, "CNY") == -3
    assert figure(Decimal("2.5"), Unit.MONEY, "JPY") == 3
    assert figure(0, Unit.MONEY, None) == 0
    assert figure(Decimal(7), Unit.COUNT, None) == 7
    assert figure(Decimal("0.25"), Unit.RATE, None) == 0.25
    assert figure(None, Unit.DAYS, None) is None


def test_nothing_is_divided_by_nothing() -> None:
    assert quotient(1, 0) is None
    assert quotient(1, None) is None
    assert quotient(None, 2) is None
    assert quotient(1, 4) == Decimal("0.25")


def test_change_is_relative_to_the_size_of_what_was() -> None:
    assert change(150, 100) == 0.5
    assert change(-50, -100) == 0.5
    assert change(1, 0) is None
    assert change(1, None) is None
    assert change(None, 1) is None


def row(key: str | None, **amounts: int | None) -> MetricRow:
    cells = tuple(Cell(code or None, value) for code, value in amounts.items())
    return MetricRow((key,), (None,), (cells,))


def test_rows_are_ranked_and_ties_go_by_key() -> None:
    rows = [row("b", CNY=5), row("a", CNY=5), row("c", CNY=9), row("d", CNY=None)]
    assert [r.keys[0] for r in top_rows(rows, 0, True, 3)] == ["c", "a", "b"]
    assert [r.keys[0] for r in top_rows(rows, 0, False, 2)] == ["a", "b"]
    assert [r.keys[0] for r in top_rows(rows, 0, True, 9)] == ["c", "a", "b", "d"]


def test_numbers_are_ordered_by_size() -> None:
    rows = [row("10"), row("9"), row(None), row("b"), row("a")]
    assert [r.keys[0] for r in sorted(rows, key=by_key)] == ["9", "10", "a", "b", None]


def test_each_currency_has_its_own_ranks() -> None:
    rows = [row("a", CNY=900), row("b", USD=1), row("c", CNY=800), row("d", USD=2)]
    assert [r.keys[0] for r in top_rows(rows, 0, True, 1)] == ["a", "d"]


def test_without_any_figure_the_first_rows_are_kept() -> None:
    rows = [row("b", CNY=None), row("a", CNY=None)]
    assert [r.keys[0] for r in top_rows(rows, 0, True, 1)] == ["a"]


def rate(currency: str, on: date, value: str) -> RateUsed:
    return RateUsed(currency, "CNY", on, Decimal(value), "The operator")


def test_a_rate_holds_until_the_next() -> None:
    first, second = date(2026, 1, 1), date(2026, 3, 1)
    found = stretches(
        [rate("USD", second, "8"), rate("USD", first, "7"), rate("JPY", first, "0.05")], "CNY"
    )
    assert [(one.currency, one.first, one.last, one.factor) for one in found] == [
        ("CNY", date.min, date.max, Decimal(1)),
        ("JPY", first, date.max, Decimal(5)),
        ("USD", first, date(2026, 2, 28), Decimal(7)),
        ("USD", second, date.max, Decimal(8)),
    ]


def test_only_rates_of_the_periods_take_part() -> None:
    rates = [
        rate("USD", date(2026, 1, 1), "6"),
        rate("USD", date(2026, 5, 10), "7"),
        rate("USD", date(2026, 7, 1), "8"),
        rate("GBP", date(2026, 6, 1), "9"),
    ]
    assert [one.rate for one in rates_in(rates, [MAY])] == [6, 7]
    assert [one.rate for one in rates_in(rates, [Period(date(2026, 6, 2), date(2026, 6, 3))])] == [
        9,
        7,
    ]


def test_currencies_without_a_rate_on_every_day_are_named() -> None:
    rates = [
        rate("USD", date(2026, 5, 10), "7"),
        rate("USD", date(2026, 1, 1), "6"),
        rate("BRL", date(2026, 5, 2), "2"),
    ]
    codes = ("BRL", "CNY", "GBP", "USD")
    assert without_rate(rates, "CNY", codes, [MAY]) == ("BRL", "GBP")
    assert without_rate(rates, "CNY", codes, [MAY, MAY.year_before()]) == ("BRL", "GBP", "USD")


def test_segments_follow_the_table() -> None:
    assert segment(5, 5, 5) is RfmSegment.CHAMPIONS
    assert segment(5, 1, 1) is RfmSegment.NEW
    assert segment(4, 1, 2) is RfmSegment.POTENTIAL
    assert segment(3, 1, 1) is RfmSegment.NEEDING_ATTENTION
    assert segment(2, 5, 5) is RfmSegment.AT_RISK
    assert segment(1, 1, 1) is RfmSegment.LOST
    every = {segment(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)}
    assert every == set(RfmSegment)


def test_cohorts_reach_to_the_last_month() -> None:
    january, march = date(2026, 1, 1), date(2026, 3, 1)
    found = shape_cohorts({(january, 0): 4, (january, 3): 1, (march, 0): 2}, {january: 3})
    assert found == (Cohort(january, (4, 0, 0, 1), 3), Cohort(march, (2, 0), 0))
    assert found[0].rates == (1.0, 0.0, 0.0, 0.25)
    assert (found[0].repeat_rate, found[1].repeat_rate) == (0.75, 0.0)
    assert Cohort(january, (4,)).repeat_rate is None
    assert shape_cohorts({}, {}) == ()


@pytest.mark.parametrize(
    ("reason", "query"),
    [
        ("at least one metric", MetricQuery((), MAY)),
        ("at most 64 metrics", MetricQuery(("orders",) * 65, MAY)),
        ("each metric once", MetricQuery(("orders", "orders"), MAY)),
        ("at most 4 dimensions", MetricQuery(("orders",), MAY, tuple(Dimension)[5:10])),
        ("each dimension once", MetricQuery(("orders",), MAY, (Dimension.CITY,) * 2)),
        ("one of day", MetricQuery(("orders",), MAY, (Dimension.DAY, Dimension.WEEK))),
        (
            "not by a filter",
            MetricQuery(("orders",), MAY, filters=(Filter(Dimension.DAY, ("2026-05-01",)),)),
        ),
        (
            "at least one value",
            MetricQuery(("orders",), MAY, filters=(Filter(Dimension.CITY, ()),)),
        ),
        ("Order by", MetricQuery(("orders",), MAY, order_by="aov")),
        ("1 to 10000 rows", MetricQuery(("orders",), MAY, limit=0)),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(reason: str, query: MetricQuery) -> None:
    with pytest.raises(MetricQueryError, match=reason):
        check_query(query, {})


def test_a_sound_question_passes() -> None:
    query = MetricQuery(("orders",), MAY, (Dimension.DAY, Dimension.CITY), order_by="city")
    check_query(query, {"orders": (Dimension.DAY, Dimension.CITY)})
