"""Identifiers that lead to nobody any more, and the lock between those who resolve and who erase.

Whoever turns identifiers into people holds the lock shared until the transaction ends, and looks
at the list after it has the lock.  Whoever suppresses takes it alone.  So once an identifier is on
the list and that is committed, no transaction is under way that took it for a person's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

_LOCK: Final = 7_204_003
_MATCH: Final = (
    "SELECT w.at FROM unnest(%s::text[], %s::bytea[]) WITH ORDINALITY AS w (kind, value_hash, at) "
    "JOIN personal_suppressed s ON s.kind = w.kind AND s.value_hash = w.value_hash"
)
_MET: Final = (
    "UPDATE personal_suppressed s SET met_count = s.met_count + m.times, last_met_at = %s FROM ("
    "SELECT f.kind, f.value_hash, w.times FROM personal_suppressed f JOIN "
    "unnest(%s::text[], %s::bytea[], %s::bigint[]) AS w (kind, value_hash, times) "
    "ON f.kind = w.kind AND f.value_hash = w.value_hash "
    "ORDER BY f.kind, f.value_hash FOR UPDATE OF f) m "
    "WHERE s.kind = m.kind AND s.value_hash = m.value_hash"
)


def hold_off_erasure() -> bool:
    """Keep suppressing from happening until this transaction ends; tell whether the list has any.

    Locks: the suppression lock, shared.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
        # a statement of its own: it must see what was committed while the lock was waited for
        cursor.execute("SELECT EXISTS (SELECT FROM personal_suppressed)")
        return bool(cursor.fetchone()[0])


def find_suppressed(*, kinds: Sequence[str], hashes: Sequence[bytes]) -> list[int]:
    """Return the positions of those that are on the list."""
    with connection.cursor() as cursor:
        cursor.execute(_MATCH, [list(kinds), list(hashes)])
        return sorted(row[0] - 1 for row in cursor.fetchall())


def count_met(
    *, kinds: Sequence[str], hashes: Sequence[bytes], times: Sequence[int], now: datetime
) -> None:
    """Note that identifiers of the list were met again, and how often."""
    with connection.cursor() as cursor:
        cursor.execute(_MET, [now, list(kinds), list(hashes), list(times)])


def suppress(*, kinds: Sequence[str], hashes: Sequence[bytes], now: datetime) -> int:
    """Put identifiers on the list and return how many were new.

    Waits for every transaction that resolved people.  Locks: the suppression lock, alone; take it
    before any other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "INSERT INTO personal_suppressed (kind, value_hash, suppressed_at, met_count) "
            "SELECT DISTINCT k, h, %s::timestamptz, 0 FROM unnest(%s::text[], %s::bytea[]) "
            "AS t (k, h) ON CONFLICT DO NOTHING",
            [now, list(kinds), list(hashes)],
        )
        return int(cursor.rowcount)


def suppression_figures() -> tuple[int, int]:
    """Return how many identifiers are on the list, and how often they were met since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(sum(met_count), 0) FROM personal_suppressed")
        count, met = cursor.fetchone()
    return int(count), int(met)


def suppressed_since(*, since: datetime) -> list[tuple[str, bytes]]:
    """Return what was put on the list after a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, value_hash FROM personal_suppressed WHERE suppressed_at > %s", [since]
        )
        return [(kind, bytes(value)) for kind, value in cursor.fetchall()]
