"""What the books between companies hear: goods that left, and goods that came back."""

from datetime import datetime
from typing import Final

from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.contracts import LiveOrdersMoved, LiveState
from quanqu.sell.intercompany.facade import follow_orders, follow_return
from quanqu.sell.returns.contracts import ReturnSettled

_LEFT: Final = frozenset({LiveState.SHIPPED, LiveState.DELIVERED, LiveState.COMPLETED})


@on(LiveOrdersMoved)
def follow_goods(event: LiveOrdersMoved, *, now: datetime) -> None:
    """Write what left places of other companies."""
    gone = [decode("ord", order) for order, state in event.orders if state in _LEFT]
    if gone:
        follow_orders(order_ids=gone, now=now)


@on(ReturnSettled)
def follow_goods_back(event: ReturnSettled, *, now: datetime) -> None:
    """Write what came back to a place of another company."""
    follow_return(
        order_id=decode("ord", event.order_id), return_id=decode("ret", event.return_id), now=now
    )
