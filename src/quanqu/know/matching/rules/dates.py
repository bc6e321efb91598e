"""The normal form of dates of birth as eight digits, and what cannot be one."""

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["is_month_first", "normal_date"]

_YEAR_FIRST: Final = re.compile(r"^(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D|$)")
_YEAR_LAST: Final = re.compile(r"^(\d{1,2})\D+(\d{1,2})\D+(\d{4})(?:\D|$)")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$")


def normal_date(text: str, *, is_month_first: bool = False) -> str:
    """Return `YYYYMMDD`, or an empty text when no date can be read.

    A month above twelve is kept as it stands: it is a typing error to be compared, not to be lost.
    Separators and 年月日 are alike.  `is_month_first` reads 03/04/1990 as March.
    """
    plain = text.strip()
    if match := _COMPACT.match(plain) or _YEAR_FIRST.match(plain):
        year, month, day = match.groups()
    elif match := _YEAR_LAST.match(plain):
        first, second, year = match.groups()
        month, day = (first, second) if is_month_first else (second, first)
        if int(month) > 12 and int(day) <= 12:
            month, day = day, month
    else:
        return ""
    return "" if year == "0000" else f"{year}{int(month):02d}{int(day):02d}"


def is_month_first(texts: Iterable[str]) -> bool:
    """Tell whether dates ending in the year put the month first: the day's side passes twelve."""
    first = second = 0
    for text in texts:
        if match := _YEAR_LAST.match(text.strip()):
            first += int(match[1]) > 12
            second += int(match[2]) > 12
    return second > first
