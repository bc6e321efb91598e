"""Sees jobs, and repeats or drops those that failed for good."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from quanqu.infra.jobs.contracts import JobInfo, JobNotFailedError, JobNotFoundError, JobState
from quanqu.infra.jobs.models import JobFailure
from quanqu.kernel.errors import QuanquError

_STATES: Final = {
    "todo": JobState.WAITING,
    "doing": JobState.RUNNING,
    "failed": JobState.FAILED,
}
_STATUSES: Final = {state: status for status, state in _STATES.items()}
# the same job waits already: doing it once is enough, and the queue allows no second
_REPEAT: Final = """
WITH chosen AS (
    SELECT id, queueing_lock, row_number() OVER (PARTITION BY queueing_lock ORDER BY id) AS place
    FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'failed'
), doubled AS (
    SELECT id FROM chosen WHERE queueing_lock IS NOT NULL AND (place > 1 OR EXISTS (
        SELECT FROM procrastinate_jobs AS other
        WHERE other.queueing_lock = chosen.queueing_lock AND other.status = 'todo'))
)
UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, worker_id = NULL
WHERE id IN (SELECT id FROM chosen EXCEPT SELECT id FROM doubled)
RETURNING id
"""


def list_jobs(
    *, states: Sequence[JobState], before: int | None = None, limit: int = 100
) -> tuple[JobInfo, ...]:
    """Return jobs in these states, newest first, with numbers below `before`."""
    found = ProcrastinateJob.objects.filter(status__in=[_STATUSES[state] for state in states])
    if before is not None:
        found = found.filter(id__lt=before)
    jobs = list(found.order_by("-id")[:limit])
    failures = JobFailure.objects.in_bulk([job.id for job in jobs])
    return tuple(_info(job, failures.get(job.id)) for job in jobs)


def find_jobs(*, name: str, id_name: str, ids: Collection[int]) -> dict[int, JobInfo]:
    """Return by id the newest job of a name that was queued with that id; none that succeeded."""
    if not ids:
        return {}
    found = ProcrastinateJob.objects.filter(task_name=name, status__in=_STATES)
    jobs = list(found.filter(**{f"args__{id_name}__in": list(ids)}).order_by("id"))
    failures = JobFailure.objects.in_bulk([job.id for job in jobs])
    return {job.args[id_name]: _info(job, failures.get(job.id)) for job in jobs}


def count_failed() -> int:
    """Return how many jobs have failed for good."""
    return ProcrastinateJob.objects.filter(status="failed").count()


def note_failure(*, job_id: int, error: BaseException, now: datetime) -> None:
    """Remember why a job failed."""
    JobFailure.objects.update_or_create(
        job_id=job_id, defaults={"error": _told(error), "failed_at": now}
    )


def forget_failure(*, job_id: int) -> None:
    """Forget why a job had failed: it has succeeded."""
    JobFailure.objects.filter(job_id=job_id).delete()


def retry_jobs(*, ids: Sequence[int]) -> int:
    """Put failed jobs back into the queue with all their tries; return how many wait again.

    One whose like waits already is dropped: once is enough.
    Raises: JobNotFoundError, JobNotFailedError.
    """
    with transaction.atomic():
        _require_failed(ids)
        with connection.cursor() as cursor:
            cursor.execute(_REPEAT, [list(ids)])
            repeated = [row[0] for row in cursor.fetchall()]
        _delete(sorted(set(ids) - set(repeated)))
    return len(repeated)


def drop_jobs(*, ids: Sequence[int]) -> int:
    """Delete failed jobs; return how many. Raises: JobNotFoundError, JobNotFailedError."""
    with transaction.atomic():
        _require_failed(ids)
        _delete(ids)
    return len(ids)


def forget_superseded(*, name: str) -> None:
    """Delete the failed runs of a job that runs by the clock: a later run has succeeded."""
    with transaction.atomic():
        failed = ProcrastinateJob.objects.filter(status="failed", task_name=name)
        _delete(list(failed.values_list("id", flat=True)))


def _delete(ids: Sequence[int]) -> None:
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = ANY(%s) AND status = 'failed'", [list(ids)]
        )
    JobFailure.objects.filter(job_id__in=ids).delete()


def _require_failed(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, status::text FROM procrastinate_jobs WHERE id = ANY(%s) "
            "ORDER BY id FOR UPDATE",
            [list(ids)],
        )
        states = dict(cursor.fetchall())
    for number in ids:
        if number not in states:
            raise JobNotFoundError(ref=number)
        if states[number] != "failed":
            state = _STATES.get(states[number])
            raise JobNotFailedError(ref=number, state=state or states[number])


def _info(job: ProcrastinateJob, failure: JobFailure | None) -> JobInfo:
    return JobInfo(
        id=job.id,
        name=job.task_name,
        state=_STATES[job.status],
        ids=job.args,
        tries=job.attempts,
        due_at=job.scheduled_at,
        failed_at=failure.failed_at if failure else None,
        error=failure.error if failure else "",
    )


def _told(error: BaseException) -> str:
    name = type(error).__name__
    return f"{name} ({error.code})" if isinstance(error, QuanquError) else name
