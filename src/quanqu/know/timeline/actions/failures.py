"""Hand failed events in again, as they were or mended, and show one in full to who may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from quanqu.infra.audit import facade as audit
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.kernel.ids import new_id_texts
from quanqu.know.timeline.contracts import (
    BodyKind,
    EventNotFoundError,
    FailedFilters,
    RepairInputError,
)
from quanqu.know.timeline.models import FailedEvent
from quanqu.know.timeline.queries.failures import failed_events, outside_id
from quanqu.know.timeline.rules.envelope import MAX_EVENT_BYTES
from quanqu.know.timeline.rules.protect import PURPOSE

MOST_REPLAYED: Final = 10_000
_INSERT: Final = (
    "INSERT INTO timeline_inbox"
    " (id, source_key, kind, is_internal, is_clean, event_count, received_at, body)"
    " SELECT id, source_key, %(kind)s, is_internal, false, 1, received_at, body"
    " FROM unnest(%(ids)s::uuid[], %(sources)s::bigint[], %(internal)s::boolean[],"
    " %(received)s::timestamptz[], %(bodies)s::bytea[])"
    " AS t(id, source_key, is_internal, received_at, body)"
)


@transaction.atomic
def replay_failed_events(*, actor: Actor, filters: FailedFilters, now: datetime) -> int:
    """Hand failed events in again, with the times they came with; return how many.

    At most ten thousand at once, the oldest first.  One that still fails is failed again, one
    that was settled meanwhile is a duplicate: replaying twice does no harm.
    Locks: the failed events by key.
    """
    actor.require("timeline.manage")
    found, _ = failed_events(actor, "timeline.manage", filters)
    waiting = found.filter(replayed_at__isnull=True).select_for_update().order_by("key")
    rows = list(waiting[:MOST_REPLAYED])
    if not rows:
        return 0
    hand_in(rows, [crypto.decrypt(bytes(row.payload), purpose=PURPOSE) for row in rows])
    FailedEvent.objects.filter(key__in=[row.key for row in rows]).update(replayed_at=now)
    audit.record(
        actor=actor,
        action="timeline.replay_failed_events",
        subject="timeline",
        now=now,
        after={"count": len(rows)},
    )
    return len(rows)


@transaction.atomic
def reveal_failed_event(*, actor: Actor, failed_id: str, now: datetime) -> str:
    """Return the payload of a failed event as it came; the look is noted in the trail.

    Raises: EventNotFoundError, NotAllowedError without `customers.reveal`.
    """
    actor.require("customers.reveal")
    found, _ = failed_events(actor, "timeline.view", FailedFilters(ids=(failed_id,)))
    row = found.first()
    if row is None:
        raise EventNotFoundError(ref=failed_id)
    audit.record(
        actor=actor, action="timeline.reveal_failed_event", subject=outside_id(row.id), now=now
    )
    return crypto.decrypt(bytes(row.payload), purpose=PURPOSE)


@transaction.atomic
def repair_failed_event(*, actor: Actor, failed_id: str, payload: str, now: datetime) -> None:
    """Hand a failed event in with another payload: JSON text of one event, at most 32 KB.

    The failed event is gone; one that still fails is failed again.  Locks: the failed event.
    Raises: EventNotFoundError, RepairInputError, NotAllowedError without `timeline.manage` and,
    since the whole payload is seen, `customers.reveal`.
    """
    actor.require("timeline.manage")
    actor.require("customers.reveal")
    found, _ = failed_events(actor, "timeline.manage", FailedFilters(ids=(failed_id,)))
    row = found.filter(replayed_at__isnull=True).select_for_update().first()
    if row is None:
        raise EventNotFoundError(ref=failed_id)
    hand_in([row], [_event_text(payload)])
    row.delete()
    audit.record(
        actor=actor,
        action="timeline.repair_failed_event",
        subject=failed_id,
        now=now,
        before={"code": row.code, "event": row.event},
    )


def _event_text(payload: str) -> str:
    try:
        event = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RepairInputError(reason=str(error)) from None
    if not isinstance(event, dict):
        raise RepairInputError(reason="an event is a JSON object")
    text = msgspec.json.encode(event)
    if len(text) > MAX_EVENT_BYTES:
        raise RepairInputError(reason=f"it is larger than {MAX_EVENT_BYTES} bytes")
    return text.decode()


def hand_in(rows: Sequence[FailedEvent], payloads: Sequence[str]) -> None:
    """Put failed events back into the inbox with these payloads, at the time they came."""
    bodies = [_body(text, row.sent_at) for row, text in zip(rows, payloads, strict=True)]
    values: dict[str, Any] = {
        "kind": int(BodyKind.BATCH),
        "ids": new_id_texts(len(rows)),
        "sources": [row.source_key for row in rows],
        "internal": [row.is_internal for row in rows],
        "received": [row.received_at for row in rows],
        "bodies": crypto.encrypt_many(bodies, purpose=PURPOSE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def _body(payload: str, sent_at: str) -> str:
    sent = f',"sentAt":{msgspec.json.encode(sent_at).decode()}' if sent_at else ""
    return f'{{"batch":[{payload}]{sent}}}'
