"""Background work by API: for those to whom the whole group is entrusted, all or nothing, noted."""

from typing import Any, Final

import pytest
from tests.builders.http import API, problem, program, signed_in
from tests.builders.jobs import NOW, add_job, clean_queue, status, stick
from tests.builders.org import SYSTEM, make_company, make_person

from quanqu.infra.audit.contracts import AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.jobs.failures import note_failure
from quanqu.infra.outbox.facade import deliver_events
from quanqu.know.org.contracts import RoleCode

__all__ = ["clean_queue"]

pytestmark = pytest.mark.django_db(transaction=True)

JSON: Final = "application/json"


def test_failed_jobs_are_listed_newest_first_in_pages() -> None:
    first, second = add_job("failed"), add_job("failed")
    add_job("todo")
    note_failure(job_id=first, error=ValueError("li@example.com"), now=NOW)
    client = program()

    page = client.get(f"{API}/jobs", {"limit": 1})
    rest = client.get(f"{API}/jobs", {"limit": 1, "cursor": page.json()["next_cursor"]}).json()

    assert [job["ref"] for job in page.json()["items"]] == [f"job-{second}"]
    assert rest == {
        "items": [
            {
                "ref": f"job-{first}",
                "name": "test.work",
                "state": "failed",
                "ids": {"place_key": 7},
                "tries": 8,
                "due_at": None,
                "failed_at": "2026-11-22T08:00:00Z",
                "error": "ValueError",
            }
        ],
        "next_cursor": None,
    }


@pytest.mark.parametrize(("state", "count"), [("failed", 1), ("waiting", 2), ("all", 3)])
def test_jobs_are_listed_by_state(state: str, count: int) -> None:
    for each in ("failed", "todo", "todo"):
        add_job(each)

    assert len(program().get(f"{API}/jobs", {"state": state}).json()["items"]) == count


def test_a_stuck_event_is_listed_and_tried_at_once() -> None:
    key, later = stick(), stick()
    client = program()

    page = client.get(f"{API}/stuck-events", {"limit": 1}).json()
    rest = client.get(f"{API}/stuck-events", {"cursor": page["next_cursor"]}).json()
    done = client.post(f"{API}/jobs/retries", {"refs": [f"event-{key}"]}, JSON)

    assert [event["ref"] for event in page["items"]] == [f"event-{key}"]
    assert [event["ref"] for event in rest["items"]] == [f"event-{later}"]
    assert "li@example.com" not in str(page)
    assert done.json() == {"jobs": 0, "events": 1}
    assert deliver_events(now=NOW).delivered == 1


@pytest.mark.parametrize(("call", "left"), [("retries", ("todo", 0)), ("drops", None)])
def test_failed_work_is_repeated_or_dropped_and_noted(call: str, left: Any) -> None:
    job, key = add_job("failed"), stick()
    client = program()
    refs, once = {"refs": [f"job-{job}", f"event-{key}"]}, {"Idempotency-Key": "one"}

    done = client.post(f"{API}/jobs/{call}", refs, JSON, headers=once)
    again = client.post(f"{API}/jobs/{call}", refs, JSON, headers=once)

    assert done.json() == again.json() == {"jobs": 1, "events": 1}
    assert status(job) == left
    action = {"retries": "jobs.retry", "drops": "jobs.drop"}[call]
    (noted,) = list_entries(actor=SYSTEM, filters=AuditFilters(action=action)).items
    assert (noted.actor_kind, noted.after) == ("api_key", {"job": [job], "event": [key]})


def test_one_piece_of_work_amiss_leaves_all_as_it_was() -> None:
    failed, waiting = add_job("failed"), add_job("todo")
    client = program()

    for refs, code, error in (
        ([f"job-{failed}", f"job-{waiting}"], 409, "jobs.not_failed"),
        ([f"job-{failed}", "job-999999"], 404, "jobs.not_found"),
        ([f"job-{failed}", "event-999999"], 404, "outbox.event_not_found"),
    ):
        for call in ("retries", "drops"):
            problem(client.post(f"{API}/jobs/{call}", {"refs": refs}, JSON), code, error)

    assert status(failed) == ("failed", 8)
    assert not list_entries(actor=SYSTEM, filters=AuditFilters(action="jobs.retry")).items


@pytest.mark.parametrize("refs", [[], ["7"], ["job-0"], ["job-1 "], ["event--1"], ["job-1"] * 1001])
def test_what_names_no_work_is_refused(refs: list[str]) -> None:
    refused = program().post(f"{API}/jobs/retries", {"refs": refs}, JSON)

    problem(refused, 422, "http.invalid_request")


def test_only_the_whole_groups_operators_see_and_touch_the_queue() -> None:
    job = add_job("failed")
    company = make_company("north")
    clients = [
        program(role=RoleCode.INTEGRATOR),
        program(role=RoleCode.OWNER, unit_id=company.id),
        signed_in(make_person("Ann", role=RoleCode.ADMINISTRATOR, unit_id=company.id)),
    ]

    for client in clients:
        answers = [
            client.get(f"{API}/jobs"),
            client.get(f"{API}/stuck-events"),
            client.post(f"{API}/jobs/retries", {"refs": [f"job-{job}"]}, JSON),
            client.post(f"{API}/jobs/drops", {"refs": [f"job-{job}"]}, JSON),
        ]
        for answer in answers:
            assert problem(answer, 403, "kernel.not_allowed")["fields"] == {
                "permission": "jobs.manage"
            }

    assert status(job) == ("failed", 8)
    assert program(role=RoleCode.ADMINISTRATOR).get(f"{API}/jobs").json()["items"]
