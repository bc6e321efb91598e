"""`quanqu jobs`: what failed is seen with its reason, repeated or dropped."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.builders.jobs import NOW, add_job, clean_queue, status, stick

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.jobs.contracts import JobNotFailedError, JobNotFoundError
from quanqu.infra.jobs.failures import note_failure
from quanqu.infra.outbox.contracts import EventNotFoundError
from quanqu.infra.outbox.facade import deliver_events
from quanqu.project.cli.jobs import jobs

__all__ = ["clean_queue"]

pytestmark = pytest.mark.django_db(transaction=True)


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(jobs, list(arguments))


def call(*arguments: str) -> Any:
    result = CliRunner().invoke(jobs, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_nothing_failed_is_said() -> None:
    add_job("todo")

    assert invoke("list").stdout == "None.\n"
    assert call("list") == []
    assert [one["state"] for one in call("list", "--state", "all")] == ["waiting"]


def test_a_failed_job_is_shown_with_its_reason_and_what_it_was_for() -> None:
    job, silent = add_job("failed"), add_job("failed")
    note_failure(job_id=job, error=ValueError("li@example.com"), now=NOW)

    lines = invoke("list").stdout.splitlines()

    assert lines == [
        f"job-{silent}  test.work  place_key=7  failed  8 tries  its worker ended while it ran",
        f"job-{job}  test.work  place_key=7  failed  8 tries  "
        "last failed 2026-11-22T08:00:00.000Z: ValueError",
    ]


def test_a_stuck_event_is_shown_and_can_be_tried_at_once() -> None:
    key = stick()
    assert f"event-{key}  test.door_opened  stuck  1 try  next 2026-11-22T08:00:02.000Z" in (
        invoke("list").stdout
    )

    assert call("retry", f"event-{key}") == {"jobs": 0, "events": 1}
    assert deliver_events(now=NOW).delivered == 1
    assert call("list") == []


def test_a_job_waits_again_with_all_its_tries_and_its_like_only_once() -> None:
    alone, first, second, third = (
        add_job("failed"),
        add_job("failed", lock="one"),
        add_job("failed", lock="one"),
        add_job("failed", lock="two"),
    )
    add_job("todo", lock="two")

    assert call("retry", "--all") == {"jobs": 2, "events": 0}

    assert status(alone) == status(first) == ("todo", 0)
    assert status(second) is None
    assert status(third) is None


def test_what_is_dropped_is_gone_and_noted() -> None:
    job, key = add_job("failed"), stick()
    note_failure(job_id=job, error=ValueError(), now=NOW)

    assert call("drop", f"job-{job}", f"event-{key}") == {"jobs": 1, "events": 1}

    assert status(job) is None
    assert call("list", "--state", "failed") == []
    (noted,) = list_entries(actor=SYSTEM, filters=AuditFilters(action="jobs.drop")).items
    assert noted.after == {"job": [job], "event": [key]}


def test_what_has_not_failed_is_left_alone() -> None:
    waiting = add_job("todo")

    assert isinstance(invoke("retry", f"job-{waiting}").exception, JobNotFailedError)
    assert isinstance(invoke("drop", f"job-{waiting}").exception, JobNotFailedError)
    assert isinstance(invoke("drop", "job-999999").exception, JobNotFoundError)
    assert isinstance(invoke("retry", "event-999999").exception, EventNotFoundError)
    assert status(waiting) == ("todo", 8)


@pytest.mark.parametrize(
    "arguments",
    [["retry"], ["retry", "--all", "job-1"], ["drop"], ["drop", "7"], ["drop", "job-0"]],
)
def test_wrong_usage_is_code_two(arguments: list[str]) -> None:
    assert invoke(*arguments).exit_code == 2
