"""Repeats or drops what failed, all that was named or nothing, and says so in the audit trail."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.background.contracts import Done, WorkKind, WorkRef, numbers_of
from quanqu.infra.background.queries import require_operator
from quanqu.infra.jobs.facade import drop_jobs, retry_jobs
from quanqu.infra.outbox.facade import drop_events, retry_events


def retry_work(*, actor: Actor, refs: Sequence[WorkRef], now: datetime) -> Done:
    """Try failed jobs again with all their tries, and stuck events at once.

    Raises: NotAllowedError, JobNotFoundError, JobNotFailedError, EventNotFoundError.
    """
    require_operator(actor)
    with transaction.atomic():
        jobs = retry_jobs(ids=numbers_of(refs, WorkKind.JOB))
        events = retry_events(keys=numbers_of(refs, WorkKind.EVENT))
        _note(actor, "jobs.retry", refs, now)
    return Done(jobs, events)


def drop_work(*, actor: Actor, refs: Sequence[WorkRef], now: datetime) -> Done:
    """Give failed jobs and stuck events up: they are never tried again.

    Raises: NotAllowedError, JobNotFoundError, JobNotFailedError, EventNotFoundError.
    """
    require_operator(actor)
    with transaction.atomic():
        jobs = drop_jobs(ids=numbers_of(refs, WorkKind.JOB))
        events = drop_events(keys=numbers_of(refs, WorkKind.EVENT), now=now)
        _note(actor, "jobs.drop", refs, now)
    return Done(jobs, events)


def _note(actor: Actor, action: str, refs: Sequence[WorkRef], now: datetime) -> None:
    if refs:
        after = {kind.value: numbers_of(refs, kind) for kind in WorkKind}
        record(actor=actor, action=action, subject="jobs", after=after, now=now)
