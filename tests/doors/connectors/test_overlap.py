"""What an import does at the same time as its steps changes nothing of what comes of it."""

from functools import partial
from pathlib import Path

import pytest
from tests.builders.connectors import write_orders
from tests.builders.org import NOW

from quanqu.doors.connectors.actions import working
from quanqu.doors.connectors.actions.ahead import converted_ahead
from quanqu.doors.connectors.actions.beside import SettlingBeside
from quanqu.doors.connectors.actions.steps import Step, steps_of
from quanqu.doors.connectors.contracts import ImportRequest, ImportRow, RunState
from quanqu.doors.connectors.facade import run_import
from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import run, table
from quanqu.know.timeline.facade import inbox_state


def bring(path: Path) -> ImportRow:
    """Import a generic file as the system."""
    request = ImportRequest(channel="generic", path=path, place_code="web")
    return run_import(actor=SYSTEM, request=request, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_lake")
def test_events_are_settled_once_beside_the_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[SettlingBeside] = []

    def beside(*given: object, **more: object) -> SettlingBeside:
        made.append(SettlingBeside(*given, **more, worth_it=2))  # type: ignore[arg-type] # passed on
        return made[-1]

    monkeypatch.setattr(working, "SettlingBeside", beside)
    monkeypatch.setattr(working, "steps_of", partial(steps_of, chunk_rows=4))

    row = bring(write_orders(tmp_path / "o.csv", count=30))

    assert row.state is RunState.DONE
    assert inbox_state(actor=SYSTEM, now=NOW).events == 0
    told = run(table("fact_event").message_id.nunique().as_table()).to_pylist()[0].popitem()[1]
    rows = run(table("fact_event").count().as_table()).to_pylist()[0].popitem()[1]
    assert told == rows == 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_lake")
def test_an_import_goes_on_when_settling_beside_it_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**given: object) -> None:
        raise OSError("no more files")

    monkeypatch.setattr("quanqu.doors.connectors.actions.beside.settle_round", breaks)
    monkeypatch.setattr(working, "SettlingBeside", partial(SettlingBeside, worth_it=1))

    row = bring(write_orders(tmp_path / "o.csv", count=6))

    assert row.state is RunState.DONE
    assert inbox_state(actor=SYSTEM, now=NOW).events == 0


def test_steps_keep_their_order_and_an_error_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(step: Step, *, ground: object) -> None:
        if step.first == 2:
            raise ValueError("the third")

    monkeypatch.setattr("quanqu.doors.connectors.actions.ahead.convert", convert)
    steps = [Step(None, first=at) for at in range(4)]

    ready = converted_ahead(steps, ground=lambda: None)  # type: ignore[arg-type,return-value] # no ground is looked at

    assert [next(ready)[0].first for _ in range(2)] == [0, 1]
    with pytest.raises(ValueError, match="the third"):
        next(ready)
