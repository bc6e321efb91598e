"""Background entries of the timeline."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline.facade import (
    COMPACT_JOB,
    PULL_JOB,
    PULL_ONE_JOB,
    RETAIN_JOB,
    apply_retention,
    pull_every_warehouse,
    pull_one_warehouse,
)


@job(name=COMPACT_JOB)
def compact_events(*, now: datetime) -> int:
    """Join the small files that settling leaves behind; return how many went."""
    del now
    return lake.compact("fact_event")


@periodic(name=RETAIN_JOB, cron="47 2 * * *")
def retain(*, now: datetime) -> int:
    """Take out of the lake what is older than the rules of retention allow."""
    return apply_retention(now=now)


@periodic(name=PULL_JOB, cron="23 * * * *")
def pull(*, now: datetime) -> int:
    """Read what is new in the warehouses that are sources."""
    return pull_every_warehouse(now=now)


@job(name=PULL_ONE_JOB)
def pull_one(*, source_key: int, now: datetime) -> int:
    """Read what is new in the warehouse of one source: somebody asked for it."""
    return pull_one_warehouse(source_key=source_key, now=now)
