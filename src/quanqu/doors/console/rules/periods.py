"""The period of a page: what the address asks for, the presets, and the default over old data."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from quanqu.kernel.time import Period

__all__ = [
    "COMPARISONS",
    "FIRST_DAY",
    "LAST_DAY",
    "Choice",
    "Comparison",
    "DataSpan",
    "choose",
    "is_old",
    "presets",
]

Comparison = Literal["none", "previous", "year_before"]
COMPARISONS: Final[tuple[Comparison, ...]] = ("previous", "year_before", "none")
# Days that may be asked for: there is room to compare and to count on both sides.
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
_FRESH_DAYS: Final = 45


@dataclass(frozen=True, slots=True)
class DataSpan:
    """The first and last business day that hold data."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Choice:
    """The period shown: the preset it equals, what it is compared with, and how it was come by.

    `is_data_default` tells that nobody chose it: the data is old, so its own last months are
    shown.  `is_alone` tells that it cannot be compared: the period before begins before the data,
    and `comparison` is then "none".
    """

    period: Period
    preset: str
    comparison: Comparison
    compared: Period | None
    is_data_default: bool
    is_alone: bool = False


def is_old(span: DataSpan, today: date) -> bool:
    """Tell whether the newest data is more than 45 days old."""
    return (today - span.last).days > _FRESH_DAYS


def presets(today: date, span: DataSpan | None) -> dict[str, Period]:
    """Return the offered periods by code, in the order they are offered."""
    offered = {
        "7d": Period(today - timedelta(days=6), today),
        "30d": Period(today - timedelta(days=29), today),
        "90d": Period(today - timedelta(days=89), today),
        "year": Period(date(today.year, 1, 1), today),
    }
    if span is not None:
        offered["data_year"] = _last_year(span)
        offered["data_half"] = Period(max(_half_year_ago(span.last), span.first), span.last)
        offered["all"] = Period(span.first, span.last)
    return offered


def choose(*, first: str, last: str, comparison: str, today: date, span: DataSpan | None) -> Choice:
    """Read a period from an address; anything missing or malformed falls back to the default.

    The default is the last 12 months, or the last 6 when only these can be compared: up to today
    while the data is fresh, up to its own last day once it is older than 45 days.
    """
    offered = presets(today, span)
    asked = _read(first, last)
    is_stale = span is not None and is_old(span, today)
    year, half = Period(_year_ago(today), today), Period(_half_year_ago(today), today)
    if is_stale:
        year, half = offered["data_year"], offered["data_half"]
    default = year
    if span is not None and _is_alone(year, span) and not _is_alone(half, span):
        default = half
    period = asked or default
    code = next((name for name, preset in offered.items() if preset == period), "custom")
    chosen: Comparison = next((c for c in COMPARISONS if c == comparison), "previous")
    compared = _compared(period, chosen)
    is_alone = compared is not None and span is not None and compared.first < span.first
    if is_alone:
        chosen, compared = "none", None
    return Choice(period, code, chosen, compared, asked is None and is_stale, is_alone)


def _is_alone(period: Period, span: DataSpan) -> bool:
    return period.previous().first < span.first


def _compared(period: Period, comparison: Comparison) -> Period | None:
    if comparison == "previous":
        return period.previous()
    return period.year_before() if comparison == "year_before" else None


def _read(first: str, last: str) -> Period | None:
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    in_order = FIRST_DAY <= start <= end <= LAST_DAY
    return Period(start, end) if in_order else None


def _last_year(span: DataSpan) -> Period:
    return Period(max(_year_ago(span.last), span.first), span.last)


def _half_year_ago(day: date) -> date:
    months = day.year * 12 + day.month - 1 - 6
    year, month = divmod(months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last)) + timedelta(days=1)


def _year_ago(day: date) -> date:
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:
        return date(day.year - 1, 3, 1)
