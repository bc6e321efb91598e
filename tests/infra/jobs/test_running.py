"""One try of a job: a line when it did something, its reason when it failed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from structlog.testing import capture_logs

from quanqu.infra.jobs.contracts import JobInfo, JobState
from quanqu.infra.jobs.facade import job, list_jobs, periodic
from quanqu.infra.jobs.failures import note_failure
from quanqu.infra.jobs.models import JobFailure
from quanqu.infra.jobs.running import perform
from quanqu.kernel.errors import RefusedError

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clean_queue() -> Iterator[None]:
    """Empty the queue's tables, which are not ours to flush."""
    empty = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"
    connection.cursor().execute(empty)
    yield
    connection.cursor().execute(empty)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("quanqu.infra.jobs.running._log", structlog.get_logger())
    with capture_logs() as caught:
        yield caught


def tried(*, attempts: int = 0) -> Job:
    return Job(
        id=5,
        queue="default",
        lock=None,
        queueing_lock=None,
        task_name="test.work",
        task_kwargs={"place_key": 7},
        attempts=attempts,
    )


def raising(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("returned", "told"),
    [(None, {}), (3, {"did": 3}), (["a"], {"did": 1}), ("new", {"did": "new"})],
)
def test_a_job_that_did_something_has_one_line(returned: object, told: object, lines: Any) -> None:
    perform(tried(), lambda: returned, is_last=False)

    (line,) = lines
    assert (line["event"], line["job"], line["id"]) == ("job done", "test.work", 5)
    assert {name: line[name] for name in line if name == "did"} == told


@pytest.mark.parametrize("returned", [0, [], ""])
def test_a_job_that_did_nothing_has_none(returned: object, lines: Any) -> None:
    perform(tried(), lambda: returned, is_last=False)

    assert lines == []


@pytest.mark.parametrize(
    ("is_last", "level", "event"),
    [
        (False, "warning", "job failed and will be tried again"),
        (True, "error", "job failed for good"),
    ],
)
def test_a_failure_is_told_and_kept_until_it_succeeds(
    is_last: bool, level: str, event: str, lines: Any
) -> None:
    with pytest.raises(ValueError, match="no"):
        perform(tried(), raising(ValueError("no\nDETAIL: li@example.com")), is_last=is_last)

    (line,) = lines
    assert (line["log_level"], line["event"]) == (level, event)
    assert line["reason"] == "ValueError: no"
    assert isinstance(line["exc_info"], ValueError)  # a bug needs its place
    assert JobFailure.objects.get().error == "ValueError"

    perform(tried(attempts=1), lambda: None, is_last=False)
    assert not JobFailure.objects.exists()


def test_a_refusal_needs_no_trace_and_keeps_its_code(lines: Any) -> None:
    with pytest.raises(RefusedError):
        perform(tried(), raising(RefusedError("full")), is_last=False)

    assert lines[0]["exc_info"] is None
    assert JobFailure.objects.get().error == "RefusedError (kernel.refused)"


def test_a_later_run_by_the_clock_forgets_the_failed_ones(lines: Any) -> None:
    outcomes = iter([RefusedError("once"), None])

    @periodic(name="test.by_the_clock", cron="0 0 1 1 *")
    def work(*, now: datetime) -> None:
        outcome = next(outcomes)
        if outcome is not None:
            raise outcome

    run_waiting("test.by_the_clock", timestamp=1)
    (failed,) = listed("test.by_the_clock")
    assert failed.error == "RefusedError (kernel.refused)"

    app.configure_task("test.by_the_clock").defer(timestamp=2)
    run_waiting("test.by_the_clock", timestamp=2)
    assert listed("test.by_the_clock") == []
    assert not JobFailure.objects.exists()


def test_a_job_is_tried_again_with_its_ids(lines: Any) -> None:
    seen = []

    @job(name="test.again", attempts=1)
    def work(*, place_key: int, now: datetime) -> None:
        seen.append(place_key)
        raise RefusedError("no")

    run_waiting("test.again", place_key=7)
    (waiting,) = listed("test.again")
    assert (waiting.state, waiting.tries, waiting.ids) == (JobState.WAITING, 1, {"place_key": 7})
    run_waiting("test.again", place_key=7)

    (failed,) = listed("test.again")
    assert (failed.state, seen) == (JobState.FAILED, [7, 7])
    assert [line["event"] for line in lines if line["job"] == "test.again"] == [
        "job failed and will be tried again",
        "job failed for good",
    ]


def listed(name: str) -> list[JobInfo]:
    """Return the jobs of a name."""
    return [one for one in list_jobs(states=list(JobState)) if one.name == name]


def run_waiting(name: str, **ids: object) -> None:
    """Queue a job unless it waits, and do with it what a worker does, in this very thread."""
    if not listed(name):
        app.configure_task(name).defer(**ids)
    (waiting,) = [one for one in listed(name) if one.state is JobState.WAITING]
    task, row = app.tasks[name], ProcrastinateJob.objects.get(id=waiting.id).procrastinate_job
    try:
        task.func(JobContext(app=app, job=row, start_timestamp=0, abort_reason=lambda: None), **ids)
    except RefusedError as error:
        again = task.retry_strategy and task.retry_strategy.get_retry_decision(
            exception=error, job=row
        )
        end(waiting.id, status="todo" if again else "failed", attempts=waiting.tries + 1)
    else:
        end(waiting.id, status=None, attempts=0)


def end(job: int, *, status: str | None, attempts: int) -> None:
    with connection.cursor() as cursor:
        if status is None:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])
        else:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE id = %s",
                [status, attempts, job],
            )


def test_the_reason_of_another_job_is_not_mixed_up() -> None:
    note_failure(job_id=1, error=ValueError(), now=NOW)
    note_failure(job_id=1, error=KeyError(), now=NOW)
    note_failure(job_id=2, error=ValueError(), now=NOW)

    assert dict(JobFailure.objects.values_list("job_id", "error")) == {
        1: "KeyError",
        2: "ValueError",
    }
