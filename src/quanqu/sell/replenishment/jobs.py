"""What replenishment does by itself: it looks at stock every hour, and when goods came."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.infra.outbox.facade import on
from quanqu.sell.replenishment.facade import look_at_all, promise_places
from quanqu.sell.supply.contracts import GoodsReceived

__all__ = ["look_at_what_is_needed", "promise_what_waits"]


@periodic(name="replenishment.look", cron="23 * * * *")
def look_at_what_is_needed(*, now: datetime) -> int:
    """Work out what every company's places need."""
    return look_at_all(now=now)


@on(GoodsReceived)
def promise_what_waits(event: GoodsReceived, *, now: datetime) -> None:
    """Work out anew when what waits at the place is to be there."""
    promise_places(place_keys=[event.place_key], now=now)
