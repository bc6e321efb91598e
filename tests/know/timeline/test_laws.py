"""Law 6 finds what happened to the lake behind the program's back."""

import shutil
from pathlib import Path

import pytest
from tests.builders.timeline import accept, make_event, make_source, timeline_lake

from quanqu.infra.lake import facade as lake
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
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
