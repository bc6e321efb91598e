"""Sees events whose handlers fail, and repeats or drops them at an operator's word."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from quanqu.infra.jobs.facade import defer
from quanqu.infra.outbox.actions import DELIVER_JOB
from quanqu.infra.outbox.contracts import EventNotFoundError, StuckEvent
from quanqu.infra.outbox.models import OutboxEvent


def list_stuck_events(*, after: int | None = None, limit: int = 100) -> tuple[StuckEvent, ...]:
    """Return events that were tried and are not delivered, oldest first, with keys over `after`."""
    found = OutboxEvent.objects.filter(delivered_at__isnull=True, attempts__gt=0)
    if after is not None:
        found = found.filter(key__gt=after)
    return tuple(
        StuckEvent(
            row.key, row.name, row.attempts, row.emitted_at, row.next_attempt_at, row.last_error
        )
        for row in found.order_by("key")[:limit]
    )


def count_stuck_events() -> int:
    """Return how many events were tried and are not delivered."""
    return OutboxEvent.objects.filter(delivered_at__isnull=True, attempts__gt=0).count()


def oldest_undelivered(*, now: datetime) -> float:
    """Return the age in seconds of the oldest event that is not delivered; 0 without one."""
    waiting = OutboxEvent.objects.filter(delivered_at__isnull=True)
    oldest = waiting.aggregate(at=Min("emitted_at"))["at"]
    return 0.0 if oldest is None else max((now - oldest).total_seconds(), 0.0)


def retry_events(*, keys: Sequence[int]) -> int:
    """Try these events now instead of later; return how many. Raises: EventNotFoundError."""
    with transaction.atomic():
        _require_waiting(keys)
        OutboxEvent.objects.filter(key__in=keys).update(next_attempt_at=None)
        defer(DELIVER_JOB, once=DELIVER_JOB)
    return len(keys)


def drop_events(*, keys: Sequence[int], now: datetime) -> int:
    """Give these events up: handlers that failed never hear them; return how many.

    The rows stay as the record of what was said.  Raises: EventNotFoundError.
    """
    with transaction.atomic():
        _require_waiting(keys)
        OutboxEvent.objects.filter(key__in=keys).update(delivered_at=now)
    return len(keys)


def _require_waiting(keys: Sequence[int]) -> None:
    locked = OutboxEvent.objects.select_for_update().filter(key__in=keys, delivered_at=None)
    waiting = set(locked.order_by("key").values_list("key", flat=True))
    for key in keys:
        if key not in waiting:
            raise EventNotFoundError(ref=key)
