"""Exact numbers: columns of any type to integers scaled by a power of ten."""

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Reason
from quanqu.doors.connectors.rules.columns import CODE_OF, Converted, no_codes, text_of
from quanqu.doors.connectors.rules.signs import bare_number
from quanqu.kernel.money import exponent

__all__ = ["E4", "Rounding", "exponents_of", "rescale", "scaled", "to_int", "to_money"]

Ints = npt.NDArray[np.int64]
Rounding = Literal["exact", "half_up"]

E4: Final = 4
_DIGITS: Final = 10
_PLAIN: Final = r"^[+-]?\d{1,26}(\.\d{1,10})?$"
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+|(?:,\d{2})*,\d{3})(?:\.\d*)?")
_WIDE: Final = Context(prec=60)
_TINY: Final = Decimal(1).scaleb(-_DIGITS)
_ULPS: Final = 4  # what a few additions before us may have left behind
_DUST: Final = 1e-9  # and what a subtraction to nothing leaves
_SAFE: Final = 9_000_000_000_000_000_000


def scaled(
    column: pa.Array, digits: int, *, rounding: Rounding = "exact", decimal: str = "."
) -> Converted:
    """Return value × 10^digits as int64, exact or rounded half away from zero.

    Text is read as decimal, never through a float; a float counts as the decimal it prints as.
    """
    kind = column.type
    if pa.types.is_integer(kind):
        return _from_ints(column, digits)
    if pa.types.is_floating(kind):
        return _from_floats(column, digits, rounding)
    if pa.types.is_decimal(kind):
        column = column.cast(pa.string())
    return _from_text(text_of(column), digits, rounding, decimal)


def to_int(column: pa.Array, *, decimal: str = ".") -> Converted:
    """Return whole numbers; "12.0" is whole, "12.5" is not."""
    found = scaled(column, 0, decimal=decimal)
    wrong = found.codes == CODE_OF[Reason.TOO_MANY_DECIMALS]
    found.codes[wrong] = CODE_OF[Reason.NOT_A_WHOLE_NUMBER]
    return found


def exponents_of(currencies: pa.Array) -> npt.NDArray[np.int8]:
    """Return the digits of the minor unit per row (ISO 4217); null counts as two."""
    encoded = currencies.dictionary_encode()
    table = np.array([exponent(code) for code in encoded.dictionary.to_pylist()] or [2], np.int8)
    indices = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False)
    return table[indices]


def to_money(
    column: pa.Array,
    exponents: npt.NDArray[np.int8],
    *,
    rounding: Rounding = "exact",
    decimal: str = ".",
) -> Converted:
    """Return amounts in the minor units of each row's currency."""
    values = np.zeros(len(column), np.int64)
    codes = no_codes(len(column))
    nulls = np.ones(len(column), bool)
    for digits in np.unique(exponents):
        found = scaled(column, int(digits), rounding=rounding, decimal=decimal)
        at = exponents == digits
        values[at] = _filled(found.values)[at]
        codes[at] = found.codes[at]
        nulls[at] = found.values.is_null().to_numpy(zero_copy_only=False)[at]
    return Converted(pa.array(values, mask=nulls), codes)


def rescale(
    numbers: Converted, have: int, exponents: npt.NDArray[np.int8], rounding: Rounding
) -> Converted:
    """Bring integers of `have` digits to each row's currency digits."""
    values = _filled(numbers.values)
    factor = 10 ** (have - exponents.astype(np.int64))
    quotient, rest = np.divmod(np.abs(values), factor)
    codes = numbers.codes.copy()
    if rounding == "half_up":
        quotient += (2 * rest >= factor).astype(np.int64)
    else:
        codes[(rest != 0) & (codes == 0)] = CODE_OF[Reason.TOO_MANY_DECIMALS]
    nulls = numbers.values.is_null().to_numpy(zero_copy_only=False)
    return Converted(pa.array(np.sign(values) * quotient, mask=nulls), codes)


def _filled(values: pa.Array) -> Ints:
    return np.asarray(pc.fill_null(values, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def _from_ints(column: pa.Array, digits: int) -> Converted:
    nulls = column.is_null().to_numpy(zero_copy_only=False)
    values = _filled(column.cast(pa.int64(), safe=False))
    codes = no_codes(len(values))
    codes[np.abs(values) > _SAFE // 10**digits] = CODE_OF[Reason.NUMBER_TOO_LARGE]
    return Converted(pa.array(values * np.int64(10**digits), mask=nulls | (codes != 0)), codes)


def _from_floats(column: pa.Array, digits: int, rounding: Rounding) -> Converted:
    numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    nulls = np.isnan(numbers)
    numbers = np.where(nulls, 0.0, numbers)
    codes = no_codes(len(numbers))
    codes[np.abs(numbers) > _SAFE / 10.0**digits] = CODE_OF[Reason.NUMBER_TOO_LARGE]
    safe = np.where(codes == 0, numbers, 0.0)
    nearest = np.rint(safe * 10.0**digits)
    if rounding == "half_up":
        tail = np.rint(safe * 10.0 ** (digits + 4)).astype(np.int64)
        whole, rest = np.divmod(np.abs(tail), 10_000)
        nearest = np.sign(tail) * (whole + (rest >= 5_000))
    else:
        noise = np.maximum(_ULPS * np.spacing(np.abs(safe)), _DUST)
        codes[np.abs(nearest / 10.0**digits - safe) > noise] = CODE_OF[Reason.TOO_MANY_DECIMALS]
    return Converted(pa.array(nearest.astype(np.int64), mask=nulls | (codes != 0)), codes)


def _from_text(text: pa.Array, digits: int, rounding: Rounding, decimal: str) -> Converted:
    codes = no_codes(len(text))
    plain = pc.match_substring_regex(text, _PLAIN)
    if decimal != "." or not pc.all(plain).as_py():
        text = _cleaned(text, decimal)
        plain = pc.match_substring_regex(text, _PLAIN)
        bad = pc.and_(pc.is_valid(text), pc.invert(plain)).fill_null(False)
        codes[bad.to_numpy(zero_copy_only=False)] = CODE_OF[Reason.NOT_A_NUMBER]
        text = pc.if_else(plain, text, pa.scalar(None, pa.string()))
    exact = text.cast(pa.decimal128(38, _DIGITS))
    rounded = pc.round(exact, ndigits=digits, round_mode="half_towards_infinity")
    if rounding == "exact":
        off = pc.not_equal(exact, rounded).fill_null(False).to_numpy(zero_copy_only=False)
        codes[off] = CODE_OF[Reason.TOO_MANY_DECIMALS]
    words = _unscaled(rounded.cast(pa.decimal128(38, digits)))
    large = (words[:, 1] != words[:, 0] >> 63) | (np.abs(words[:, 0].astype(float)) > _SAFE)
    nulls = text.is_null().to_numpy(zero_copy_only=False)
    codes[large & ~nulls] = CODE_OF[Reason.NUMBER_TOO_LARGE]
    return Converted(pa.array(words[:, 0].copy(), mask=nulls | (codes != 0)), codes)


def _unscaled(column: pa.Array) -> Ints:
    """Return the two 64-bit words of each decimal: low first, as Arrow lays them out."""
    if not len(column):
        return np.zeros((0, 2), np.int64)
    words = np.frombuffer(column.buffers()[1], dtype=np.int64).reshape(-1, 2)
    return words[column.offset : column.offset + len(column)]


def _cleaned(text: pa.Array, decimal: str) -> pa.Array:
    """Rewrite every distinct odd spelling once: signs of currency, groups, brackets, exponents."""
    encoded = text.dictionary_encode()
    words = [_plain_number(word, decimal) for word in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(encoded.indices)


def _plain_number(word: str, decimal: str) -> str:
    if word.startswith("["):
        return _sum_of(word)
    found = bare_number(word)
    if decimal == ",":
        found = found.replace(".", "\0").replace(",", ".").replace("\0", ",")
    if _GROUPED.fullmatch(found):
        found = found.replace(",", "")
    return _written_out(found) or f"?{word}"


def _sum_of(word: str) -> str:
    """Add up a JSON list of amounts; a null in it counts as nothing."""
    try:
        parts = [Decimal(str(part)) for part in msgspec.json.decode(word) if part is not None]
    except (msgspec.DecodeError, InvalidOperation):
        return word
    return _written_out(str(sum(parts, Decimal(0)))) or word


def _written_out(found: str) -> str | None:
    try:
        number = Decimal(found)
    except InvalidOperation:
        return None
    if not number.is_finite() or "_" in found or abs(number.adjusted()) > 25:
        return None
    return f"{_WIDE.quantize(number, _TINY):f}"
