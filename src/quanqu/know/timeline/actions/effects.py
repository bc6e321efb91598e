"""Note what the settings of sources did in a round: left out, marked, refused."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from quanqu.know.timeline.contracts import EffectKind, FailureCode
from quanqu.know.timeline.rules.columns import ReadRound
from quanqu.know.timeline.rules.drafts import LeftOut

_LEAVE_OUT: Final = (
    "WITH made AS (INSERT INTO timeline_seen (fingerprint, settlement)"
    " SELECT name, %(round)s FROM unnest(%(names)s::uuid[]) AS t(name) ORDER BY 1"
    " ON CONFLICT DO NOTHING RETURNING fingerprint), arrived AS"
    " (DELETE FROM timeline_failed_event WHERE fingerprint = ANY(%(names)s::uuid[]))"
    " SELECT fingerprint FROM made"
)
_NOTE: Final = (
    "INSERT INTO timeline_source_effect AS e (source_key, kind, day, count)"
    " SELECT source_key, kind, %(day)s, count"
    " FROM unnest(%(sources)s::bigint[], %(kinds)s::text[], %(counts)s::bigint[])"
    " AS t(source_key, kind, count) ORDER BY 1, 2"
    " ON CONFLICT (source_key, kind, day) DO UPDATE SET count = e.count + excluded.count"
)


def leave_out(events: Sequence[LeftOut], number: int) -> list[LeftOut]:
    """Note events that a source's settings leave out, and return those that are new.

    Their fingerprints are kept under the negative number of the round, so that a repetition is
    not counted again and finishing the round again does not take them for its facts.
    """
    if not events:
        return []
    names = [event.fingerprint.hex() for event in events]
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE_OUT, {"round": -number, "names": names})
        new = {row[0].bytes for row in cursor.fetchall()}
    return [event for event in events if event.fingerprint in new]


def note_effects(
    read: ReadRound,
    kept: frozenset[int],
    left_out: Sequence[LeftOut],
    new_failures: set[bytes],
    *,
    now: datetime,
) -> None:
    """Count what the settings did to events that are new in this round, by source and day."""
    counts = Counter((source, kind.value) for row, source, kind in read.effects if row in kept)
    counts.update((event.source_key, event.kind.value) for event in left_out)
    counts.update(
        (failure.source_key, EffectKind.OUT_OF_TIME.value)
        for failure in {each.fingerprint: each for each in read.failures}.values()
        if failure.code is FailureCode.OUT_OF_TIME and failure.fingerprint in new_failures
    )
    if not counts:
        return
    values: dict[str, Any] = {
        "day": now.date(),
        "sources": [source for source, _ in counts],
        "kinds": [kind for _, kind in counts],
        "counts": list(counts.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
