"""What a column of an unseen file holds: numbers and their writing, dates, addresses, text."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.rules.columns import text_of
from quanqu.doors.connectors.rules.guessing.dates import DateStyle, date_style
from quanqu.doors.connectors.rules.missing import TEXT_WORDS, without_words
from quanqu.doors.connectors.rules.numbers import scaled
from quanqu.doors.connectors.rules.signs import bare_number, currency_sign

__all__ = ["NumberStyle", "Profile", "profile_of"]

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"(\+|00)\d{8,15}|1[3-9]\d{9}|0\d{8,11}")
_PHONE_SIGNS: Final = re.compile(r"(?<=\d)[ ()/\-]+(?=\d)|^[ (]+|[ )]+(?=\d)")
_PHONE_DOTS: Final = 3
_COMMA: Final = re.compile(r"-?(\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})")
_POINT: Final = re.compile(r"-?(\d*\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{2,3})+\.\d+|\d{1,3}(,\d{3}){2,})")
_WRAPPED: Final = re.compile(r"=\".*\"|'.+|\".*\"")
_FLOAT_ID: Final = re.compile(r"\d+\.0")
_DAMAGED: Final = re.compile(r"\d([.,]\d+)?[eE]\+\d{2}")
_FIRST: Final = r"^(1[3-9]|2\d|3[01])[-/.]\d{1,2}[-/.]"
_SECOND: Final = r"^\d{1,2}[-/.](1[3-9]|2\d|3[01])[-/.]"
_NEGATIVE: Final = r"^[^\d]*[(\-−－]|\d[-−]$"
UNWRAP: Final = r"^(?:=?[\"]|')?(?P<value>.*?)[\"]?$"
UNFLOAT: Final = r"^(?P<value>.*?)(?:\.0)?$"
_LOOK: Final = 5_000
_SAMPLES: Final = 5
_WORDS: Final = 80
_MOSTLY: Final = 0.9
_SOME: Final = 0.3


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written. `decimal` is empty where nothing shows it; `digits` after it.

    `share`: of the values that are numbers at all.
    """

    decimal: str
    digits: int
    signs: tuple[tuple[str, int], ...]
    is_percent: bool
    has_negative: bool
    lowest: float
    highest: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A column. `level`: the lists its values lie in, outermost first; `path` where it is read.

    `unwrap`: the pattern that takes a value out of what an export put around it.
    """

    name: str
    path: str
    level: tuple[str, ...]
    holds: str
    filled_rate: float
    samples: tuple[str, ...]
    words: tuple[str, ...]
    distinct: int
    told: int
    dates: DateStyle | None = None
    numbers: NumberStyle | None = None
    unwrap: str = ""
    is_damaged: bool = False

    @property
    def is_codes(self) -> bool:
        """Tell whether the values look like codes: a digit in most, no blanks."""
        codes = sum(any(c.isdigit() for c in w) and " " not in w for w in self.samples)
        return codes >= 0.8 * max(len(self.samples), 1)


def profile_of(
    name: str,
    column: pa.Array,
    *,
    path: str = "",
    level: tuple[str, ...] = (),
    decimal: str = "",
    order: str = "",
) -> Profile:
    """Look at a column; `decimal` and `order` (of dates) are taken as told when they are given."""
    text = without_words(text_of(column), TEXT_WORDS).drop_null()
    distinct = pc.unique(text)
    step = max(len(distinct) // _LOOK, 1)
    words = distinct.take(pa.array(np.arange(0, len(distinct), step)[:_LOOK])).to_pylist()
    unwrap = _unwrap(words, column.type)
    bare = [_unwrapped(word, unwrap) for word in words]
    dates = _dates(column.type, text, bare, order)
    numbers = None
    if dates is None or dates.share < _MOSTLY or _is_plain(bare):
        numbers = _numbers(column, text, bare, decimal)
    return Profile(
        name=name,
        path=path or name,
        level=level,
        holds=_holds(bare, dates, numbers),
        filled_rate=round(len(text) / len(column), 3) if len(column) else 0.0,
        samples=tuple(words[:_SAMPLES]),
        words=tuple(words) if len(distinct) <= _WORDS else (),
        distinct=len(distinct),
        told=len(text),
        dates=dates,
        numbers=numbers,
        unwrap=unwrap,
        is_damaged=bool(words) and _mostly(words, _DAMAGED.fullmatch),
    )


def _unwrap(words: Sequence[str], kind: pa.DataType) -> str:
    if any(_WRAPPED.fullmatch(word) for word in words):
        return UNWRAP
    is_text = pa.types.is_string(kind)
    return UNFLOAT if is_text and words and all(map(_FLOAT_ID.fullmatch, words)) else ""


def _unwrapped(word: str, pattern: str) -> str:
    found = re.match(pattern, word) if pattern == UNWRAP else None
    return found["value"] if found else word


def _is_plain(words: Sequence[str]) -> bool:
    """Tell whether dates are bare digits, which may be numbers as well."""
    return bool(words) and all(word.isdigit() for word in words)


def _dates(kind: pa.DataType, text: pa.Array, words: Sequence[str], order: str) -> DateStyle | None:
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return DateStyle(("iso",), "", is_open=False)
    if not order:
        first = pc.any(pc.match_substring_regex(text, _FIRST)).as_py()
        second = pc.any(pc.match_substring_regex(text, _SECOND)).as_py()
        order = "dmy" if first and not second else "mdy" if second and not first else ""
    return date_style(words, order)


def _numbers(
    column: pa.Array, text: pa.Array, words: Sequence[str], decimal: str
) -> NumberStyle | None:
    if not words:
        return None
    percents = sum(word.endswith("%") for word in words)
    plain = [word.removesuffix("%").strip() for word in words]
    shown = decimal or _decimal([bare_number(word) for word in plain])
    found = scaled(pa.array(plain, pa.string()), 6, rounding="half_up", decimal=shown or ".").values
    if len(words) - found.null_count < _SOME * len(words):
        return None
    values = found.drop_null().to_numpy(zero_copy_only=False) / 1e6
    signs = Counter(sign for word in plain if (sign := currency_sign(word)))
    return NumberStyle(
        decimal=shown,
        digits=_digits(column, text, shown or "."),
        signs=tuple(signs.most_common()),
        is_percent=2 * percents > len(words),
        has_negative=bool(pc.any(pc.match_substring_regex(text, _NEGATIVE)).as_py()),
        lowest=float(values.min()),
        highest=float(values.max()),
        share=1 - found.null_count / len(words),
    )


def _decimal(numbers: Sequence[str]) -> str:
    comma = sum(_COMMA.fullmatch(number) is not None for number in numbers)
    point = sum(_POINT.fullmatch(number) is not None for number in numbers)
    if comma == point:
        return ""
    return "," if comma > point else "."


def _digits(column: pa.Array, text: pa.Array, decimal: str) -> int:
    """Return the digits after the decimal sign: 0, up to 2, or 3 for more."""
    if pa.types.is_floating(column.type):
        fine = [bool((scaled(column, digits).codes == 0).all()) for digits in (0, 2)]
        return 0 if fine[0] else 2 if fine[1] else 3
    sign = re.escape(decimal)
    if pc.any(pc.match_substring_regex(text, rf"{sign}\d{{2}}\d*[1-9]")).as_py():
        return 3
    return 2 if pc.any(pc.match_substring_regex(text, rf"{sign}\d*[1-9]")).as_py() else 0


def _holds(words: Sequence[str], dates: DateStyle | None, numbers: NumberStyle | None) -> str:
    if not words:
        return "nothing"
    if _mostly(words, _EMAIL.fullmatch):
        return "email"
    if _mostly(words, _is_phone):
        return "phone"
    if dates is not None and dates.share >= _MOSTLY and numbers is None:
        return "time"
    return "number" if numbers is not None and numbers.share >= _MOSTLY else "text"


def _is_phone(word: str) -> object:
    plain = word.replace(".", " ") if word.count(".") >= _PHONE_DOTS else word
    return _PHONE.fullmatch(_PHONE_SIGNS.sub("", plain))


def _mostly(words: Sequence[str], test: Callable[[str], object]) -> bool:
    return sum(test(word) is not None for word in words) > _MOSTLY * len(words)
