"""Share the costs beside the goods out over the lines of a receipt.

Source: docs/rules/supply.md#landed-cost.
"""

from collections.abc import Mapping, Sequence

from quanqu.kernel.money import allocate
from quanqu.sell.supply.contracts import (
    LARGEST_AMOUNT,
    ChargeDraft,
    ChargeError,
    ReceiptLine,
    ShareBasis,
)

__all__ = ["share_out"]


def share_out(
    charge: ChargeDraft, lines: Sequence[ReceiptLine], weights_g: Mapping[int, int]
) -> dict[int, int]:
    """Return each line's share of a charge by line number: they sum to the charge exactly.

    Units: minor units; `weights_g` grams of one unit by line number.  By largest remainder, ties
    to the earlier line; goods that are all worth nothing share by quantity.  Raises: ChargeError.
    """
    if charge.amount_minor == 0 or abs(charge.amount_minor) > LARGEST_AMOUNT:
        raise ChargeError(reason="the amount is zero or too large")
    if len(charge.reference) > 80 or "\0" in charge.reference:
        raise ChargeError(reason="the reference has up to 80 characters")
    units = [line.units for line in lines]
    if charge.basis is ShareBasis.VALUE:
        weights = [line.goods.minor for line in lines]
    elif charge.basis is ShareBasis.QUANTITY:
        weights = units
    else:
        weights = [_grams(line, weights_g) * line.units for line in lines]
    parts = allocate(charge.amount_minor, weights if any(weights) else units)
    return {line.line_no: part for line, part in zip(lines, parts, strict=True)}


def _grams(line: ReceiptLine, weights_g: Mapping[int, int]) -> int:
    grams = weights_g.get(line.line_no)
    if grams is None or grams < 1:
        raise ChargeError(reason=f"the weight of line {line.line_no} is not known")
    return grams
