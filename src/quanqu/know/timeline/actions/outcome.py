"""Write what a round decided beside the lake: failed events and violations of the plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import connection

from quanqu.infra.crypto import facade as crypto
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.kernel.ids import new_id_texts
from quanqu.know.timeline.rules.columns import CountedViolation
from quanqu.know.timeline.rules.drafts import FailureDraft
from quanqu.know.timeline.rules.protect import PURPOSE

_SAMPLES: Final = 5
_FAILED_TEMP: Final = "timeline_failed_in"
_FAILED_COLUMNS: Final = {
    "id": "uuid", "fingerprint": "uuid", "source_key": "bigint", "message_id": "text",
    "event": "text", "code": "text", "reason": "text", "received_at": "timestamptz",
    "sent_at": "text", "is_internal": "boolean", "payload": "bytea",
}  # fmt: skip
_KEEP_FAILED: Final = (
    "INSERT INTO timeline_failed_event AS e (id, fingerprint, source_key, message_id, event,"
    " code, reason, received_at, sent_at, is_internal, payload)"
    " SELECT id, fingerprint, source_key, message_id, event, code, reason, received_at, sent_at,"
    " is_internal, payload FROM timeline_failed_in f WHERE NOT EXISTS"
    " (SELECT FROM timeline_seen s WHERE s.fingerprint = f.fingerprint)"
    " ON CONFLICT (fingerprint) DO UPDATE SET code = excluded.code, reason = excluded.reason,"
    " payload = excluded.payload, received_at = excluded.received_at,"
    " sent_at = excluded.sent_at, replayed_at = NULL RETURNING fingerprint, xmax = 0"
)
_ANY_FAILED: Final = "SELECT EXISTS (SELECT FROM timeline_failed_event)"
_DROP_ARRIVED: Final = (
    "DELETE FROM timeline_failed_event e USING timeline_seen_in t"
    " WHERE e.fingerprint = t.fingerprint"
)
_COUNT: Final = (
    "INSERT INTO timeline_violation AS v"
    " (source_key, event, property, kind, day, count, last_seen_at, samples)"
    " SELECT source_key, event, property, kind, %(day)s, count(*), %(now)s,"
    " (array_agg(message_id ORDER BY message_id))[1:%(samples)s]"
    " FROM unnest(%(sources)s::bigint[], %(events)s::text[], %(properties)s::text[],"
    " %(kinds)s::text[], %(messages)s::text[])"
    " AS t(source_key, event, property, kind, message_id)"
    " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    " ON CONFLICT (source_key, event, property, kind, day) DO UPDATE SET"
    " count = v.count + excluded.count, last_seen_at = excluded.last_seen_at,"
    " samples = (excluded.samples || v.samples)[1:%(samples)s]"
)


def keep_failures(failures: Sequence[FailureDraft]) -> set[bytes]:
    """Keep failed events, each once, and return the fingerprints of those that are new.

    What was settled before is a duplicate, not a failure.
    """
    distinct = {failure.fingerprint: failure for failure in failures}
    if not distinct:
        return set()
    rows = list(distinct.values())
    texts = [row.payload.decode("utf-8", "replace") for row in rows]
    data = {
        name: pa.array([str(getattr(row, name)) for row in rows])
        for name in _FAILED_COLUMNS
        if name not in ("id", "fingerprint", "payload", "received_at")
    }
    data["id"] = pa.array(new_id_texts(len(rows)))
    data["fingerprint"] = pa.array([row.fingerprint.hex() for row in rows])
    data["received_at"] = pa.array([row.received_at for row in rows])
    data["payload"] = pa.array(crypto.encrypt_many(texts, purpose=PURPOSE), pa.binary())
    temp_table(name=_FAILED_TEMP, columns=_FAILED_COLUMNS)
    copy_in(table=_FAILED_TEMP, columns=list(_FAILED_COLUMNS), data=pa.table(data))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_FAILED)
        return {name.bytes for name, is_new in cursor.fetchall() if is_new}


def drop_arrived() -> None:
    """Forget failed events that have arrived in this round after all, replayed or sent again."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_FAILED)
        row = cursor.fetchone()
        if row and row[0]:
            cursor.execute(_DROP_ARRIVED)


def count_violations(
    violations: Sequence[CountedViolation],
    kept: frozenset[int],
    new_failures: set[bytes],
    *,
    now: datetime,
) -> None:
    """Count the violations of events that are new in this round, with samples.

    Shapes: `kept` are the positions of the facts that are new.
    """
    found = [each for each in violations if each.fact in kept or each.fingerprint in new_failures]
    if not found:
        return
    values: dict[str, Any] = {
        "day": now.date(),
        "now": now,
        "samples": _SAMPLES,
        "sources": [each.source_key for each in found],
        "events": [each.event for each in found],
        "properties": [each.violation.property for each in found],
        "kinds": [each.violation.kind.value for each in found],
        "messages": [each.message_id for each in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
