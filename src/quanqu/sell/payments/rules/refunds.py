"""Split a refund over the payments the money came from."""

from collections.abc import Sequence

from quanqu.kernel.money import CurrencyMismatchError, allocate
from quanqu.sell.payments.contracts import PaymentView, RefundPart

__all__ = ["split_refund"]


def split_refund(payments: Sequence[PaymentView], amount_minor: int) -> list[RefundPart] | None:
    """Return how much goes back to each payment; None where it is more than can go back.

    Each tender gets its share of what it can still give back, to the minor unit by largest
    remainder; ties go to the payment that was made first.  No part is more than its payment can
    give back.  Shapes: payments of one reference, in the order they were made.
    Raises: CurrencyMismatchError.
    """
    givers = [one for one in payments if one.refundable_minor > 0]
    currencies = sorted({one.currency for one in givers})
    if len(currencies) > 1:
        raise CurrencyMismatchError(left=currencies[0], right=currencies[1])
    if amount_minor > sum(one.refundable_minor for one in givers):
        return None
    parts = allocate(amount_minor, [one.refundable_minor for one in givers])
    return [
        RefundPart(one.id, one.tender, part)
        for one, part in zip(givers, parts, strict=True)
        if part
    ]
