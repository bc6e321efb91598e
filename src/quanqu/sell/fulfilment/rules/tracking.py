"""Where a parcel stands by what was told of it, in whatever order it was told.

Source: docs/rules/fulfilment.md.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from quanqu.sell.fulfilment.contracts import ParcelState

__all__ = ["TOLD", "standing"]

_S = ParcelState
TOLD: Final = frozenset({_S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.FAILED, _S.DELIVERED, _S.RETURNED})
"""What a carrier, or a person for it, may tell."""
_RANK: Final = {
    _S.IN_TRANSIT: 1, _S.OUT_FOR_DELIVERY: 2, _S.FAILED: 3, _S.DELIVERED: 4, _S.RETURNED: 5,
}  # fmt: skip
_ENDS: Final = frozenset({_S.DELIVERED, _S.RETURNED})


def standing(told: Collection[tuple[datetime, ParcelState]]) -> ParcelState:
    """Return where a parcel that left stands: at the end it came to, else at the latest event.

    Of two ends, and of two events at one time, the further one counts; nothing told: it was handed
    over.  The same events in any order, any of them twice, give the same.
    """
    ends = [state for _, state in told if state in _ENDS]
    if ends:
        return max(ends, key=_RANK.__getitem__)
    if not told:
        return _S.HANDED_OVER
    return max(told, key=lambda one: (one[0], _RANK[one[1]]))[1]
