"""Refreshes by the worker: after an audience is saved, each minute, and after merges."""

from datetime import datetime
from typing import Final

from quanqu.infra.jobs.facade import defer, job, periodic
from quanqu.infra.outbox.facade import on
from quanqu.know.audiences import facade
from quanqu.know.customers.contracts import CustomersMerged, CustomersSplit

FOLLOW_JOB: Final = "audiences.follow"


@job(name="audiences.refresh_one")
def refresh_one(*, audience_key: int, now: datetime) -> None:
    """Work out the members of one audience."""
    facade.refresh_one(audience_key=audience_key, now=now)


@job(name="audiences.work_out_past")
def work_out_past(*, audience_key: int, now: datetime) -> int:
    """Work out the sizes of one audience as of past days, for its forecast."""
    return facade.work_out_past(audience_key=audience_key, now=now)


@job(name="audiences.follow")
def follow(*, now: datetime) -> int:
    """Bring every audience up to date."""
    return facade.follow_audiences(now=now)


@periodic(name="audiences.follow_each_minute", cron="* * * * *")
def follow_each_minute(*, now: datetime) -> int:
    """Bring every audience up to date with new events, customers and days."""
    return facade.follow_audiences(now=now)


@job(name="audiences.deliver_webhook")
def deliver_webhook(*, webhook_key: int, now: datetime) -> int:
    """Make the calls of one webhook that are due."""
    return facade.deliver_webhook(webhook_key=webhook_key, now=now)


@periodic(name="audiences.deliver_each_minute", cron="* * * * *")
def deliver_each_minute(*, now: datetime) -> int:
    """Have webhooks with something to do make their calls."""
    return facade.deliver_due(now=now)


@periodic(name="audiences.drop_drafts", cron="23 * * * *")
def drop_drafts(*, now: datetime) -> int:
    """Throw away uploads that nobody saved within a day."""
    return facade.drop_drafts(now=now)


@on(CustomersMerged)
def follow_merged(event: CustomersMerged, *, now: datetime) -> None:
    """Bring every audience up to date soon after customers became one."""
    del event, now
    defer(FOLLOW_JOB, once=FOLLOW_JOB)


@on(CustomersSplit)
def follow_split(event: CustomersSplit, *, now: datetime) -> None:
    """Bring every audience up to date soon after a merge was undone."""
    del event, now
    defer(FOLLOW_JOB, once=FOLLOW_JOB)
