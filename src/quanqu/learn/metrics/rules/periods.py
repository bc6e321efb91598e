"""Periods compared, and periods cut into buckets."""

from datetime import date, timedelta
from typing import Final

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import Comparison, Dimension

_DAYS_BY_DAY: Final = 45
_DAYS_BY_WEEK: Final = 190
_MONTHS: Final = {Dimension.MONTH: 1, Dimension.QUARTER: 3, Dimension.YEAR: 12}


def compared_period(period: Period, comparison: Comparison) -> Period | None:
    """Return the period that a comparison holds against this one."""
    if comparison is Comparison.PREVIOUS:
        return period.previous()
    if comparison is Comparison.PREVIOUS_MONTHS:
        return _months_before(period)
    return period.year_before() if comparison is Comparison.YEAR_BEFORE else None


def _months_before(period: Period) -> Period:
    """Move a period back by the months it touches: whole months to whole ones, else day by day."""
    count = _month_number(period.last) - _month_number(period.first) + 1
    first = _moved(period.first, -count)
    following = period.last + timedelta(days=1)
    if period.first.day == 1 and following.day == 1:
        return Period(first, period.first - timedelta(days=1))
    return Period(first, _moved(period.last, -count))


def _moved(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day where it is shorter."""
    start = _month_of(_month_number(day) + months)
    last = _month_of(_month_number(start) + 1) - timedelta(days=1)
    return start.replace(day=min(day.day, last.day))


def bucket_start(day: date, bucket: Dimension) -> date:
    """Return the first day of the bucket a day is in: weeks begin on Monday (ISO 8601)."""
    if bucket is Dimension.WEEK:
        return day - timedelta(days=day.weekday())
    months = _MONTHS.get(bucket)
    if months is None:
        return day
    return day.replace(month=day.month - (day.month - 1) % months, day=1)


def bucket_starts(period: Period, bucket: Dimension) -> tuple[date, ...]:
    """Return the first days of the buckets that touch a period, in order."""
    starts = [bucket_start(period.first, bucket)]
    while (following := _next_start(starts[-1], bucket)) <= period.last:
        starts.append(following)
    return tuple(starts)


def fitting_bucket(period: Period) -> Dimension:
    """Return the bucket that cuts a period into a readable number of points."""
    if period.days <= _DAYS_BY_DAY:
        return Dimension.DAY
    return Dimension.WEEK if period.days <= _DAYS_BY_WEEK else Dimension.MONTH


def is_complete(bucket: Period, asked: Period, data: Period | None, today: date) -> bool:
    """Tell whether a bucket holds all that will ever be counted in it, as far as can be known.

    All of it was asked for, its last day is over, and the data of the scope reaches over it: the
    first order lies on or before its first day, the newest on or after its last.
    """
    if data is None or bucket.last >= today:
        return False
    return all(one.first <= bucket.first and bucket.last <= one.last for one in (asked, data))


def bucket_days(start: date, bucket: Dimension) -> Period:
    """Return the days of the bucket that begins on a day."""
    return Period(start, _next_start(start, bucket) - timedelta(days=1))


def _next_start(start: date, bucket: Dimension) -> date:
    months = _MONTHS.get(bucket)
    if months is None:
        return start + timedelta(days=7 if bucket is Dimension.WEEK else 1)
    return _month_of(_month_number(start) + months)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_of(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
