"""Evaluates the fields of a mapping over a table: the one conversion every channel goes through."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import Field, Reason, ValueType
from quanqu.doors.connectors.rules.columns import CODE_OF, Codes, Converted, no_codes, text_of
from quanqu.doors.connectors.rules.missing import (
    CODE_WORDS,
    TEXT_WORDS,
    VALUE_WORDS,
    without_words,
)
from quanqu.doors.connectors.rules.numbers import (
    E4,
    Rounding,
    exponents_of,
    rescale,
    scaled,
    to_int,
    to_money,
)
from quanqu.doors.connectors.rules.texts import coalesce, joined, mapped, shaped, unescaped
from quanqu.doors.connectors.rules.times import to_bool, to_date, to_instant

__all__ = ["ARROW_TYPES", "Source", "as_field", "evaluate", "json_objects"]

ARROW_TYPES: Final = {
    ValueType.TEXT: pa.string(),
    ValueType.JSON: pa.string(),
    ValueType.INT: pa.int64(),
    ValueType.MONEY: pa.int64(),
    ValueType.PRICE_E4: pa.int64(),
    ValueType.DATETIME: pa.timestamp("us", "UTC"),
    ValueType.DATE: pa.date32(),
    ValueType.BOOL: pa.bool_(),
    ValueType.NUMBER: pa.float64(),
}
_NUMERIC: Final = frozenset({ValueType.INT, ValueType.MONEY, ValueType.PRICE_E4, ValueType.NUMBER})
_SAFE_FLOAT: Final = 9.0e18


@dataclass(frozen=True, slots=True)
class Source:
    """Where fields read: columns by name, the zone of local times, the currency of each row.

    `nulls`: the words for "no value" of the whole mapping; None leaves them to the kind of field.
    """

    look: Callable[[str], pa.Array]
    length: int
    zone: str
    exponents: npt.NDArray[np.int8]
    nulls: tuple[str, ...] | None = None

    def in_currencies(self, currencies: pa.Array) -> "Source":
        """Return the same source with amounts in these currencies (one code per row)."""
        return replace(self, exponents=exponents_of(currencies))


def as_field(spec: Field | str) -> Field:
    """Return a field for the short form, the bare name of a column."""
    return Field(from_=spec) if isinstance(spec, str) else spec


def evaluate(
    spec: Field | str, kind: ValueType, source: Source, *, is_code: bool = False
) -> Converted:
    """Return the canonical values of one field for every row, with what is wrong per row.

    `is_code`: the text is an identifier, for which more words mean "no value".
    """
    field = as_field(spec)
    kind = field.type or kind
    source = replace(source, look=partial(_told, source.look, _words(field, kind, source, is_code)))
    if field.const is not None:
        found = _constant(field, kind, source)
    elif field.add or field.subtract or field.times:
        found = _arithmetic(field, kind, source)
    else:
        found = _from_columns(field, kind, source)
    return _finished(found, field, kind)


def _words(field: Field, kind: ValueType, source: Source, is_code: bool) -> tuple[str, ...]:
    """Return the words for "no value": the field's own, the mapping's, else those of the kind."""
    if field.nulls is not None:
        return tuple(field.nulls)
    if source.nulls is not None:
        return source.nulls
    if kind in (ValueType.TEXT, ValueType.JSON):
        return CODE_WORDS if is_code else TEXT_WORDS
    return VALUE_WORDS


def _told(look: Callable[[str], pa.Array], words: tuple[str, ...], name: str) -> pa.Array:
    column = look(name)
    return without_words(text_of(column), words) if pa.types.is_string(column.type) else column


def json_objects(specs: dict[str, Field | str], source: Source) -> Converted:
    """Return one JSON object per row from several fields; absent values are left out."""
    codes = no_codes(source.length)
    columns = {}
    for name, spec in specs.items():
        found = evaluate(spec, ValueType.TEXT, source)
        codes = np.where(codes == 0, found.codes, codes)
        columns[name] = found.values.to_pylist()
    rows = [
        {name: value for name, value in zip(columns, cells, strict=True) if value is not None}
        for cells in zip(*columns.values(), strict=True)
    ]
    texts = [msgspec.json.encode(row).decode() if row else None for row in rows]
    return Converted(pa.array(texts or [None] * source.length, pa.string()), codes)


def _constant(field: Field, kind: ValueType, source: Source) -> Converted:
    value: object = field.const
    if kind in (ValueType.TEXT, ValueType.JSON):
        value = str(value)
    column = pa.array([value] * source.length)
    if kind in _NUMERIC or kind is ValueType.BOOL or pa.types.is_string(column.type):
        return _typed(column, field, kind, source)
    return Converted(column, no_codes(source.length))


def _from_columns(field: Field, kind: ValueType, source: Source) -> Converted:
    names = [field.from_] if isinstance(field.from_, str) else list(field.from_ or ())
    columns = [source.look(name) for name in names]
    textual = field.extract or field.case or field.prefix or field.map or field.join is not None
    if len(columns) > 1 or textual or kind in (ValueType.TEXT, ValueType.JSON):
        texts = [text_of(column) for column in columns]
        text = coalesce(texts) if field.join is None else joined(texts, field.join)
        translated = mapped(shaped(text, field), field)
        found = _typed(translated.values, field, kind, source)
        return Converted(found.values, _first(translated.codes, found.codes))
    return _typed(columns[0], field, kind, source)


def _typed(column: pa.Array, field: Field, kind: ValueType, source: Source) -> Converted:
    match kind:
        case ValueType.TEXT | ValueType.JSON:
            text = column.cast(pa.string())
            text = unescaped(text) if kind is ValueType.TEXT else text
            return Converted(text, no_codes(len(column)))
        case ValueType.INT:
            return to_int(column, decimal=field.decimal)
        case ValueType.MONEY if field.unit == "minor":
            return to_int(column, decimal=field.decimal)
        case ValueType.MONEY:
            return to_money(column, source.exponents, rounding=field.round, decimal=field.decimal)
        case ValueType.PRICE_E4:
            return _price(column, field, source)
        case ValueType.NUMBER:
            found = scaled(column, E4, rounding="half_up", decimal=field.decimal)
            return Converted(pc.divide(found.values.cast(pa.float64()), 10_000.0), found.codes)
        case ValueType.DATETIME:
            return to_instant(column, field.formats, field.zone or source.zone)
        case ValueType.DATE:
            return to_date(column, field.formats)
        case ValueType.BOOL:
            return to_bool(column)


def _price(column: pa.Array, field: Field, source: Source) -> Converted:
    found = scaled(column, E4, rounding=field.round, decimal=field.decimal)
    if field.unit == "major":
        return found
    divisor = pa.array(10 ** source.exponents.astype(np.int64))
    return Converted(pc.divide(found.values, divisor), found.codes)


def _arithmetic(field: Field, kind: ValueType, source: Source) -> Converted:
    """Multiply and sum exactly, in as many digits as it takes, then round to the target's."""
    whole = field.unit == "minor" or kind is ValueType.INT
    factors = len(field.times) + (field.off is not None)
    digits = 0 if whole else E4 * max(factors, 1)
    found = _total(field, source, digits)
    if field.over is not None:
        found = _divided(found, scaled(source.look(field.over), 0))
    if kind is ValueType.NUMBER:
        return Converted(pc.divide(found.values.cast(pa.float64()), 10.0**digits), found.codes)
    if digits == 0:
        return found
    exponents = source.exponents
    if kind is ValueType.PRICE_E4:
        exponents = np.full(source.length, E4, np.int8)
    rounding: Rounding = "half_up" if field.times or field.over else field.round
    return rescale(found, digits, exponents, rounding)


def _total(field: Field, source: Source, digits: int) -> Converted:
    """Return product + Σ add - Σ subtract in `digits` digits; nothing at all is null."""
    if field.times:
        found = _product(field, source, digits // (len(field.times) + (field.off is not None)))
    else:
        found = Converted(pa.nulls(source.length, pa.int64()), no_codes(source.length))
    total, codes = _zeros(found.values).copy(), found.codes
    nulls = found.values.is_null().to_numpy(zero_copy_only=False)
    lacking = nulls if field.times else np.zeros(source.length, bool)
    for sign, name in [(1, name) for name in field.add] + [(-1, name) for name in field.subtract]:
        part = scaled(source.look(name), min(digits, E4), decimal=field.decimal)
        total += sign * _zeros(part.values) * 10 ** (digits - min(digits, E4))
        codes = _first(codes, part.codes)
        nulls = nulls & part.values.is_null().to_numpy(zero_copy_only=False)
    return Converted(pa.array(total, mask=nulls | lacking), codes)


def _product(field: Field, source: Source, digits: int) -> Converted:
    total, estimate = np.ones(source.length, np.int64), np.ones(source.length)
    codes, nulls = no_codes(source.length), np.zeros(source.length, bool)
    parts = [scaled(source.look(name), digits, decimal=field.decimal) for name in field.times]
    if field.off is not None:
        parts.append(_kept_rate(source.look(field.off), field, digits))
    for part in parts:
        factor = _zeros(part.values)
        estimate = estimate * factor
        with np.errstate(over="ignore"):
            total = total * factor
        codes = _first(codes, part.codes)
        nulls |= part.values.is_null().to_numpy(zero_copy_only=False)
    codes[(np.abs(estimate) > _SAFE_FLOAT) & (codes == 0)] = CODE_OF[Reason.NUMBER_TOO_LARGE]
    return Converted(pa.array(total, mask=nulls | (codes != 0)), codes)


def _kept_rate(column: pa.Array, field: Field, digits: int) -> Converted:
    """Return what a rate leaves of one: 0.85 for 0.15, "15%", or 15 told in per cent; none is 1."""
    if pa.types.is_string(column.type):
        column = pc.utf8_rtrim(column, characters="% ")
    more = 2 if field.off_percent else 0
    rate = scaled(column, digits - more, decimal=field.decimal)
    kept = pc.subtract(10**digits, pc.fill_null(rate.values, 0))
    codes = rate.codes.copy()
    below = pc.less(kept, 0).to_numpy(zero_copy_only=False)
    codes[below & (codes == 0)] = CODE_OF[Reason.NOT_A_NUMBER]
    return Converted(kept, codes)


def _divided(found: Converted, by: Converted) -> Converted:
    top, bottom = _zeros(found.values), _zeros(by.values)
    safe = np.where(bottom == 0, 1, np.abs(bottom))
    whole, rest = np.divmod(np.abs(top), safe)
    quotient = (whole + (2 * rest >= safe)) * np.sign(top) * np.where(bottom < 0, -1, 1)
    nulls = (bottom == 0) | found.values.is_null().to_numpy(zero_copy_only=False)
    return Converted(pa.array(quotient, mask=nulls), _first(found.codes, by.codes))


def _finished(found: Converted, field: Field, kind: ValueType) -> Converted:
    values, codes = found.values, found.codes
    if field.negate:
        values = pc.negate(values)
    if field.absolute:
        values = pc.abs(values)
    if field.default is not None and values.null_count:
        fine = pc.and_(pc.is_null(values), pa.array(codes == 0))
        values = pc.if_else(fine, pa.scalar(field.default, values.type), values)
    if field.minimum is not None:
        below = pc.fill_null(pc.less(values, field.minimum), False)
        reason = Reason.NEGATIVE_PRICE if kind is ValueType.PRICE_E4 else Reason.NEGATIVE_VALUE
        at = below.to_numpy(zero_copy_only=False) & (codes == 0)
        codes[at] = CODE_OF[reason]
    if field.required and values.null_count:
        at = values.is_null().to_numpy(zero_copy_only=False) & (codes == 0)
        codes[at] = CODE_OF[Reason.MISSING_VALUE]
    return Converted(values, codes)


def _zeros(values: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(pc.fill_null(values, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def _first(left: Codes, right: Codes) -> Codes:
    return np.where(left == 0, right, left)
