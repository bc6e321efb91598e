"""Declare jobs, queue them with the transaction, run them by the clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from quanqu.infra.jobs.failures import forget_superseded
from quanqu.infra.jobs.running import perform
from quanqu.kernel.time import utc_now

Work = TypeVar("Work", bound=Callable[..., Any])

MAX_ATTEMPTS = 8


def job(*, name: str, attempts: int = MAX_ATTEMPTS) -> Callable[[Work], Work]:
    """Declare a job: a function of ids (keyword-only) plus `now`, run by the worker.

    A failure is retried up to `attempts` times, 2, 4, 8 … seconds apart.  What the function
    returns is for the log: nothing said of what was done, or how much; 0 and empty are not told.
    """

    def declare(work: Work) -> Work:
        def run(context: JobContext, /, **ids: Any) -> None:
            perform(
                context.job,
                lambda: work(now=utc_now(), **ids),
                is_last=context.job.attempts >= attempts,
            )

        retry = RetryStrategy(max_attempts=attempts, exponential_wait=2)
        app.task(name=name, retry=retry, pass_context=True)(run)
        return work

    return declare


def defer(name: str, /, *, once: str | None = None, **ids: Any) -> None:
    """Queue a job; it starts only if the current transaction commits.

    With `once`, a job that already waits under that key is not queued a second time: such a
    call waits for the commit, so it costs the transaction no lock.
    """
    if once is None:
        app.configure_task(name).defer(**ids)
        return

    def queue_after_commit() -> None:
        try:
            with transaction.atomic():
                app.configure_task(name, queueing_lock=once).defer(**ids)
        except AlreadyEnqueued:
            return

    transaction.on_commit(queue_after_commit)


def periodic(*, name: str, cron: str) -> Callable[[Work], Work]:
    """Declare a job the worker runs by the clock. `cron` has five fields, or six with seconds.

    It is not retried: its next run is.  A run that succeeds forgets those that had failed.  What
    the function returns is for the log; nothing, 0 and empty are not told.
    """

    def declare(work: Work) -> Work:
        def run(context: JobContext, timestamp: int) -> None:
            del timestamp
            perform(context.job, lambda: work(now=utc_now()) or 0, is_last=True)
            forget_superseded(name=name)

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, pass_context=True)(run))
        return work

    return declare


def oldest_waiting(*, now: datetime) -> float:
    """Return the age in seconds of the oldest job that waits though its time has come; else 0."""
    from_sql = (
        "SELECT coalesce(extract(epoch FROM %s - min(coalesce(j.scheduled_at, e.at))), 0) "
        "FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id "
        "AND e.type = 'deferred' WHERE j.status = 'todo' "
        "AND (j.scheduled_at IS NULL OR j.scheduled_at <= %s)"
    )
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(from_sql, [now, now])
        row = cursor.fetchone()
    return max(float(row[0]), 0.0)
