"""The business calendar: days that shops and people live by, as data, and windows around them."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

from quanqu.know.audiences.contracts import FestivalWindow
from quanqu.know.audiences.rules.lunar_days import LUNAR_DAYS

FIRST_YEAR: Final = 1995
LAST_YEAR: Final = 2056
_LUNAR: Final = {
    int(year): tuple(date.fromisoformat(f"{year}-{day}") for day in days)
    for year, *days in (line.split() for line in LUNAR_DAYS.strip().splitlines())
}
_ONE: Final = timedelta(days=1)


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _lunar(column: int, days: int = 0) -> Callable[[int], date]:
    return lambda year: _LUNAR[year][column] + timedelta(days=days)


def _thanksgiving(year: int, days: int = 0) -> date:
    """The fourth Thursday of November (5 U.S.C. § 6103), and so many days after it."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21 + days)


DAYS: Final[Mapping[str, Callable[[int], date]]] = {
    "spring_festival": _lunar(0),
    "lantern_festival": _lunar(0, 14),
    "dragon_boat": _lunar(1),
    "qixi": _lunar(2),
    "mid_autumn": _lunar(3),
    "double_ninth": _lunar(4),
    "new_year": _fixed(1, 1),
    "valentines_day": _fixed(2, 14),
    "womens_day": _fixed(3, 8),
    "labour_day": _fixed(5, 1),
    "june_18": _fixed(6, 18),
    "national_day_cn": _fixed(10, 1),
    "november_11": _fixed(11, 11),
    "thanksgiving_us": _thanksgiving,
    "black_friday": lambda year: _thanksgiving(year, 1),
    "cyber_monday": lambda year: _thanksgiving(year, 4),
    "december_12": _fixed(12, 12),
    "christmas": _fixed(12, 25),
}
SHOPPING: Final = ("june_18", "november_11", "black_friday", "december_12")
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {"shopping_festival": SHOPPING}
CODES: Final = (*GROUPS, *DAYS)


def festival_days(window: FestivalWindow, as_of: date) -> tuple[date, date] | None:
    """Return the days around the `back`-th last festival that had begun by `as_of`; both included.

    A festival has begun when the first day of its window has come.  None: the calendar, which
    knows 1995 to 2056, does not reach back so far.
    """
    codes = GROUPS.get(window.code, (window.code,))
    years = range(max(FIRST_YEAR, as_of.year - 21), min(LAST_YEAR, as_of.year + 1) + 1)
    before = timedelta(days=window.days_before)
    begun = sorted(
        day for code in codes for year in years if (day := DAYS[code](year)) - before <= as_of
    )
    if len(begun) < window.back:
        return None
    day = begun[-window.back]
    return day - before, day + timedelta(days=window.days_after)


def birthdays_between(as_of: date, from_days: int, to_days: int) -> list[int]:
    """Return the days of the year (month × 100 + day) of that many days from a day on.

    Who was born on 29 February has the birthday on 28 February in other years.
    """
    days = [as_of + timedelta(days=ahead) for ahead in range(from_days, to_days + 1)]
    found = {day.month * 100 + day.day for day in days}
    if any((day.month, day.day) == (2, 28) and (day + _ONE).month == 3 for day in days):
        found.add(229)
    return sorted(found)
