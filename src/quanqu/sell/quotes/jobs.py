"""What quotes do by themselves."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.quotes.facade import expire_quotes, finish_ordering

__all__ = ["look_after"]


@periodic(name="quotes.look_after", cron="*/5 * * * *")
def look_after(*, now: datetime) -> int:
    """Note orders whose worker died, then end the quotes whose last day is over."""
    return finish_ordering(now=now) + expire_quotes(now=now)
