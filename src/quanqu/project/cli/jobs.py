"""`quanqu jobs`: what failed in the background, seen, repeated and dropped."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.background.contracts import MOST, WorkKind, WorkRef, WorkRefError
from quanqu.infra.background.facade import (
    drop_work,
    everything_failed,
    list_stuck,
    list_work,
    retry_work,
)
from quanqu.infra.jobs.contracts import JobInfo, JobState
from quanqu.infra.outbox.contracts import StuckEvent
from quanqu.kernel.time import format_time, utc_now
from quanqu.project.cli.frame import emit, json_option

_STATES: Final = click.Choice([*(state.value for state in JobState), "all"])


class _Ref(click.ParamType[WorkRef]):
    """`job-12` or `event-7`, as `quanqu jobs list` shows them."""

    name = "ref"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> WorkRef:
        try:
            return WorkRef.read(str(value))
        except WorkRefError as error:
            self.fail(str(error), param, ctx)


@click.group()
def jobs() -> None:
    """See what failed in the background, repeat it, drop it."""


@jobs.command("list")
@click.option("--state", type=_STATES, default="failed", show_default=True)
@json_option
def list_(state: str, as_json: bool) -> None:
    """List jobs, and events whose handlers fail, which are tried again without end."""
    states = list(JobState) if state == "all" else [JobState(state)]
    found = list_work(actor=SYSTEM, states=states, limit=MOST).items
    is_stuck_shown = state in ("failed", "all")
    events = list_stuck(actor=SYSTEM, limit=MOST).items if is_stuck_shown else ()
    told = [_job(one) for one in found] + [_event(one) for one in events]
    text = "\n".join([*map(_job_line, found), *map(_event_line, events)])
    emit(told, as_json=as_json, text=text or "None.")


@jobs.command()
@click.argument("refs", metavar="[REF]...", nargs=-1, type=_Ref())
@click.option("--all", "is_all", is_flag=True, help="Everything that `jobs list` shows.")
@json_option
def retry(refs: Sequence[WorkRef], is_all: bool, as_json: bool) -> None:
    """Try REF (job-12, event-7) again: a job with all its tries, an event at once."""
    if is_all == bool(refs):
        raise click.UsageError("Name what to try again, or --all.")
    chosen = everything_failed(actor=SYSTEM) if is_all else refs
    done = retry_work(actor=SYSTEM, refs=chosen, now=utc_now())
    text = f"{done.jobs} jobs and {done.events} events wait again."
    emit(asdict(done), as_json=as_json, text=text)


@jobs.command()
@click.argument("refs", metavar="REF...", nargs=-1, type=_Ref(), required=True)
@json_option
def drop(refs: Sequence[WorkRef], as_json: bool) -> None:
    """Give REF (job-12, event-7) up: it is never tried again."""
    done = drop_work(actor=SYSTEM, refs=refs, now=utc_now())
    text = f"{done.jobs} jobs and {done.events} events dropped."
    emit(asdict(done), as_json=as_json, text=text)


def _job(one: JobInfo) -> dict[str, Any]:
    return {**asdict(one), "ref": str(WorkRef(WorkKind.JOB, one.id))}


def _event(one: StuckEvent) -> dict[str, Any]:
    return {**asdict(one), "ref": str(WorkRef(WorkKind.EVENT, one.key)), "state": "stuck"}


def _job_line(one: JobInfo) -> str:
    ids = " ".join(f"{name}={value}" for name, value in one.ids.items() if name != "timestamp")
    parts = [f"job-{one.id}", one.name, ids, one.state.value, _tries(one.tries)]
    if one.failed_at is not None:
        parts.append(f"last failed {format_time(one.failed_at)}: {one.error}")
    elif one.state is JobState.FAILED:
        parts.append("its worker ended while it ran")
    if one.due_at is not None and one.state is JobState.WAITING:
        parts.append(f"next {format_time(one.due_at)}")
    return "  ".join(part for part in parts if part)


def _event_line(one: StuckEvent) -> str:
    parts = [f"event-{one.key}", one.name, "stuck", _tries(one.tries), _next(one.due_at)]
    return "  ".join([*parts, "; ".join(one.error.splitlines())])


def _next(due_at: datetime | None) -> str:
    return "next at once" if due_at is None else f"next {format_time(due_at)}"


def _tries(count: int) -> str:
    return "1 try" if count == 1 else f"{count} tries"
