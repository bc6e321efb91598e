"""What failed in the background, by API: seen, repeated and dropped."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.background.contracts import MOST, WorkKind, WorkRef
from quanqu.infra.background.facade import drop_work, list_stuck, list_work, retry_work
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.infra.jobs.contracts import JobInfo, JobState
from quanqu.infra.outbox.contracts import StuckEvent
from quanqu.kernel.time import utc_now

router = Router(tags=["jobs"])


class StateParam(StrEnum):
    """Jobs in one state, or in any."""

    FAILED = "failed"
    WAITING = "waiting"
    RUNNING = "running"
    ALL = "all"


class JobParams(PageParams):
    """Narrow the queue."""

    state: Annotated[StateParam, Field(StateParam.FAILED, description="Where the job is.")]


class JobOut(Schema):
    """One job: what it does to what, how often it was tried, why it failed the last time."""

    ref: str
    name: str
    state: JobState
    ids: dict[str, Any]
    tries: int
    due_at: datetime | None
    failed_at: datetime | None
    error: str


class StuckEventOut(Schema):
    """An event one of whose handlers fails; it is tried again at `due_at`, without end."""

    ref: str
    name: str
    tries: int
    emitted_at: datetime
    due_at: datetime | None
    error: str


class WorkIn(Schema):
    """Failed jobs and stuck events by their `ref`; all of them are done or none."""

    refs: Annotated[
        list[Annotated[str, Field(max_length=40, pattern=r"^(job|event)-[1-9][0-9]{0,17}$")]],
        Field(min_length=1, max_length=MOST, examples=[["job-12", "event-7"]]),
    ]


class WorkOut(Schema):
    """How many jobs and events it was done to."""

    jobs: int
    events: int


@router.get("/jobs", response=PageOut[JobOut], summary="Background jobs")
def list_jobs(request: HttpRequest, params: Query[JobParams]) -> dict[str, Any]:
    """Return jobs, newest first: those that failed for good unless told otherwise.

    Needs `jobs.manage` over the whole group.
    """
    every = params.state is StateParam.ALL
    states = list(JobState) if every else [JobState(params.state.value)]
    page = list_work(
        actor=actor_of(request), states=states, cursor=params.cursor, limit=params.limit
    )
    return cursor_page(request, page, _job_out)


@router.get("/stuck-events", response=PageOut[StuckEventOut], summary="Undelivered events")
def list_stuck_events(request: HttpRequest, params: Query[PageParams]) -> dict[str, Any]:
    """Return events one of whose handlers fails, oldest first.

    Needs `jobs.manage` over the whole group.
    """
    page = list_stuck(actor=actor_of(request), cursor=params.cursor, limit=params.limit)
    return cursor_page(request, page, _event_out)


@router.post("/jobs/retries", response=WorkOut, summary="Try failed work again")
@idempotent
def post_retry(request: HttpRequest, body: WorkIn) -> WorkOut:
    """Try failed jobs again with all their tries, and stuck events at once."""
    done = retry_work(actor=actor_of(request), refs=_refs(body), now=utc_now())
    return WorkOut(jobs=done.jobs, events=done.events)


@router.post("/jobs/drops", response=WorkOut, summary="Give failed work up")
@idempotent
def post_drop(request: HttpRequest, body: WorkIn) -> WorkOut:
    """Give failed jobs and stuck events up: they are never tried again."""
    done = drop_work(actor=actor_of(request), refs=_refs(body), now=utc_now())
    return WorkOut(jobs=done.jobs, events=done.events)


def _refs(body: WorkIn) -> list[WorkRef]:
    return [WorkRef.read(text) for text in body.refs]


def _job_out(job: JobInfo) -> JobOut:
    told = asdict(job)
    return JobOut.model_validate({**told, "ref": str(WorkRef(WorkKind.JOB, told.pop("id")))})


def _event_out(event: StuckEvent) -> StuckEventOut:
    told = asdict(event)
    return StuckEventOut.model_validate(
        {**told, "ref": str(WorkRef(WorkKind.EVENT, told.pop("key")))}
    )
