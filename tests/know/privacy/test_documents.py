"""The rules' worked numbers are what the program does."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.architecture.tree import ROOT

from quanqu.know.privacy.contracts import LegalBasis, RequestKind, RequestState, StepRow
from quanqu.know.privacy.rules.clock import add_months, due_at, extended_due_at
from quanqu.know.privacy.rules.report import canonical, digest, is_complete, make_report
from quanqu.know.privacy.rules.states import after, is_open, may_start, needs_approval

TEXT = (ROOT / "docs" / "rules" / "erasure.md").read_text("utf-8")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CLOCKS = re.findall(r"^\| (\d{4}-\d\d-\d\d) \| (\w+) \| (\S+) \| (\S+) \|$", TEXT, re.MULTILINE)
REPORTS = re.findall(r"^\| (\d+ → .+) \| (\d+) \| (true|false) \|$", TEXT, re.MULTILINE)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:30:00+00:00")


def step(before: int, left: int | None, treatment: str) -> StepRow:
    return StepRow("table:x", "table", treatment, ("contact",), before, left, "counted", NOW)


def test_the_clock_is_that_of_the_document() -> None:
    assert len(CLOCKS) == 4
    for received, basis, due, extended in CLOCKS:
        assert due_at(at(received), LegalBasis(basis), pipl_days=30) == at(due)
        if extended != "–":
            assert extended_due_at(at(received)) == at(extended)


def test_reports_are_complete_as_the_document_says() -> None:
    assert len(REPORTS) == 3
    for told, left, complete in REPORTS:
        steps = [
            step(int(before), int(rest), treatment)
            for before, rest, treatment in re.findall(r"(\d+) → (\d+) (\w+)", told)
        ]
        report = make_report(head={}, steps=steps, suppressed=1, backups=(), finished_at=NOW)
        assert (report["rows_left"], report["is_complete"]) == (int(left), complete == "true")
        assert report["is_complete"] is is_complete(steps)


def test_a_place_that_nobody_looked_at_again_is_not_complete() -> None:
    assert not is_complete([step(1, None, "deleted")])
    assert not is_complete([step(0, None, "kept")])


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(0, 30))  # noqa: DTZ001
def test_months_are_those_of_the_calendar(moment: datetime, months: int) -> None:
    later = add_months(moment, months)

    assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == months
    assert later.day == moment.day or (
        later.day < moment.day and (later + timedelta(days=1)).day == 1
    )
    assert later.time() == moment.time()


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_a_hash_tells_every_change(report: dict[str, object]) -> None:
    signed = {**report, "sha256": digest(report), "signature": "x"}

    assert digest(signed) == digest(report)
    assert canonical({**report, "rows_left": "changed"}) != canonical(report)


def test_states_lead_where_the_readme_says() -> None:
    open_states = {state for state in RequestState if is_open(state)}

    assert open_states == {RequestState.RECEIVED, RequestState.VERIFIED, RequestState.APPROVED}
    for wish in ("cancelled", "refused"):
        assert {state for state in RequestState if after(state, wish)} == open_states
    assert after(RequestState.RECEIVED, "verified") is RequestState.VERIFIED
    assert after(RequestState.RECEIVED, "approved") is None
    assert after(RequestState.RUNNING, "finished") is RequestState.DONE
    assert not may_start(RequestState.RECEIVED, needs_approval=False)
    assert may_start(RequestState.VERIFIED, needs_approval=False)
    assert not may_start(RequestState.VERIFIED, needs_approval=True)
    assert may_start(RequestState.APPROVED, needs_approval=True)
    assert needs_approval(RequestKind.ERASURE, needs_second_person=True)
    assert not needs_approval(RequestKind.ACCESS, needs_second_person=True)
