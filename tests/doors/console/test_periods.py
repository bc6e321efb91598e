"""The period of a page, times in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.doors.console.kit.countries import country_name
from quanqu.doors.console.rules.periods import DataSpan, choose, is_old, presets
from quanqu.doors.console.rules.times import (
    Age,
    absolute,
    age,
    clock,
    day_text,
    month_text,
    short_span,
    span_text,
)
from quanqu.kernel.time import Period

TODAY = date(2026, 11, 22)
OLD = DataSpan(date(2009, 12, 1), date(2010, 12, 9))
FRESH = DataSpan(date(2024, 1, 5), date(2026, 11, 20))
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_fresh_data_is_shown_for_the_twelve_months_up_to_today() -> None:
    found = choose(first="", last="", comparison="", today=TODAY, span=FRESH)

    assert found.period == Period(date(2025, 11, 23), TODAY)
    assert (found.comparison, found.is_data_default) == ("previous", False)
    assert found.compared == found.period.previous()


def test_old_data_is_shown_for_its_own_last_year_and_says_so() -> None:
    span = DataSpan(date(2008, 12, 1), date(2010, 12, 9))

    found = choose(first="", last="", comparison="year_before", today=TODAY, span=span)

    assert found.period == Period(date(2009, 12, 10), date(2010, 12, 9))
    assert (found.preset, found.is_data_default) == ("data_year", True)
    assert found.compared == found.period.year_before()


def test_a_single_year_of_data_is_shown_by_the_half_that_can_be_compared() -> None:
    found = choose(first="", last="", comparison="", today=TODAY, span=OLD)

    assert found.period == Period(date(2010, 6, 10), date(2010, 12, 9))
    assert (found.preset, found.is_data_default, found.is_alone) == ("data_half", True, False)
    assert found.compared == found.period.previous()


def test_nothing_is_compared_with_days_before_the_data() -> None:
    found = choose(first="2010-01-01", last="2010-12-09", comparison="", today=TODAY, span=OLD)

    assert (found.comparison, found.compared, found.is_alone) == ("none", None, True)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_half_a_year_is_six_months_to_the_day(last: date) -> None:
    half = presets(TODAY, DataSpan(date(1980, 1, 1), last))["data_half"]

    assert half.last == last
    assert 180 <= half.days <= 185


def test_the_address_decides_over_the_default() -> None:
    found = choose(first="2026-11-16", last="2026-11-22", comparison="none", today=TODAY, span=OLD)

    assert (found.preset, found.compared, found.is_data_default) == ("7d", None, False)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-13-01", "2026-12-01"), ("2026-02-02", "2026-02-01"), ("", "2026-01-01"), ("x", "y")],
)
def test_a_malformed_period_falls_back_to_the_default(first: str, last: str) -> None:
    found = choose(first=first, last=last, comparison="?", today=TODAY, span=None)

    assert found.period.last == TODAY
    assert found.comparison == "previous"


def test_presets_follow_the_data() -> None:
    assert list(presets(TODAY, None)) == ["7d", "30d", "90d", "year"]
    offered = presets(TODAY, OLD)
    assert offered["all"] == Period(OLD.first, OLD.last)
    assert offered["data_year"].days <= 366


def test_data_is_old_after_45_days() -> None:
    assert not is_old(DataSpan(TODAY, TODAY - timedelta(days=45)), TODAY)
    assert is_old(DataSpan(TODAY, TODAY - timedelta(days=46)), TODAY)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_a_year_of_data_never_begins_before_the_data(last: date) -> None:
    span = DataSpan(last - timedelta(days=30), last)

    period = presets(TODAY, span)["data_year"]

    assert period == Period(span.first, span.last)


def test_a_leap_day_has_a_year_before() -> None:
    span = DataSpan(date(2020, 1, 1), date(2024, 2, 29))

    assert presets(TODAY, span)["data_year"] == Period(date(2023, 3, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Age("now", 0)),
        (59, Age("now", 0)),
        (60, Age("minutes", 1)),
        (3_599, Age("minutes", 59)),
        (3_600, Age("hours", 1)),
        (86_399, Age("hours", 23)),
        (86_400, None),
        (-5, None),
    ],
)
def test_times_are_relative_under_a_day(seconds: int, expected: Age | None) -> None:
    assert age(NOW - timedelta(seconds=seconds), NOW) == expected


def test_days_and_spans_are_written_in_both_languages() -> None:
    day, later = date(2025, 12, 9), date(2026, 1, 3)

    assert day_text(day, "en") == "9 Dec 2025"
    assert day_text(day, "zh-hans") == "2025年12月9日"
    assert day_text(day, "en", with_year=False) == "9 Dec"
    assert span_text(day, later, "en") == "9 Dec 2025 – 3 Jan 2026"
    assert span_text(day, date(2025, 12, 31), "en") == "9 Dec – 31 Dec 2025"
    assert span_text(day, date(2025, 12, 31), "zh-hans") == "2025年12月9日至12月31日"
    assert span_text(day, later, "zh-hans") == "2025年12月9日至2026年1月3日"
    assert span_text(day, day, "en") == "9 Dec 2025"
    assert month_text(day, "en") == "Dec 2025"
    assert month_text(day, "zh-hans") == "2025年12月"


def test_days_of_one_month_are_written_short() -> None:
    first, last = date(2010, 12, 1), date(2010, 12, 9)

    assert short_span(first, last, "en") == "1–9 Dec"
    assert short_span(first, last, "zh-hans") == "12月1–9日"


def test_countries_have_names_in_both_languages() -> None:
    assert country_name("GB", "en") == "United Kingdom"
    assert country_name("BR", "zh-hans") == "巴西"
    assert country_name("Scotland", "en") == "Scotland"


def test_moments_are_written_in_a_zone() -> None:
    assert absolute(NOW, "Asia/Shanghai", "en") == "22 Nov 2026, 16:00"
    assert absolute(NOW, "Asia/Shanghai", "zh-hans") == "2026年11月22日 16:00"
    assert clock(NOW, "Europe/London") == "08:00"
    assert clock(NOW, "UTC", seconds=True) == "08:00:00"
