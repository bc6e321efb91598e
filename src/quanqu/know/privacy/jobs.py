"""What the worker does for privacy: carry requests out, take up lost ones, drop what is old."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.know.privacy import facade


@job(name="privacy.carry_out")
def carry_out(*, request_key: int, now: datetime) -> str:
    """Carry one request out."""
    return facade.carry_out(request_key=request_key, now=now)


@periodic(name="privacy.take_up", cron="*/5 * * * *")
def take_up(*, now: datetime) -> int:
    """Erase again whom a restore brought back, and take up requests whose job was lost."""
    return facade.erase_again(now=now) + facade.take_up_requests(now=now)


@periodic(name="privacy.drop_expired", cron="40 2 * * *")
def drop_expired(*, now: datetime) -> int:
    """Drop exports whose time is over and everything older than its rule says."""
    return facade.drop_expired_packages(now=now) + facade.drop_expired(now=now)
