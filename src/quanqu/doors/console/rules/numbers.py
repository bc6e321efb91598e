"""Figures as people read them: grouping, compact units (万/亿, k/M/B), rates, money, changes."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final, Literal

from quanqu.kernel.money import exponent

__all__ = [
    "Change",
    "change",
    "compact",
    "decimal_text",
    "grouped",
    "money_text",
    "rate_text",
    "symbol",
]

MINUS: Final = "\u2212"
_SYMBOLS: Final = {
    "BRL": "R$",
    "CNY": "¥",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "¥",
    "USD": "$",
}
_STEPS_EN: Final = ((10**9, "B"), (10**6, "M"), (10**3, "k"))
_STEPS_ZH: Final = ((10**8, "亿"), (10**4, "万"))
_SHOWN_WHOLE_BELOW: Final = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved: `direction` up, down or level; `rate` signed, None without a base.

    `points` is set for figures that are rates themselves: signed percentage points.
    """

    direction: Literal["up", "down", "level"]
    rate: float | None
    is_good: bool | None
    points: float | None = None


def grouped(value: int) -> str:
    """Write a whole number with thousands separated: 1,234,567; a true minus sign."""
    return f"{value:,}".replace("-", MINUS)


def decimal_text(value: float, digits: int = 1) -> str:
    """Write a number with a fixed count of decimals, grouped."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{exact:,}".replace("-", MINUS)


def compact(value: float, language: str) -> str:
    """Write a number in at most four characters and a unit: 12.3k in English, 1.2万 in Chinese."""
    size = abs(value)
    if size < _SHOWN_WHOLE_BELOW:
        whole = float(value).is_integer()
        return grouped(int(value)) if whole else decimal_text(value)
    steps = _STEPS_ZH if language.startswith("zh") else _STEPS_EN
    for (step, unit), (below, _) in pairwise((*steps, (0, ""))):
        if size >= step - below / 2:  # what would round up to a whole step is written in it
            return f"{_short(value / step)}{unit}"
    return grouped(round(value))


def rate_text(value: float, digits: int = 1) -> str:
    """Write a rate (0-1) as a percentage with one decimal: 12.5%."""
    return f"{decimal_text(value * 100, digits)}%"


def symbol(currency: str) -> str:
    """Return the sign of a currency, or its code and a space where it has none of its own."""
    return _SYMBOLS.get(currency, f"{currency}\u00a0")


def money_text(minor: int, currency: str, *, short: str | None = None, code: bool = False) -> str:
    """Write minor units as money: £1,234.56; `short` names a language for compact units.

    `code` writes the ISO code in place of the sign, for lists of several currencies.
    """
    digits = exponent(currency)
    amount = Decimal(abs(minor)).scaleb(-digits)
    sign = MINUS if minor < 0 else ""
    if short is not None and amount >= _SHOWN_WHOLE_BELOW:
        figure = compact(float(amount), short)
    else:
        figure = f"{amount:,.{digits}f}"
    unit = f"{currency}\u00a0" if code else symbol(currency)
    return f"{sign}{unit}{figure}"


def change(
    now: float | None, before: float | None, good: str, *, is_rate: bool = False
) -> Change | None:
    """Compare a figure with its base. `good` is the metric's good direction: up, down, neutral."""
    if now is None or before is None:
        return None
    difference = now - before
    direction: Literal["up", "down", "level"] = (
        "level" if difference == 0 else "up" if difference > 0 else "down"
    )
    rate = difference / abs(before) if before else None
    judged = good in {"up", "down"} and direction != "level"
    points = difference * 100 if is_rate else None
    return Change(direction, rate, direction == good if judged else None, points)


def _short(value: float) -> str:
    size = abs(value)
    if size >= 1000:
        return grouped(round(value))
    text = decimal_text(value, 0 if size >= 100 else 1)
    return text.removesuffix(".0")
