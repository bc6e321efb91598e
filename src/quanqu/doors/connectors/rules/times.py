"""Times and dates as written by channels, to UTC instants and calendar dates."""

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Reason
from quanqu.doors.connectors.rules.columns import CODE_OF, Converted, no_codes, text_of
from quanqu.doors.connectors.rules.months import in_english
from quanqu.doors.connectors.rules.numbers import scaled

__all__ = ["INSTANT", "days_of", "micros", "to_bool", "to_date", "to_instant"]

INSTANT: Final = pa.timestamp("us", "UTC")
_NAIVE: Final = pa.timestamp("us")
_NO_TEXT: Final = pa.nulls(1, pa.string())[0]  # as `pa.scalar`, but without reading pandas
_ISO: Final = (
    r"^(?P<day>\d{4}-\d{2}-\d{2})(?:[T ](?P<minute>\d{2}:\d{2})(?P<second>:\d{2})?"
    r"(?:[.,](?P<part>\d{1,9}))?)? ?(?P<offset>Z|[+-]\d{2}:?\d{2}| ?UTC)?$"
)
_UNIX: Final = {"unix_s": 6, "unix_ms": 3}
_EXCEL: Final = "excel"  # days since 1899-12-30, as a spreadsheet counts
_EXCEL_ZERO_S: Final = -2_209_161_600
_EARLIEST_US: Final = -2_208_988_800_000_000  # 1900-01-01: channels write "never" as year 1
_TOKENS: Final = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{1,2}", "d": r"(?P<day>\d{1,2})", "H": r"\d{1,2}",
    "I": r"\d{1,2}", "M": r"\d{1,2}", "S": r"\d{1,2}", "b": r"\w+", "B": r"\w+", "p": r"\w+",
    "z": r"[+-]\d{2}:?\d{2}",
}  # fmt: skip
_YES: Final = frozenset({"true", "1", "yes", "y", "t", "是", "有"})
_NO: Final = frozenset({"false", "0", "no", "n", "f", "否", "无"})


def to_instant(column: pa.Array, formats: list[str], zone: str) -> Converted:
    """Return UTC instants. Text without an offset is local time in `zone` (IANA).

    `formats`: strptime patterns, `unix_s`, `unix_ms` or `excel` (days); none: ISO 8601.
    Times before 1900 are placeholders and count as missing.
    """
    kind = column.type
    codes = no_codes(len(column))
    if pa.types.is_timestamp(kind):
        local = column.cast(_NAIVE, safe=False) if kind.tz is None else None
        found = _in_zone(local, zone) if local is not None else column.cast(INSTANT, safe=False)
    elif pa.types.is_date(kind):
        found = _in_zone(column.cast(_NAIVE), zone)
    else:
        found = _parsed(column, formats, zone)
        bad = pc.and_(_says_something(column, formats), pc.is_null(found))
        codes[bad.to_numpy(zero_copy_only=False)] = CODE_OF[Reason.NOT_A_TIME]
    too_old = pc.less(found.cast(pa.int64()), _EARLIEST_US)
    return Converted(pc.if_else(too_old, pa.scalar(None, INSTANT), found), codes)


def to_date(column: pa.Array, formats: list[str]) -> Converted:
    """Return calendar dates; a time of day is dropped, not converted to another zone."""
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        naive = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)), safe=False)
        return Converted(
            pc.floor_temporal(naive, unit="day").cast(pa.date32()), no_codes(len(column))
        )
    found = to_instant(column, formats, "UTC")
    found.codes[found.codes == CODE_OF[Reason.NOT_A_TIME]] = CODE_OF[Reason.NOT_A_DATE]
    days = pc.floor_temporal(found.values, unit="day").cast(pa.date32())
    return Converted(days, found.codes)


def to_bool(column: pa.Array) -> Converted:
    """Return yes or no from the usual spellings in English and Chinese."""
    if pa.types.is_boolean(column.type):
        return Converted(column, no_codes(len(column)))
    encoded = text_of(column).dictionary_encode()
    words = [word.lower() for word in encoded.dictionary.to_pylist()]
    table = pa.array(
        [True if w in _YES else False if w in _NO else None for w in words], pa.bool_()
    )
    found = table.take(encoded.indices)
    codes = no_codes(len(column))
    bad = pc.and_(pc.is_valid(encoded.indices), pc.is_null(found))
    codes[bad.to_numpy(zero_copy_only=False)] = CODE_OF[Reason.NOT_A_YES_OR_NO]
    return Converted(found, codes)


def _parsed(column: pa.Array, formats: list[str], zone: str) -> pa.Array:
    found = pa.nulls(len(column), INSTANT)
    text = text_of(column)
    for pattern in formats or ["iso"]:
        if found.null_count == 0:
            break
        if pattern == "iso":
            attempt = _from_iso(text, zone)
        elif pattern in _UNIX:
            attempt = _from_unix(column, _UNIX[pattern])
        elif pattern == _EXCEL:
            attempt = _in_zone(_from_excel(column), zone)
        else:
            read = _strptime(text, pattern)
            attempt = read.cast(INSTANT) if read.type.tz else _in_zone(read, zone)
        found = pc.coalesce(found, attempt)
    return found


def _says_something(column: pa.Array, formats: list[str]) -> pa.Array:
    """Tell which cells hold a value; the zero of Unix time is how channels write "not yet"."""
    text = text_of(column)
    if not _UNIX.keys() & set(formats):
        return pc.is_valid(text)
    return pc.and_(pc.is_valid(text), pc.not_equal(text, "0")).fill_null(False)


def _strptime(text: pa.Array, pattern: str) -> pa.Array:
    """Read by a pattern; the C library rolls 31 February on to March, which is no date here."""
    if "%b" in pattern or "%B" in pattern or "%p" in pattern:
        text = in_english(text)
    if "%Y" in pattern:
        text = pc.if_else(pc.match_substring_regex(text, r"\d{4}"), text, _NO_TEXT)
    found = pc.strptime(text, format=pattern, unit="us", error_is_null=True)
    if "%d" not in pattern:
        return found
    day = pc.struct_field(pc.extract_regex(text, pattern=_day_regex(pattern)), 0)
    rolled = pc.not_equal(pc.day(_as_written(found, text)), _digits(day))
    return pc.if_else(rolled, pa.scalar(None, found.type), found)


def _as_written(found: pa.Array, text: pa.Array) -> pa.Array:
    """Return the wall-clock times of instants whose offset stands at the end of their text."""
    if not found.type.tz:
        return found
    offset = pc.struct_field(pc.extract_regex(text, pattern=r"(?P<offset>[+-]\d{2}:?\d{2})$"), 0)
    return pc.add(found.cast(_NAIVE), _shift(pc.fill_null(offset, "")))


def _digits(text: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text).cast(pa.int64())


def _day_regex(pattern: str) -> str:
    parts = [
        _TOKENS.get(part, re.escape(part)) if at % 2 else re.escape(part)
        for at, part in enumerate(re.split(r"%(.)", pattern))
    ]
    return "^" + "".join(parts)


def _from_unix(column: pa.Array, digits: int) -> pa.Array:
    micros = scaled(column, digits).values
    placeholder = pc.equal(micros, 0)  # channels write "not yet" as zero
    return pc.if_else(placeholder, pa.scalar(None, pa.int64()), micros).cast(INSTANT)


def _from_excel(column: pa.Array) -> pa.Array:
    """Read days since 1899-12-30, to the second."""
    days = scaled(column, 9, rounding="half_up").values
    seconds = pc.divide(pc.add(pc.multiply(days, 86_400), 500_000_000), 1_000_000_000)
    return pc.multiply(pc.add(seconds, _EXCEL_ZERO_S), 1_000_000).cast(_NAIVE)


def _from_iso(text: pa.Array, zone: str) -> pa.Array:
    parts = pc.extract_regex(text, pattern=_ISO)
    day, minute, second, part, offset = (pc.struct_field(parts, at) for at in range(5))
    whole = pc.binary_join_element_wise(
        day, _blank_as(minute, "00:00"), _blank_as(second, ":00"), " "
    )
    whole = pc.replace_substring(whole, " :", ":")
    naive = _strptime(whole, "%Y-%m-%d %H:%M:%S")
    naive = pc.add(naive, _fraction(part))
    is_local = pc.equal(offset, "")
    shifted = pc.subtract(naive, _shift(offset)).cast(_NAIVE)
    fixed = pc.assume_timezone(shifted, "UTC").cast(INSTANT)
    if not pc.any(is_local).as_py():
        return fixed
    return pc.if_else(is_local, _in_zone(naive.cast(_NAIVE), zone), fixed)


def _blank_as(column: pa.Array, value: str) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), value, column)


def _fraction(part: pa.Array) -> pa.Array:
    if not pc.any(pc.not_equal(part, "")).as_py():
        return pa.scalar(0, pa.duration("us"))
    padded = pc.utf8_slice_codeunits(pc.utf8_rpad(part, 6, "0"), 0, 6)
    return padded.cast(pa.int64()).cast(pa.duration("us"))


def _shift(offset: pa.Array) -> pa.Array:
    """Return the offset as a duration; Z, UTC and none are zero."""
    encoded = offset.dictionary_encode()
    micros = [_offset_micros(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(micros, pa.int64()).take(encoded.indices).cast(pa.duration("us"))


def _offset_micros(word: str) -> int:
    digits = word.strip().replace(":", "")
    if digits in ("", "Z", "UTC"):
        return 0
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    return (-minutes if digits[0] == "-" else minutes) * 60_000_000


def _in_zone(naive: pa.Array, zone: str) -> pa.Array:
    """Read local wall-clock times; a doubled hour is its first pass, a skipped one moves on."""
    if not len(naive) or naive.null_count == len(naive):
        return pa.nulls(len(naive), INSTANT)
    aware = pc.assume_timezone(naive, timezone=zone, ambiguous="earliest", nonexistent="latest")
    return aware.cast(INSTANT)


def days_of(instants: pa.Array, zone: str) -> pa.Array:
    """Return the calendar date of each instant in a zone."""
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", zone)))
    return pc.floor_temporal(local, unit="day").cast(pa.date32())


def micros(instants: pa.Array) -> np.ndarray:
    """Return instants as int64 microseconds, null as the greatest value."""
    filled = pc.fill_null(instants.cast(pa.int64()), np.iinfo(np.int64).max)
    return np.asarray(filled.to_numpy(zero_copy_only=False))
