"""Builders of work in the background: queued jobs, and an event whose handler fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from django.db import connection, transaction

from quanqu.infra.outbox.facade import deliver_events, emit, list_stuck_events, on
from quanqu.infra.outbox.registry import forget

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clean_queue() -> Iterator[None]:
    """Empty the queue's tables, which are not ours to flush."""
    empty = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"
    connection.cursor().execute(empty)
    yield
    connection.cursor().execute(empty)


@dataclass(frozen=True)
class DoorOpened:
    name: ClassVar[str] = "test.door_opened"
    door: int


def add_job(status: str, *, lock: str | None = None, name: str = "test.work") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, "
            "attempts) VALUES ('default', %s, %s, '{\"place_key\": 7}', %s, 8) RETURNING id",
            [name, lock, status],
        )
        return int(cursor.fetchone()[0])


def status(job: int) -> tuple[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


def stick() -> int:
    """Emit an event whose handler fails, and return its key."""

    def stumble(event: DoorOpened, *, now: datetime) -> None:
        raise ValueError("li@example.com")

    on(DoorOpened)(stumble)
    try:
        with transaction.atomic():
            emit(DoorOpened(3), now=NOW)
        deliver_events(now=NOW)
    finally:
        forget(stumble)
    return list_stuck_events()[-1].key
