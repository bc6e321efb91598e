"""What fulfilment hears and does by itself."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.infra.outbox.facade import on
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.contracts import LiveOrdersMoved
from quanqu.sell.fulfilment.facade import follow_orders, release_no_shows

__all__ = ["follow", "release"]


@periodic(name="fulfilment.release_no_shows", cron="7 * * * *")
def release(*, now: datetime) -> int:
    """Cancel what nobody collected within the days its place keeps it."""
    return release_no_shows(now=now)


@on(LiveOrdersMoved)
def follow(event: LiveOrdersMoved, *, now: datetime) -> None:
    """Let the work of orders follow what became of them."""
    order_ids = {decode("ord", order_id) for order_id, _state in event.orders}
    follow_orders(order_ids=order_ids, now=now)
