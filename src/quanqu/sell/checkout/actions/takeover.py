"""Let an order take over what was held for it before: by its cart, or by a place in line."""

from collections.abc import Sequence
from datetime import datetime

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import OrderDraft
from quanqu.sell.inventory.contracts import (
    Hold,
    HoldNotFoundError,
    HoldRequest,
    HoldSettledError,
    HoldState,
)
from quanqu.sell.inventory.facade import hold_many, holds_by_id, swap_holds

__all__ = ["check_takeover", "hold_goods"]

_OF_ORDER = "ord_"


def check_takeover(draft: OrderDraft) -> None:
    """Refuse a hold that is no cart's, or that is elsewhere than the lines of the order.

    Raises: HoldNotFoundError; HoldSettledError for one that is paid for, or whose goods have left.
    """
    if draft.hold_id is None:
        return
    ref = encode("hld", draft.hold_id)
    hold = holds_by_id(request_ids=[draft.hold_id]).get(draft.hold_id)
    sources = {line.from_place_key for line in draft.lines}
    if hold is None or hold.owner.startswith(_OF_ORDER):
        raise HoldNotFoundError(ref=ref)
    if not {line.place_key for line in hold.lines} <= sources:
        raise HoldNotFoundError(ref=ref)
    if hold.state in {HoldState.ALLOCATED, HoldState.CONSUMED}:
        raise HoldSettledError(ref=ref, state=hold.state.value, wanted="taken over")


def hold_goods(asked: Sequence[tuple[OrderDraft, HoldRequest]], *, now: datetime) -> list[Hold]:
    """Hold the goods of orders; of one that takes a hold over, in one act with its release.

    Such an order is decided by itself.
    """
    taken = [draft.hold_id for draft, _ in asked if draft.hold_id is not None]
    requests = [request for _, request in asked]
    if taken:
        return swap_holds(actor=SYSTEM, release=taken, requests=requests, now=now)
    return hold_many(requests=requests, now=now)
