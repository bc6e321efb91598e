"""What subscriptions hear and do by themselves."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.contracts import LiveOrdersMoved, LiveState
from quanqu.sell.subscriptions.facade import deliver_due, pause_unpaid

__all__ = ["deliver", "follow"]


@periodic(name="subscriptions.deliver_due", cron="*/5 * * * *")
def deliver(*, now: datetime) -> int:
    """Make the orders of the deliveries that are due."""
    return deliver_due(now=now)


@on(LiveOrdersMoved)
def follow(event: LiveOrdersMoved, *, now: datetime) -> None:
    """Pause the subscriptions for whose orders no money came."""
    ended = [decode("ord", order) for order, state in event.orders if state == LiveState.CANCELLED]
    if ended:
        pause_unpaid(order_ids=ended, now=now)
