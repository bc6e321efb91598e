"""How a refund is split over the tenders its money came from."""

from collections.abc import Sequence
from uuid import UUID

from quanqu.kernel.money import allocate
from quanqu.sell.returns.contracts import SaleTender, SplitRule

__all__ = ["split"]


def split(
    amount: int, tenders: Sequence[SaleTender], *, rule: SplitRule, order: Sequence[str]
) -> list[tuple[UUID, str, int]] | None:
    """Return (payment, tender, amount) for each part; None where they cannot give it all back.

    `in_order`: tender after tender as `order` names them, unnamed ones last, of one tender the
    earlier payment first.  `proportional`: by what each can give back, by largest remainder.
    Source: docs/rules/returns.md#split.
    """
    givers = [one for one in tenders if one.refundable_minor > 0]
    if amount > sum(one.refundable_minor for one in givers):
        return None
    if rule is SplitRule.PROPORTIONAL:
        shares = allocate(amount, [one.refundable_minor for one in givers])
    else:
        ranks = {code: rank for rank, code in enumerate(order)}
        givers.sort(key=lambda one: ranks.get(one.tender, len(ranks)))
        shares, left = [], amount
        for one in givers:
            shares.append(min(left, one.refundable_minor))
            left -= shares[-1]
    return [
        (one.payment_id, one.tender, share)
        for one, share in zip(givers, shares, strict=True)
        if share
    ]
