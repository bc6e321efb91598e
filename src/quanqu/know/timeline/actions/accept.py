"""Accept events: one durable row of the inbox for each body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg
from django.db import connection

from quanqu.infra.crypto import facade as crypto
from quanqu.kernel import ids
from quanqu.know.timeline.contracts import (
    MAX_BATCH_EVENTS,
    Acceptance,
    BatchTooLongError,
    BodyKind,
    EventsRefusedError,
    MalformedBatchError,
    SourceNotFoundError,
    TooManyEventsError,
    TrackingSource,
)
from quanqu.know.timeline.models import Source
from quanqu.know.timeline.queries.live import on_live_connection
from quanqu.know.timeline.rules.envelope import read_body
from quanqu.know.timeline.rules.protect import PURPOSE

_INSERT: Final = (
    b"INSERT INTO timeline_inbox"
    b" (id, source_key, kind, is_internal, is_clean, event_count, received_at, body)"
    b" VALUES (%s, %s, %s, %s, %s, %s, %s, %b) ON CONFLICT (id) DO NOTHING"
)
_TAKE: Final = (
    "INSERT INTO timeline_rate_bucket AS b (source_key, tokens, filled_at)"
    " VALUES (%(source)s, %(rate)s - %(count)s, %(now)s)"
    " ON CONFLICT (source_key) DO UPDATE SET filled_at = excluded.filled_at,"
    " tokens = least(%(rate)s, b.tokens + %(rate)s *"
    " greatest(extract(epoch FROM excluded.filled_at - b.filled_at), 0)) - %(count)s"
    " WHERE b.tokens + %(rate)s *"
    " greatest(extract(epoch FROM excluded.filled_at - b.filled_at), 0) > 0 RETURNING 1"
)
_INTERNAL_EVENTS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Body:
    source_key: int
    kind: BodyKind
    text: bytes
    event_count: int
    is_clean: bool
    is_internal: bool = False


def accept_body(
    *, source: TrackingSource, kind: BodyKind, body: bytes, now: datetime
) -> Acceptance:
    """Store a body of the tracking API for good and tell which of its events were accepted.

    When this returns the body is on disk.  Refused events are kept with it and become failed
    events when it is settled.  The same body may be sent again: message ids tell events apart.
    Raises: MalformedBatchError, BatchTooLongError, EventsRefusedError, TooManyEventsError,
    InboxUnavailableError.
    """
    found = read_body(kind, body)
    count = len(found.events) + len(found.rejected)
    rejected = tuple(event for event, _ in found.rejected)
    if not count:
        return Acceptance(0, ())
    if count > MAX_BATCH_EVENTS:
        raise BatchTooLongError(count=count, limit=MAX_BATCH_EVENTS)
    if source.rate_limit and not _take(source, count, now):
        raise TooManyEventsError(retry_after_s=1)
    _store(_Body(source.key, kind, body, count, is_clean=not rejected), now)
    if not found.events:
        first = rejected[0]
        raise EventsRefusedError(index=first.index, reason=first.reason, rejected=rejected)
    return Acceptance(len(found.events), rejected)


def accept_events(
    *,
    source_code: str,
    events: Sequence[Mapping[str, Any]] | bytes,
    now: datetime,
    is_internal: bool = True,
) -> Acceptance:
    """Hand in events of the house itself, within the caller's transaction.

    Shapes: mappings in the form of the Segment specification, or the same as lines of JSON.  An
    event without userId and anonymousId is accepted: it is nobody's.  Those that the house only
    reads for somebody (`is_internal` false) are held against the settings of their source.
    Give every event a `messageId` that stays the same when it is handed in again.
    Raises: SourceNotFoundError, MalformedBatchError, InboxUnavailableError.
    """
    source_key = Source.objects.filter(code=source_code).values_list("key", flat=True).first()
    if source_key is None:
        raise SourceNotFoundError(ref=source_code)
    pieces = events.splitlines() if isinstance(events, bytes) else _encoded(events)
    pieces = [piece for piece in pieces if piece.strip()]
    accepted, rejected = 0, []
    for at in range(0, len(pieces), _INTERNAL_EVENTS):
        chunk = pieces[at : at + _INTERNAL_EVENTS]
        body = b'{"batch":[' + b",".join(chunk) + b"]}"
        found = read_body(BodyKind.BATCH, body, needs_identity=not is_internal)
        is_clean = not found.rejected
        _store(_Body(source_key, BodyKind.BATCH, body, len(chunk), is_clean, is_internal), now)
        accepted += len(found.events)
        rejected += [replace(event, index=at + event.index) for event, _ in found.rejected]
    return Acceptance(accepted, tuple(rejected))


def _encoded(events: Sequence[Mapping[str, Any]]) -> list[bytes]:
    try:
        return [msgspec.json.encode(event) for event in events]
    except (TypeError, ValueError, OverflowError) as error:
        raise MalformedBatchError(reason=str(error)) from None


def _store(body: _Body, now: datetime) -> None:
    """Insert one row; its id makes a repetition harmless when the first try was committed."""
    sealed = crypto.encrypt(body.text.decode(), purpose=PURPOSE)
    row = (
        ids.new_id(),
        body.source_key,
        int(body.kind),
        body.is_internal,
        body.is_clean,
        body.event_count,
        now,
        sealed,
    )

    def insert() -> None:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            # the server binds, so that a large body is neither quoted nor parsed as SQL
            psycopg.Cursor(connection.connection).execute(_INSERT, row)

    on_live_connection(insert)


def _take(source: TrackingSource, count: int, now: datetime) -> bool:
    """Take from the source's bucket: a second's worth at most, and one batch may overdraw it."""
    values: dict[str, Any] = {
        "source": source.key,
        "rate": source.rate_limit,
        "count": count,
        "now": now,
    }

    def take() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, values)
            return cursor.fetchone() is not None

    return on_live_connection(take)
