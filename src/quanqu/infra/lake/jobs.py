"""What the worker does for the lake: publish on demand and every minute, tidy every night."""

from datetime import datetime

from quanqu.infra.jobs.facade import job, periodic
from quanqu.infra.lake.facade import (
    PUBLISH_JOB,
    compact,
    mark_drifted,
    publish_dirty,
    registered,
    vacuum,
)


@job(name=PUBLISH_JOB)
def publish(*, now: datetime) -> int:
    """Publish what is marked and return how many tables that were."""
    return len(publish_dirty(now=now))


@periodic(name="lake.sweep_marks", cron="* * * * *")
def sweep(*, now: datetime) -> int:
    """Publish what is marked though no job asked, and tables whose columns are not the declared.

    A job was lost in a crash, or a new version of the program has new columns.
    """
    mark_drifted()
    return len(publish_dirty(now=now))


@periodic(name="lake.tidy_tables", cron="17 3 * * *")
def tidy(*, now: datetime) -> int:
    """Join small files, drop those that no reader needs, and return how many went."""
    del now
    return sum(compact(declared.name) + vacuum(declared.name) for declared in registered())
