"""Emit events inside a transaction; deliver them after it, exactly once per handler."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from django.db import transaction
from django.db.models import Q

from quanqu.infra.jobs.facade import defer
from quanqu.infra.outbox.contracts import Delivery, Event
from quanqu.infra.outbox.models import OutboxEvent, OutboxReceipt
from quanqu.infra.outbox.registry import Registration, handlers_of

DELIVER_JOB = "outbox.deliver_events"
BATCH = 200
LONGEST_WAIT_S = 600

log = structlog.get_logger("quanqu.outbox")


def emit(event: Event, *, now: datetime) -> None:
    """State an event in the current transaction. Raises: TransactionManagementError outside."""
    emit_many([event], now=now)


def emit_many(events: Sequence[Event], *, now: datetime) -> None:
    """State events, in their order, in the current transaction by one statement.

    Raises: TransactionManagementError outside.
    """
    if not events:
        return
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{events[0].name} was emitted outside a transaction"
        )
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name=event.name, payload=msgspec.to_builtins(event), emitted_at=now)
        for event in events
    )
    defer(DELIVER_JOB, once=DELIVER_JOB)


def deliver_events(*, now: datetime) -> Delivery:
    """Deliver what waits, oldest first, until nothing that may be tried now is left."""
    delivered, failed, after = 0, 0, 0
    while keys := _waiting_keys(after=after, now=now):
        for key in keys:
            done = _deliver_one(key, now=now)
            delivered += done is True
            failed += done is False
        after = keys[-1]
    return Delivery(delivered, failed)


def _waiting_keys(*, after: int, now: datetime) -> list[int]:
    due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
    waiting = OutboxEvent.objects.filter(due, delivered_at__isnull=True, key__gt=after)
    return list(waiting.order_by("key").values_list("key", flat=True)[:BATCH])


def _deliver_one(key: int, *, now: datetime) -> bool | None:
    """Return True when delivered, False when a handler failed, None when another worker has it."""
    with transaction.atomic():
        locked = OutboxEvent.objects.select_for_update(skip_locked=True)
        event = locked.filter(key=key, delivered_at__isnull=True).first()
        if event is None:
            return None
        errors = [
            error for found in handlers_of(event.name) if (error := _handle(event, found, now))
        ]
        if not errors:
            event.delivered_at = now
        else:
            event.attempts += 1
            wait_s = min(2**event.attempts, LONGEST_WAIT_S)
            event.next_attempt_at = now + timedelta(seconds=wait_s)
            event.last_error = "\n".join(errors)
        event.save()
    return not errors


def _handle(event: OutboxEvent, found: Registration, now: datetime) -> str | None:
    if OutboxReceipt.objects.filter(event_key=event.key, handler=found.name).exists():
        return None
    try:
        message: Any = msgspec.convert(event.payload, type=found.event)
        with transaction.atomic():
            OutboxReceipt.objects.create(event_key=event.key, handler=found.name, handled_at=now)
            found.handle(message, now=now)
    except Exception as error:
        log.exception("handler failed", event_name=event.name, handler=found.name)
        return f"{found.name}: {type(error).__name__}"
    return None
