"""An event is heard after its commit, by every handler, exactly once."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connections, transaction

from quanqu.infra.outbox.facade import deliver_events, emit, emit_many, on
from quanqu.infra.outbox.models import OutboxEvent, OutboxReceipt
from quanqu.infra.outbox.registry import forget

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@dataclass(frozen=True)
class ShopOpened:
    name: ClassVar[str] = "test.shop_opened"
    place_key: int
    doors: list[str]


@pytest.fixture
def heard():
    messages = []

    def hear(event, *, now):
        messages.append(event)

    on(ShopOpened)(hear)
    yield messages
    forget(hear)


@pytest.mark.django_db(transaction=True)
def test_an_event_reaches_its_handler_once_with_its_types(heard):
    with transaction.atomic():
        emit(ShopOpened(7, ["east"]), now=NOW)
    assert heard == []

    assert deliver_events(now=NOW).delivered == 1
    assert deliver_events(now=NOW).delivered == 0
    assert heard == [ShopOpened(7, ["east"])]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_said(heard):
    with transaction.atomic():
        emit(ShopOpened(7, []), now=NOW)
        transaction.set_rollback(True)

    assert deliver_events(now=NOW).delivered == 0
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_emitting_outside_a_transaction_is_a_bug():
    with pytest.raises(transaction.TransactionManagementError, match=r"test\.shop_opened"):
        emit(ShopOpened(7, []), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_many_events_are_stated_in_order_by_one_statement(heard, django_assert_num_queries):
    said = [ShopOpened(place_key=key, doors=[f"d{key}"]) for key in (3, 1, 2)]

    with transaction.atomic(), django_assert_num_queries(1):
        emit_many(said, now=NOW)
        emit_many([], now=NOW)
    deliver_events(now=NOW)

    assert heard == said


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_is_retried_alone_and_later(heard):
    failing = [True]

    def stumble(event, *, now):
        if failing[0]:
            raise ValueError("not yet")

    on(ShopOpened)(stumble)
    try:
        with transaction.atomic():
            emit(ShopOpened(7, []), now=NOW)

        assert deliver_events(now=NOW).failed == 1
        assert deliver_events(now=NOW).failed == 0
        waiting = OutboxEvent.objects.get()
        assert waiting.next_attempt_at == NOW + timedelta(seconds=2)
        assert waiting.last_error.endswith("stumble: ValueError")

        failing[0] = False
        assert deliver_events(now=NOW + timedelta(seconds=3)).delivered == 1
    finally:
        forget(stumble)

    assert len(heard) == 1
    assert OutboxReceipt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_handle_an_event_once(heard):
    with transaction.atomic():
        for place_key in range(20):
            emit(ShopOpened(place_key, []), now=NOW)
    start = threading.Barrier(2)

    def work():
        start.wait()
        deliver_events(now=NOW)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(event.place_key for event in heard) == list(range(20))
