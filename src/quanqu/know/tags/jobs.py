"""Refreshes by the worker: after a tag is saved, by the clock, and after merges."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.infra.outbox.facade import on
from quanqu.know.customers.contracts import CustomersMerged, CustomersSplit
from quanqu.know.tags import facade


@job(name="tags.refresh_one")
def refresh_one(*, worked_key: int, now: datetime) -> None:
    """Work out one tag."""
    facade.refresh_one(worked_key=worked_key, now=now)


@periodic(name="tags.refresh_due", cron="*/5 * * * *")
def refresh_due(*, now: datetime) -> int:
    """Work out every tag whose time has come."""
    return facade.refresh_due(now=now)


@on(CustomersMerged)
def hurry_merged(event: CustomersMerged, *, now: datetime) -> None:
    """Have the tags worked out again soon after customers became one."""
    del event
    facade.hurry_tags(now=now)


@on(CustomersSplit)
def hurry_split(event: CustomersSplit, *, now: datetime) -> None:
    """Have the tags worked out again soon after a merge was undone."""
    del event
    facade.hurry_tags(now=now)
