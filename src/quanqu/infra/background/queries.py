"""Shows the queue and the stuck events to whom the whole group is entrusted."""

from collections.abc import Sequence

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.background.contracts import MOST, PERMISSION, WorkKind, WorkRef
from quanqu.infra.jobs.contracts import JobInfo, JobState
from quanqu.infra.jobs.facade import list_jobs
from quanqu.infra.outbox.contracts import StuckEvent
from quanqu.infra.outbox.facade import list_stuck_events
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.paging import Page, decode_key, encode_cursor


def list_work(
    *, actor: Actor, states: Sequence[JobState], cursor: str | None = None, limit: int = 50
) -> Page[JobInfo]:
    """Return a page of jobs in these states, newest first. Raises: NotAllowedError."""
    require_operator(actor)
    before = decode_key(cursor) if cursor else None
    found = list_jobs(states=states, before=before, limit=limit + 1)
    items = found[:limit]
    return Page(items, encode_cursor([items[-1].id]) if len(found) > limit else None)


def list_stuck(*, actor: Actor, cursor: str | None = None, limit: int = 50) -> Page[StuckEvent]:
    """Return a page of events whose handlers fail, oldest first. Raises: NotAllowedError."""
    require_operator(actor)
    after = decode_key(cursor) if cursor else None
    found = list_stuck_events(after=after, limit=limit + 1)
    items = found[:limit]
    return Page(items, encode_cursor([items[-1].key]) if len(found) > limit else None)


def everything_failed(*, actor: Actor) -> tuple[WorkRef, ...]:
    """Return what failed for good and what is stuck, at most MOST of each."""
    jobs = list_work(actor=actor, states=[JobState.FAILED], limit=MOST).items
    events = list_stuck(actor=actor, limit=MOST).items
    return (
        *(WorkRef(WorkKind.JOB, job.id) for job in jobs),
        *(WorkRef(WorkKind.EVENT, event.key) for event in events),
    )


def require_operator(actor: Actor) -> None:
    """Refuse whoever holds less than the whole group. Raises: NotAllowedError."""
    if not actor.scope(PERMISSION).everything:
        raise NotAllowedError(permission=PERMISSION)
