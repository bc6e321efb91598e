"""The deliveries that the worker runs: on demand, and every minute for what a crash left behind."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.infra.outbox.actions import DELIVER_JOB, deliver_events


@job(name=DELIVER_JOB)
def deliver(*, now: datetime) -> int:
    """Deliver what waits and return how many events that were."""
    return deliver_events(now=now).delivered


@periodic(name="outbox.sweep_events", cron="* * * * *")
def sweep(*, now: datetime) -> int:
    """Deliver what waits though nobody asked: its retry is due, or its job was lost in a crash."""
    return deliver_events(now=now).delivered
