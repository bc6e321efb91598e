"""What carts do by themselves."""

from datetime import datetime

from quanqu.infra.jobs.facade import periodic
from quanqu.sell.carts.facade import expire_carts, finish_placing, tell_abandoned

__all__ = ["look_after"]


@periodic(name="carts.look_after", cron="* * * * *")
def look_after(*, now: datetime) -> int:
    """End what a worker left, tell which carts were left lying, end those whose time is over."""
    return finish_placing(now=now) + tell_abandoned(now=now) + expire_carts(now=now)
