"""Money in integer minor units of an ISO 4217 currency; the only place where money is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from quanqu.kernel.errors import InvalidError

__all__ = ["CurrencyMismatchError", "Money", "MoneyFormatError", "allocate", "exponent", "to_minor"]

# ISO 4217:2015 list one, the currencies whose minor unit is not two digits.
_EXPONENTS: Final = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3,
    "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3,
    "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_ROUNDINGS: Final = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


class MoneyFormatError(InvalidError):
    """The text is not an amount, or has more decimals than the currency."""

    code = "kernel.money_format"
    template = "{text!r} is not an amount of {currency}."


class CurrencyMismatchError(InvalidError):
    """Two amounts of different currencies cannot be added or compared."""

    code = "kernel.currency_mismatch"
    template = "{left} and {right} are different currencies."


def exponent(currency: str) -> int:
    """Return the digits of the currency's minor unit (ISO 4217): 2 for CNY, 0 for JPY."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: Decimal, currency: str, *, rounding: str = "half_up") -> int:
    """Round a decimal amount to minor units by the named algorithm (`half_up`, `half_even`)."""
    scaled = amount.scaleb(exponent(currency))
    return int(scaled.quantize(Decimal(1), rounding=_ROUNDINGS[rounding]))


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split minor units over weights by largest remainder: the parts sum to the total exactly.

    Shapes: one part per weight; weights >= 0.  A total over weights that are all zero is split as
    if they were equal.  Ties go to the earlier weight.  Source: docs/rules/rounding.md.
    """
    if not weights:
        if total_minor:
            raise ValueError("nothing to allocate to")
        return []
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole = sum(shares)
    sign = -1 if total_minor < 0 else 1
    parts = [abs(total_minor) * share // whole for share in shares]
    remainders = [abs(total_minor) * share % whole for share in shares]
    missing = abs(total_minor) - sum(parts)
    order = sorted(range(len(shares)), key=lambda at: (-remainders[at], at))
    for at in order[:missing]:
        parts[at] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (int, signed) of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read "12.34" exactly. Raises: MoneyFormatError on anything the currency cannot hold."""
        try:
            scaled = Decimal(text).scaleb(exponent(currency))
        except InvalidOperation:
            raise MoneyFormatError(text=text, currency=currency) from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise MoneyFormatError(text=text, currency=currency)
        return cls(int(scaled), currency)

    @property
    def amount(self) -> str:
        """The outside form of the amount, with the currency's own decimals: "12.34"."""
        digits = exponent(self.currency)
        return f"{Decimal(self.minor).scaleb(-digits):.{digits}f}"

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(left=self.currency, right=other.currency)
