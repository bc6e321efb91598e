"""Times as people read them: relative under a day, absolute after, always with both at hand."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = ["Age", "absolute", "age", "clock", "day_text", "month_text", "short_span", "span_text"]

_EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago: a count of seconds, minutes or hours; None once it is a day or more."""

    unit: Literal["now", "minutes", "hours"]
    count: int


def age(moment: datetime, now: datetime) -> Age | None:
    """Return the age of a moment under 24 hours, None when it is older or lies ahead."""
    seconds = int((now - moment).total_seconds())
    if not 0 <= seconds < 86_400:
        return None
    if seconds < 60:
        return Age("now", 0)
    return Age("minutes", seconds // 60) if seconds < 3600 else Age("hours", seconds // 3600)


def day_text(day: date, language: str, *, with_year: bool = True) -> str:
    """Write a date: 9 Dec 2011, or 2011年12月9日."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日" if with_year else f"{day.month}月{day.day}日"
    short = f"{day.day} {_EN_MONTHS[day.month - 1]}"
    return f"{short} {day.year}" if with_year else short


def span_text(first: date, last: date, language: str) -> str:
    """Write a period, naming the year once when both ends share it."""
    if first == last:
        return day_text(first, language)
    same_year = first.year == last.year
    if language.startswith("zh"):
        end = day_text(last, language, with_year=not same_year)
        return f"{day_text(first, language)}至{end}"
    start = day_text(first, language, with_year=not same_year)
    return f"{start} – {day_text(last, language)}"


def short_span(first: date, last: date, language: str) -> str:
    """Write days of one month: 1-9 Dec, or 12月1-9日."""
    if language.startswith("zh"):
        return f"{first.month}月{first.day}–{last.day}日"
    return f"{first.day}–{last.day} {_EN_MONTHS[first.month - 1]}"


def clock(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    """Write the time of day in a zone: 14:05."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S" if seconds else "%H:%M")


def absolute(moment: datetime, zone: str, language: str) -> str:
    """Write a moment in a zone: 9 Dec 2011, 12:50."""
    local = moment.astimezone(ZoneInfo(zone))
    joint = " " if language.startswith("zh") else ", "
    return f"{day_text(local.date(), language)}{joint}{local:%H:%M}"


def month_text(day: date, language: str) -> str:
    """Write a month: Dec 2011, or 2011年12月."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月"
    return f"{_EN_MONTHS[day.month - 1]} {day.year}"
