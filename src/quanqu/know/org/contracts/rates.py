"""Exchange rates as dated facts with a source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["Rate"]


@dataclass(frozen=True, slots=True)
class Rate:
    """From `valid_on` until the next rate: 1 unit of `currency` = `rate` units of `to_currency`."""

    currency: str
    to_currency: str
    valid_on: date
    rate: Decimal
    source: str
