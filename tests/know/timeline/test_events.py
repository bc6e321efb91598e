"""Reading the timeline: pages, scope, message ids, counts, the live tail."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders.org import make_place
from tests.builders.timeline import NOW, accept, make_event, make_source, reader

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.time import Period
from quanqu.know.timeline import facade
from quanqu.know.timeline.contracts import EventFilters, EventNotFoundError, EventState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("timeline_lake")]

ALL = EventFilters()


def at(minute: int) -> str:
    return f"2026-11-22T07:{minute:02}:00Z"


def fill(count: int = 7) -> None:
    issued = make_source()
    accept(issued, [make_event(messageId=f"m{n}", timestamp=at(n)) for n in range(count)])
    facade.settle_everything(now=NOW)


def test_pages_follow_each_other_from_the_latest_event() -> None:
    fill(7)

    found: list[str] = []
    cursor = None
    while True:
        page = facade.list_events(actor=SYSTEM, filters=ALL, cursor=cursor, limit=3)
        found += [row.message_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert found == [f"m{n}" for n in reversed(range(7))]
    assert facade.count_events(actor=SYSTEM, filters=ALL) == 7


def test_filters_narrow_the_list() -> None:
    web, app = make_source("web"), make_source("app")
    order = {"order_id": "o-9", "revenue": 1}
    accept(web, [make_event(event="Order Completed", properties=order, timestamp=at(1))])
    accept(app, [make_event(timestamp=at(5)), make_event(type="page", event=None, timestamp=at(9))])
    facade.settle_everything(now=NOW)

    def names(**filters: object) -> list[str]:
        page = facade.list_events(actor=SYSTEM, filters=EventFilters(**filters))  # type: ignore[arg-type] # free filters
        return [row.event for row in page.items]

    assert names(order_ref="o-9") == ["Order Completed"]
    assert names(events=("Product Viewed",)) == ["Product Viewed"]
    assert names(types=("page",)) == ["Page Viewed"]
    assert names(sources=("app",)) == ["Page Viewed", "Product Viewed"]
    assert names(channels=("store",)) == []
    since = datetime(2026, 11, 22, 7, 2, tzinfo=UTC)
    assert names(since=since, until=since + timedelta(minutes=7)) == ["Product Viewed"]
    assert names(subject_keys=()) == []


def test_a_reader_sees_the_places_of_the_scope_only() -> None:
    north, south = make_source("n", place="north"), make_source("s", place="south")
    nowhere = make_source("x", place=None)
    for issued in (north, south, nowhere):
        accept(issued, [make_event(messageId=f"at-{issued.source.code}")])
    facade.settle_everything(now=NOW)
    actor = reader(places=[make_place("north").key])

    page = facade.list_events(actor=actor, filters=ALL)

    assert [row.message_id for row in page.items] == ["at-n"]
    assert facade.count_events(actor=actor, filters=ALL) == 1
    assert len(facade.list_recent_events(actor=actor, filters=ALL)) == 1
    with pytest.raises(EventNotFoundError):
        facade.get_event(actor=actor, message_id="at-s")
    with pytest.raises(NotAllowedError):
        facade.list_events(actor=reader(can=()), filters=ALL)


def test_an_event_is_found_by_message_id_before_and_after_settling() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="m-1"), make_event(messageId='odd "id"/é')])

    before = facade.get_event(actor=SYSTEM, message_id="m-1")
    odd = facade.get_event(actor=SYSTEM, message_id='odd "id"/é')
    facade.settle_everything(now=NOW)
    after = facade.get_event(actor=SYSTEM, message_id="m-1", source="web")

    assert (before.state, odd.state) == (EventState.ACCEPTED, EventState.ACCEPTED)
    assert (after.state, after.product_ref) == (EventState.SETTLED, "p-1")
    assert before.occurred_at == after.occurred_at
    with pytest.raises(EventNotFoundError):
        facade.get_event(actor=SYSTEM, message_id="m-1", source="other")
    with pytest.raises(EventNotFoundError):
        facade.get_event(actor=SYSTEM, message_id="m-2")


def test_the_live_tail_shows_what_was_settled_last() -> None:
    issued = make_source()
    for number in range(3):
        accept(issued, [make_event(messageId=f"m{number}", timestamp=at(30 - number))])
        facade.settle_everything(now=NOW)

    rows = facade.list_recent_events(actor=SYSTEM, filters=ALL, limit=2)

    assert [row.message_id for row in rows] == ["m2", "m1"]


def test_events_are_counted_by_name_and_day() -> None:
    issued = make_source()
    days = ["2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z", "2026-11-01T12:00:00Z"]
    accept(issued, [make_event(timestamp=day) for day in days])
    facade.settle_everything(now=NOW)

    period = Period(date(2026, 10, 31), date(2026, 11, 2))
    rows = facade.count_by_day(actor=SYSTEM, filters=ALL, period=period)

    assert [(row.day.day, row.count) for row in rows] == [(31, 1), (1, 2)]


def test_the_house_may_name_place_and_subject_and_others_may_not() -> None:
    issued, store = make_source(), make_place("store")
    make_source("orders", place=None)
    event = make_event(placeKey=store.key, subjectKey=77, anonymousId=None)

    facade.accept_events(source_code="orders", events=[event], now=NOW)
    accept(issued, [make_event(placeKey=store.key, subjectKey=77, messageId="outside")])
    facade.settle_everything(now=NOW)

    rows = {row.source: row for row in facade.list_events(actor=SYSTEM, filters=ALL).items}
    assert (rows["orders"].place_key, rows["orders"].subject_key) == (store.key, 77)
    assert rows["web"].place_key == issued.source.place_key
    assert rows["web"].subject_key != 77
