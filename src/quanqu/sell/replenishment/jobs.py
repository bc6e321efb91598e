"""What replenishment does by itself: it looks at stock every hour."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.replenishment.facade import look_at_all

__all__ = ["look_at_what_is_needed"]


@periodic(name="replenishment.look", cron="23 * * * *")
def look_at_what_is_needed(*, now: datetime) -> int:
    """Work out what every company's places need."""
    return look_at_all(now=now)
