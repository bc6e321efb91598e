"""What stock does by itself: holds end when their time is over."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.inventory.facade import expire_holds

__all__ = ["end_holds"]


@periodic(name="inventory.expire_holds", cron="*/2 * * * * *")
def end_holds(*, now: datetime) -> int:
    """End what is over; what is left over when there is much follows two seconds later."""
    return expire_holds(now=now)
