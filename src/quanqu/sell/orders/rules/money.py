"""The arithmetic of orders, in whole columns of minor units."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from quanqu.kernel.money import allocate, exponent
from quanqu.sell.orders.rules.frames import Flags, Ints

LIMIT_MINOR: Final = 10**15
"""The largest amount an order may hold; sums of a thousand such lines still fit 64 bits."""

_PRICE_DIGITS: Final = 4


def line_amounts(quantity: Ints, unit_price_e4: Ints, divisor: Ints) -> tuple[Ints, Flags]:
    """Return quantity × price rounded half up (away from zero) to minor units, and what overflowed.

    Units: price in 1/10,000 of the major unit; `divisor` is 10⁴ ÷ 10^exponent of the currency.
    Shapes: equal lengths; an overflowing row is 0.  Source: docs/rules/orders.md#line-amounts.
    """
    estimate = np.abs(quantity.astype(np.float64) * unit_price_e4.astype(np.float64))
    overflow = estimate > float(LIMIT_MINOR) * 10**_PRICE_DIGITS / 100
    product = np.where(overflow, 0, quantity) * np.where(overflow, 0, unit_price_e4)
    rounded = (np.abs(product) + divisor // 2) // divisor
    return np.sign(product) * rounded, overflow


def price_divisors(currencies: Sequence[str | None]) -> Ints:
    """Return 10⁴ ÷ 10^exponent for each currency; 1 where there is none."""
    known: Mapping[str | None, int] = {
        code: 10 ** (_PRICE_DIGITS - exponent(code)) for code in set(currencies) if code
    }
    return np.array([known.get(code, 1) for code in currencies], dtype=np.int64)


def sums(values: Ints, at: Ints, length: int) -> Ints:
    """Return the exact sum of values per position."""
    total = np.zeros(length, dtype=np.int64)
    np.add.at(total, at, values)
    return total


def spread_discount(discount_minor: int, amounts_minor: Sequence[int]) -> list[int]:
    """Return what each line bears of an order's discount, to the minor unit.

    Shapes: the parts sum to the discount; lines bear in proportion to their positive amounts.
    Source: docs/rules/orders.md#order-discounts.
    """
    return allocate(discount_minor, [max(amount, 0) for amount in amounts_minor])
