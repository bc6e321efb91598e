"""Refreshes by the worker: soon after an audience is saved, and every night."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.know.audiences import facade


@job(name="audiences.refresh_one")
def refresh_one(*, audience_key: int, now: datetime) -> None:
    """Work out the members of one audience."""
    facade.refresh_one(audience_key=audience_key, now=now)


@periodic(name="audiences.refresh_all", cron="20 1 * * *")
def refresh_all(*, now: datetime) -> int:
    """Queue a refresh of every active audience, after the day has ended in UTC."""
    del now
    return facade.queue_refreshes()
