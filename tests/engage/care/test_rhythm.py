"""Rhythms and birthdays, by hand and by properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanqu.engage.care.rules.rhythm import Rhythm, days_to_birthday, rhythm_of

DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("birth_on", "today", "left"),
    [
        (date(1990, 11, 25), date(2026, 11, 22), 3),
        (date(1990, 11, 22), date(2026, 11, 22), 0),
        (date(1990, 1, 2), date(2026, 12, 30), 3),
        (date(1992, 2, 29), date(2026, 2, 27), 1),
        (date(1992, 2, 29), date(2028, 2, 27), 2),
        (date(1992, 2, 29), date(2026, 3, 1), 364),
    ],
)
def test_the_days_to_a_birthday(birth_on: date, today: date, left: int) -> None:
    assert days_to_birthday(birth_on, today) == left


@given(DAYS, DAYS)
def test_a_birthday_comes_within_a_year(birth_on: date, today: date) -> None:
    left = days_to_birthday(birth_on, today)
    coming = today + timedelta(days=left)

    assert 0 <= left <= 366
    leap = (birth_on.month, birth_on.day) == (2, 29) and (coming.month, coming.day) == (2, 28)
    assert leap or (coming.month, coming.day) == (birth_on.month, birth_on.day)


def test_the_usual_gap_is_the_median_and_days_count_once() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 31)]

    assert rhythm_of(days, date(2026, 3, 2)) == Rhythm(15.0, 30)
    assert rhythm_of(days[:3], date(2026, 3, 2)) is None


@pytest.mark.parametrize(
    ("since", "is_lapsing"), [(19, False), (20, True), (59, True), (60, False)]
)
def test_lapsing_is_from_twice_to_six_times_the_usual_gap(since: int, is_lapsing: bool) -> None:
    assert Rhythm(10.0, since).is_lapsing is is_lapsing


@given(st.lists(DAYS, min_size=3, max_size=30, unique=True), st.integers(0, 500))
def test_the_order_of_the_days_does_not_matter(days: list[date], later: int) -> None:
    today = max(days) + timedelta(days=later)

    found = rhythm_of(days, today)

    assert found == rhythm_of(sorted(days, reverse=True), today)
    assert found is not None
    assert found.since_days == later
    assert found.gap_days >= 1
