"""What drop-shipping hears and does by itself."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.contracts import LiveOrdersMoved
from quanqu.sell.dropship.facade import (
    follow_orders,
    pause_stale,
    send_messages,
    time_out_orders,
)

__all__ = ["call_suppliers", "end_unanswered", "follow", "pause"]


@on(LiveOrdersMoved)
def follow(event: LiveOrdersMoved, *, now: datetime) -> None:
    """Let orders to suppliers follow what became of buyers' orders."""
    order_ids = {decode("ord", order_id) for order_id, _state in event.orders}
    follow_orders(order_ids=order_ids, now=now)


@periodic(name="dropship.time_out_orders", cron="* * * * *")
def end_unanswered(*, now: datetime) -> int:
    """End what no supplier answered in its time."""
    return time_out_orders(now=now)


@periodic(name="dropship.send_messages", cron="*/5 * * * * *")
def call_suppliers(*, now: datetime) -> int:
    """Tell suppliers of their orders."""
    return send_messages(now=now)


@periodic(name="dropship.pause_stale", cron="*/5 * * * *")
def pause(*, now: datetime) -> int:
    """Sell nothing more of what was stated too long ago."""
    return pause_stale(now=now)
