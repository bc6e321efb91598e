"""Runs one try of a job: a line in the log when it did something, a reason when it failed."""

import time
from collections.abc import Callable, Sized
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from procrastinate.jobs import Job

from quanqu.infra.jobs.failures import forget_failure, note_failure
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.time import utc_now

_log = structlog.get_logger("quanqu.jobs")


def perform(job: Job, work: Callable[[], Any], *, is_last: bool) -> None:
    """Run the work and note what came of it; `is_last` tells that a failure is for good.

    Raises: whatever the work raises.
    """
    started = time.perf_counter()
    try:
        done = work()
    except Exception as error:
        _tell_failure(job, error, is_last=is_last)
        raise
    if job.attempts:
        forget_failure(job_id=_id(job))
    amount = len(done) if isinstance(done, Sized) and not isinstance(done, str) else done
    if amount is None or amount:
        told = {"did": amount} if isinstance(amount, int | str) else {}
        seconds = round(time.perf_counter() - started, 3)
        _log.info("job done", job=job.task_name, id=job.id, s=seconds, **told)


def _tell_failure(job: Job, error: Exception, *, is_last: bool) -> None:
    fate = "job failed for good" if is_last else "job failed and will be tried again"
    # a bug needs its place; what the world refused needs a line
    is_known = isinstance(error, QuanquError | DatabaseError | InterfaceError | OSError)
    write = _log.error if is_last else _log.warning
    write(
        fate,
        job=job.task_name,
        id=job.id,
        attempt=job.attempts + 1,
        ids=job.task_kwargs,
        reason=f"{type(error).__name__}: {str(error).partition(chr(10))[0]}",  # no row's DETAIL
        exc_info=None if is_known else error,
    )
    try:
        note_failure(job_id=_id(job), error=error, now=utc_now())
    except (DatabaseError, InterfaceError):
        return  # the database is away; the log has the reason


def _id(job: Job) -> int:
    return job.id or 0
