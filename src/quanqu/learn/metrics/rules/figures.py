"""From sums to figures: minor units rounded once, rates, changes."""

from decimal import Decimal

from quanqu.kernel.money import exponent, to_minor
from quanqu.learn.metrics.contracts import Unit

Number = int | float | Decimal | None


def figure(value: Number, unit: Unit, currency: str | None) -> int | float | None:
    """Return a computed value as it is shown: whole minor units, whole counts, else a float.

    Money that is a quotient or was converted is rounded here, once, half up.
    """
    if value is None:
        return None
    if unit is Unit.MONEY:
        exact = Decimal(value)
        code = currency or ""
        return to_minor(exact.scaleb(-exponent(code)), code)
    return int(value) if unit is Unit.COUNT else float(value)


def quotient(above: Number, below: Number) -> Decimal | None:
    """Divide exactly enough; None when there is nothing to divide by."""
    if above is None or not below:
        return None
    return Decimal(above) / Decimal(below)


def change(value: int | float | None, comparison: int | float | None) -> float | None:
    """Return the relative change: (value - comparison) / |comparison|; None against nothing."""
    if value is None or not comparison:
        return None
    return (value - comparison) / abs(comparison)
