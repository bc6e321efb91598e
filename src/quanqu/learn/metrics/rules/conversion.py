"""Stated rates as stretches of days with one factor each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby, zip_longest
from typing import Final

from quanqu.kernel.money import exponent
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import RateUsed

_STEP: Final = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `first` to `last`, one minor unit of `currency` is `factor` minor units of the other."""

    currency: str
    first: date
    last: date
    factor: Decimal


def stretches(rates: Iterable[RateUsed], to_currency: str) -> tuple[Stretch, ...]:
    """Turn dated rates into stretches; the target's own is 1 for all time.

    A rate holds from its day to the day before the next one of its currency.
    """
    found = [Stretch(to_currency, date.min, date.max, Decimal(1))]
    ordered = sorted(rates, key=lambda rate: (rate.currency, rate.valid_on))
    for currency, group in groupby(ordered, key=lambda rate: rate.currency):
        dated = list(group)
        scale = exponent(to_currency) - exponent(currency)
        for rate, following in zip(dated, [*dated[1:], None], strict=True):
            last = following.valid_on - timedelta(days=1) if following else date.max
            factor = rate.rate.scaleb(scale).quantize(_STEP, rounding=ROUND_HALF_UP)
            found.append(Stretch(currency, rate.valid_on, last, factor))
    return tuple(found)


def rates_in(rates: Iterable[RateUsed], periods: Iterable[Period]) -> tuple[RateUsed, ...]:
    """Return the rates that hold on some day of the periods."""
    given = sorted(rates, key=lambda rate: (rate.currency, rate.valid_on))
    wanted = list(periods)
    found = []
    for rate, following in zip_longest(given, given[1:]):
        same = following is not None and following.currency == rate.currency
        last = following.valid_on - timedelta(days=1) if same and following else date.max
        if any(rate.valid_on <= period.last and period.first <= last for period in wanted):
            found.append(rate)
    return tuple(found)


def without_rate(
    rates: Iterable[RateUsed],
    to_currency: str,
    currencies: Iterable[str],
    periods: Iterable[Period],
) -> tuple[str, ...]:
    """Return the currencies, but for the target itself, without a rate on some day of the periods.

    A rate holds until the next one, so it is the first of each currency that may come too late.
    """
    first: dict[str, date] = {to_currency: date.min}
    for rate in rates:
        first[rate.currency] = min(rate.valid_on, first.get(rate.currency, date.max))
    begins = min(period.first for period in periods)
    return tuple(code for code in currencies if first.get(code, date.max) > begins)
