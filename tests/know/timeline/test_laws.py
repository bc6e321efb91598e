"""Law 6 finds what happened to the lake behind the program's back."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.builders.timeline import accept, make_event, make_source, timeline_lake

from quanqu.infra.lake import facade as lake
from quanqu.infra.personal.contracts import Subjects
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions import expiring, removing
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.breaches import events_count_once

__all__ = ["timeline_lake"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def settled(timeline_lake: Path) -> None:
    accept(make_source(), [make_event(messageId=name) for name in "abc"])
    facade.settle_everything(now=utc_now())


def test_a_lake_left_alone_keeps_the_law() -> None:
    assert events_count_once() == []


def test_events_that_were_dropped_by_hand_are_missed(timeline_lake: Path) -> None:
    shutil.rmtree(timeline_lake / TABLE)
    assert events_count_once() == ["3 settled events are not in the lake"]

    accept(make_source("app"), [make_event(messageId="d")])
    facade.settle_everything(now=utc_now())

    assert lake.run(lake.table(TABLE))["message_id"].to_pylist() == ["d"]
    assert events_count_once() == ["3 settled events are not in the lake"]


def test_events_that_are_twice_in_the_lake_are_named() -> None:
    stored = lake.run(lake.table(TABLE))
    lake.append(name=TABLE, table=stored.slice(0, 1), app_id="by hand", app_version=1)

    (told,) = events_count_once()

    assert told.endswith("is 2 times in the lake")
    assert stored["message_id"].to_pylist()[0] in told


def test_events_taken_out_by_age_are_not_missed() -> None:
    assert expiring.drop_settled_before(utc_now() + timedelta(days=2)) == 3

    assert lake.run(lake.table(TABLE).count())[0][0].as_py() == 0
    assert events_count_once() == []


def test_events_of_an_erased_person_are_not_missed_also_when_it_was_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = Subjects(subjects=tuple({*lake.run(lake.table(TABLE))["subject_key"].to_pylist()}))
    rows = removing.EventRows()
    taken_out = rows.count(people)
    assert taken_out == 3

    save = removing.Removal.save

    def killed(row: removing.Removal, **named: Any) -> None:
        if row.removed is not None:
            raise KeyboardInterrupt
        save(row, **named)

    monkeypatch.setattr(removing.Removal, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        rows.erase(people, now=utc_now())
    assert rows.count(people) == 0
    assert events_count_once() == []
    monkeypatch.undo()

    rows.erase(people, now=utc_now())

    assert list(removing.Removal.objects.values_list("removed", flat=True)) == [3]
    assert events_count_once() == []
