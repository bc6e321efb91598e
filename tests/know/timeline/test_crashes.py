"""Law 6: an acknowledged event is never lost and never counted twice, whatever crashes when."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.timeline import NOW, accept, make_event, make_source, settled_ids, settled_rows

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake import facade as lake
from quanqu.know.timeline import facade
from quanqu.know.timeline.actions import ahead, deciding, settle
from quanqu.know.timeline.contracts import (
    FailedFilters,
    PlannedEvent,
    PlannedProperty,
    ViolationRule,
)
from quanqu.know.timeline.models import InboxBody, SettlementRecord
from quanqu.know.timeline.queries import inbox

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake"),
]

_tags = itertools.count()


class Crash(BaseException):
    """The process ends here: nothing after it runs, the transaction is rolled back."""


NEVER_SENT = (PlannedProperty("never_sent", is_required=True),)
POINTS = ("before deciding", "inside deciding", "before append", "after append", "inside closing")


@contextmanager
def crash_at(point: str) -> Iterator[None]:
    """Let the next round of settling end at a point."""
    patch = pytest.MonkeyPatch()

    def instead(module: Any, name: str, *, before: bool) -> None:
        work = getattr(module, name)

        def crashing(*args: Any, **given: Any) -> Any:
            if not before:
                work(*args, **given)
            raise Crash

        patch.setattr(module, name, crashing)

    if point == "before deciding":
        instead(settle, "decide", before=True)
    elif point == "inside deciding":
        instead(deciding, "drop_arrived", before=False)
    elif point == "before append":
        instead(settle, "_finish", before=True)
    elif point == "after append":
        instead(lake, "append", before=False)
    else:
        instead(InboxBody.objects, "filter", before=False)
    try:
        yield
    finally:
        patch.undo()


def settle_until_crash(point: str, most_events: int) -> None:
    with crash_at(point):
        try:
            while facade.settle_round(now=NOW, most_events=most_events) is not None:
                pass
        except Crash:
            assert not connection.in_atomic_block


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.lists(st.integers(0, 15), min_size=1, max_size=6)),
        st.tuples(st.just("crash"), st.sampled_from(POINTS)),
        st.tuples(st.just("settle"), st.integers(1, 8)),
        st.tuples(st.just("plan"), st.booleans()),
    ),
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, most_events=st.integers(1, 8))
def test_no_interleaving_of_crashes_loses_or_doubles_an_event(
    steps: list[tuple[str, Any]], most_events: int
) -> None:
    tag = f"t{next(_tags)}"
    sources = [make_source(f"{tag}-{n}") for n in range(2)]
    codes = tuple(source.source.code for source in sources)
    sent: set[tuple[str, str]] = set()

    for number, (step, told) in enumerate(steps):
        if step == "send":
            source = sources[number % 2]
            ids = [f"m{each}" for each in told]
            accept(source, [make_event(messageId=each) for each in ids])
            sent |= {(source.source.code, each) for each in ids}
        elif step == "crash":
            settle_until_crash(told, most_events)
        elif step == "settle":
            facade.settle_round(now=NOW, most_events=told)
        else:
            change_plan(is_blocking=told)
    change_plan(is_blocking=False)
    facade.settle_everything(now=NOW)

    rows = [row for row in settled_rows() if row["source"] in codes]
    found = sorted((row["source"], row["message_id"]) for row in rows)
    failed = {
        (row.source, row.message_id)
        for row in facade.list_failed_events(
            actor=SYSTEM, filters=FailedFilters(sources=codes), limit=200
        ).items
    }
    assert len(found) == len(set(found))
    assert set(found) | failed == sent
    assert not set(found) & failed
    assert len({row["event_key"] for row in settled_rows()}) == len(settled_rows())
    assert not InboxBody.objects.exists()
    assert not SettlementRecord.objects.filter(is_done=False).exists()


def change_plan(*, is_blocking: bool) -> None:
    rule = ViolationRule.BLOCK if is_blocking else ViolationRule.ALLOW
    event = PlannedEvent("Product Viewed", properties=NEVER_SENT, on_violation=rule)
    facade.put_planned_event(actor=SYSTEM, event=event, now=NOW)


def test_a_round_decided_by_a_process_that_died_is_finished_with_the_plan_changed() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="m-1")])
    settle_until_crash("before append", 10)
    change_plan(is_blocking=True)

    facade.settle_everything(now=NOW)

    assert settled_ids() == ["m-1"]


def test_a_late_writer_of_a_finished_round_adds_nothing() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="m-1")])
    keys = inbox.waiting_keys(most_events=10)
    late = deciding.decide(inbox.read_keys(keys), keys, now=NOW)
    assert late is not None

    facade.settle_everything(now=NOW)
    accept(issued, [make_event(messageId="m-2")])
    facade.settle_everything(now=NOW)
    settle._finish(late)

    assert settled_ids() == ["m-1", "m-2"]


def test_numbers_go_on_above_those_the_lake_knows() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="m-1")])
    facade.settle_everything(now=NOW)
    SettlementRecord.objects.all().delete()  # as after bringing back an older database

    accept(issued, [make_event(messageId="m-2")])
    facade.settle_everything(now=NOW)

    assert settled_ids() == ["m-1", "m-2"]


def test_a_body_that_cannot_be_settled_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issued = make_source()
    for name in ("a", "poison", "b", "c"):
        accept(issued, [make_event(messageId=name)])
    read = inbox.read_round

    def choke(bodies: Any, *args: Any, **given: Any) -> Any:
        if any(b"poison" in body.body for body in bodies):
            raise ValueError("choked")
        return read(bodies, *args, **given)

    with monkeypatch.context() as choking:
        choking.setattr(inbox, "read_round", choke)
        facade.settle_everything(now=NOW)

    assert settled_ids() == ["a", "b", "c"]
    failed = facade.list_failed_events(actor=SYSTEM, filters=FailedFilters()).items
    assert [(row.message_id, row.reason) for row in failed] == [
        ("poison", "it cannot be settled (ValueError)")
    ]
    assert facade.replay_failed_events(actor=SYSTEM, filters=FailedFilters(), now=NOW) == 1
    facade.settle_everything(now=NOW)
    assert settled_ids() == ["a", "b", "c", "poison"]


def test_events_of_a_transaction_that_rolls_back_were_never_there() -> None:
    make_source("orders")

    with transaction.atomic():
        facade.accept_events(source_code="orders", events=[make_event()], now=NOW)
        transaction.set_rollback(True)
    facade.settle_everything(now=NOW)

    assert settled_ids() == []


def test_a_backlog_is_read_ahead_and_settled_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "WORTH_IT", 20)
    issued = make_source()
    sent = [[f"{batch}-{number}" for number in range(10)] for batch in range(12)]
    for ids in sent:
        accept(issued, [make_event(messageId=each) for each in [*ids, ids[0]]])

    with ahead.ReadAhead() as helper:
        rounds = [facade.settle_round(now=NOW, most_events=30, ahead=helper) for _ in range(2)]
        assert helper._helper is not None
        for process in helper._helper._processes.values():
            process.kill()
        while rounds[-1] is not None:
            rounds.append(facade.settle_round(now=NOW, most_events=30, ahead=helper))

    assert sum(each.events for each in rounds if each) == 120
    assert sum(each.duplicates for each in rounds if each) == 12
    assert settled_ids() == sorted(each for ids in sent for each in ids)


def test_a_backlog_is_settled_where_no_helper_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")  # as without /dev/shm

    monkeypatch.setattr(ahead, "WORTH_IT", 5)
    monkeypatch.setattr(ahead, "_start_helper", refuse)
    issued = make_source()
    for batch in range(3):
        accept(issued, [make_event(messageId=f"{batch}-{number}") for number in range(10)])

    with ahead.ReadAhead() as helper:
        while facade.settle_round(now=NOW, most_events=10, ahead=helper) is not None:
            pass

    assert len(settled_ids()) == 30
