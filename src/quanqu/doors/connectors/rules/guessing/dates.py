"""Tells the formats of a column of dates from its values, and whether day or month comes first."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["DateStyle", "date_style"]

_DAY: Final = (
    r"(?P<ymd>\d{4}(?P<a>[-/.])\d{1,2}(?P=a)\d{1,2})"
    r"|(?P<xxy>\d{1,2}(?P<b>[-/.])\d{1,2}(?P=b)(?:\d{4}|\d{2}))"
    r"|(?P<han>\d{4}年\d{1,2}月\d{1,2}日)"
    r"|(?P<eight>(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"|(?P<dby>\d{1,2}(?P<c>\.? |[-/])[^\W\d_]{3,10}\.?(?:,? |[-/])(?:\d{4}|\d{2}))"
    r"|(?P<bdy>[^\W\d_]{3,10}\.? \d{1,2},? \d{4})"
)
_TIME: Final = (
    r"(?:(?P<join>T|,? |  )?(?P<hour>\d{1,2})(?P<colon>[:时])(?P<minute>\d{2})"
    r"(?P<second>(?:[:分])\d{2}秒?)?(?P<minutes>分)?(?P<part>[.,]\d{1,9})?"
    r"(?P<noon> ?(?:[AaPp]\.?[Mm]\.?|上午|下午))?(?P<zone> ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)
_WHEN: Final = re.compile(f"(?:{_DAY}){_TIME}")
_SOME: Final = 0.3
_TWELVE: Final = 12
_MOST_FORMATS: Final = 6

DAY_FIRST: Final = "dmy"
MONTH_FIRST: Final = "mdy"


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Formats that read the values; `order` empty where days and months could change places.

    `share`: of the values that are dates at all.
    """

    formats: tuple[str, ...]
    order: str
    is_open: bool
    is_mixed: bool = False
    share: float = 1.0


def date_style(values: Sequence[str], order: str = "") -> DateStyle | None:
    """Return how the values are written, or None when they are no dates.

    `order` (dmy or mdy) is taken as told; else a number above twelve shows which is the day.
    """
    found = [_WHEN.fullmatch(" ".join(value.split())) for value in values]
    matched = [match for match in found if match is not None]
    if not matched or len(matched) < _SOME * len(values):
        return None
    pairs = [_numbers(match["xxy"]) for match in matched if match["xxy"]]
    first = sum(left > _TWELVE for left, _ in pairs)
    second = sum(right > _TWELVE for _, right in pairs)
    told = order or _decided(first, second)
    counted = Counter(_format(match, told or DAY_FIRST) for match in matched)
    formats = tuple(name for name, _ in counted.most_common(_MOST_FORMATS))
    is_open = bool(pairs) and not told
    share = len(matched) / len(values)
    return DateStyle(formats, told if pairs else "", is_open, bool(first and second), share)


def _decided(first: int, second: int) -> str:
    if first == second == 0:
        return ""
    return DAY_FIRST if first >= second else MONTH_FIRST


def _numbers(text: str) -> tuple[int, int]:
    left, right, _ = re.split(r"[-/.]", text)
    return int(left), int(right)


def _format(match: "re.Match[str]", order: str) -> str:
    if match["ymd"] and match["a"] == "-" and _is_iso(match):
        return "iso"
    return _day_format(match, order) + _time_format(match)


def _is_iso(match: "re.Match[str]") -> bool:
    day = len(match["ymd"]) == len("2024-01-02")
    plain_time = match["hour"] is None or (
        len(match["hour"]) == 2 and match["colon"] == ":" and match["join"] in (" ", "T")
    )
    return day and plain_time and match["noon"] is None


def _day_format(match: "re.Match[str]", order: str) -> str:
    if match["ymd"]:
        return match["a"].join(("%Y", "%m", "%d"))
    if match["xxy"]:
        sign = match["b"]
        year = "%Y" if len(match["xxy"].rpartition(sign)[2]) == len("2024") else "%y"
        days = ("%d", "%m") if order == DAY_FIRST else ("%m", "%d")
        return sign.join((*days, year))
    if match["han"]:
        return "%Y年%m月%d日"
    if match["eight"]:
        return "%Y%m%d"
    return _named_format(match["dby"] or match["bdy"])


def _named_format(text: str) -> str:
    """Return the format of a date with the name of its month, sign by sign."""
    year = re.search(r"\d+$", text)
    assert year is not None  # noqa: S101 - both patterns end in digits
    head = re.sub(r"[^\W\d_]{3,}", "%b", text[: year.start()])
    head = re.sub(r"\d{1,2}", "%d", head)
    return head + ("%Y" if len(year.group()) == len("2024") else "%y")


def _time_format(match: "re.Match[str]") -> str:
    if match["hour"] is None:
        return ""
    hour = "%I" if match["noon"] else "%H"
    if match["colon"] == "时":
        rest = f"{hour}时%M分" + ("%S秒" if match["second"] else "")
    else:
        rest = f"{hour}:%M" + (":%S" if match["second"] else "")
    noon = match["noon"] or ""
    gap = " " if noon.startswith(" ") else ""
    zone = match["zone"] or ""
    return (
        (match["join"] or "") + rest + (gap + "%p" if noon else "")
        + ((" " if zone.startswith(" ") else "") + "%z" if zone else "")
    )  # fmt: skip


def open_orders(styles: Iterable[DateStyle]) -> set[str]:
    """Return the orders that other columns of the file show."""
    return {style.order for style in styles if style.order and not style.is_open}
