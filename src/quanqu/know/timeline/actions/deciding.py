"""Decide a round, in one transaction: what is new, who it is about, what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake import facade as lake
from quanqu.know.consent import facade as consent
from quanqu.know.customers import facade as customers
from quanqu.know.timeline.actions.effects import leave_out, note_effects
from quanqu.know.timeline.actions.outcome import count_violations, drop_arrived, keep_failures
from quanqu.know.timeline.models import InboxBody, SettlementRecord
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.inbox import (
    read_bodies,
    read_keys,
    settled_in,
    waiting_keys,
)
from quanqu.know.timeline.rules.columns import (
    ReadRound,
    fact_table,
    in_columns,
    presence_table,
    profile_tables,
    subjects_of,
)
from quanqu.know.timeline.rules.drafts import Draft
from quanqu.know.timeline.rules.reading import read_as_failures
from quanqu.know.timeline.rules.told_consent import signal_table

WRITER: Final = "timeline.settle"
_LOCK: Final = 7_204_101
_SEEN_TEMP: Final = "timeline_seen_in"
_TAKE_IN: Final = (
    "WITH made AS (INSERT INTO timeline_seen (fingerprint, settlement)"
    " SELECT fingerprint, %s FROM timeline_seen_in ORDER BY 1"
    " ON CONFLICT DO NOTHING RETURNING fingerprint)"
    " SELECT t.at FROM timeline_seen_in t LEFT JOIN made USING (fingerprint)"
    " WHERE made.fingerprint IS NULL"
)


@dataclass(frozen=True, slots=True)
class DecidedRound:
    """A decided round: its record, and the facts the lake has to take under its number."""

    record: SettlementRecord
    facts: pa.Table


@transaction.atomic(durable=True)
def decide(read: ReadRound, keys: Sequence[int], *, now: datetime) -> DecidedRound | None:
    """Decide a round of bodies just read; None when another process was quicker.

    Locks: the settler's lock, until the end of the transaction.
    """
    _serialise()
    waiting = InboxBody.objects.filter(key__in=keys).count() == len(keys)
    if not waiting or SettlementRecord.objects.filter(is_done=False).exists():
        return None
    number = _next_number()
    kept = _take_in(read, number)
    subjects = _resolve(read, now)
    new_failures = keep_failures(read.failures)
    kept_rows = frozenset(kept.to_pylist())
    count_violations(read.violations, kept_rows, new_failures, now=now)
    note_effects(read, kept_rows, leave_out(read.left_out, number), new_failures, now=now)
    customers.record_presence(pairs=presence_table(read, kept, subjects=subjects))
    consent.record_signals(facts=signal_table(read, kept, subjects=subjects), now=now)
    for source, profiles in profile_tables(read, kept, subjects=subjects).items():
        customers.record_profiles(profiles=profiles, source=source, now=now)
    if read.facts.num_rows:
        drop_arrived()
    record = _record(number, keys, now, events=len(kept), failed=len(new_failures))
    record.duplicate_count = read.duplicate_count + read.facts.num_rows - len(kept)
    record.save(force_insert=True)
    return DecidedRound(record, fact_table(read, kept, subjects=subjects, number=number))


@transaction.atomic(durable=True)
def decide_again(record: SettlementRecord) -> DecidedRound:
    """Return an open round's facts: none when the lake has them, else those it took in."""
    _serialise()
    number = record.number
    read = in_columns(Draft())
    if (lake.committed_version(TABLE, WRITER) or 0) < number:
        read = read_keys(record.inbox_keys, blocking=False)
    mine = settled_in(number, read.fingerprints.to_pylist())
    kept = np.flatnonzero([name in mine for name in read.fingerprints.to_pylist()])
    subjects = _resolve(read, record.started_at)
    facts = fact_table(read, pa.array(kept, pa.int32()), subjects=subjects, number=number)
    return DecidedRound(record, facts)


@transaction.atomic(durable=True)
def set_aside(*, now: datetime, error: Exception) -> DecidedRound | None:
    """Make failed events of the oldest body, which cannot be settled."""
    _serialise()
    keys = waiting_keys(most_events=1)
    if not keys:
        return None
    reason = f"it cannot be settled ({type(error).__name__})"
    new_failures = keep_failures(read_as_failures(read_bodies(keys), reason))
    record = _record(_next_number(), keys, now, events=0, failed=len(new_failures))
    record.save(force_insert=True)
    nothing = in_columns(Draft())
    none = pa.array([], pa.int32())
    facts = fact_table(nothing, none, subjects=nothing.given, number=record.number)
    return DecidedRound(record, facts)


def _serialise() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _next_number() -> int:
    """Return a number above all before, also those the lake knows from before a restore."""
    last = SettlementRecord.objects.order_by("-number").values_list("number", flat=True).first()
    return max(last or 0, lake.committed_version(TABLE, WRITER) or 0) + 1


def _take_in(read: ReadRound, number: int) -> pa.Array:
    """Note fingerprints as settled and return the positions of those that are new."""
    count = len(read.fingerprints)
    if not count:
        return pa.array([], pa.int32())
    temp_table(name=_SEEN_TEMP, columns={"fingerprint": "uuid", "at": "integer"})
    positions = np.arange(count, dtype=np.int32)
    rows = pa.table({"fingerprint": read.fingerprints, "at": positions})
    copy_in(table=_SEEN_TEMP, columns=rows.column_names, data=rows)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_IN, [number])
        known = [row[0] for row in cursor.fetchall()]
    return pa.array(np.setdiff1d(positions, known, assume_unique=True), pa.int32())


def _resolve(read: ReadRound, now: datetime) -> pa.Array:
    """Return the subject key of every fact."""
    keys = np.zeros(read.record_count, dtype=np.int64)
    for told in read.claims:
        found = customers.resolve_subjects(
            claims=told.claims, source=told.source, now=now, records=len(told.records)
        )
        keys[list(told.records)] = found.fill_null(0).to_numpy()
    return subjects_of(read, pa.array(keys, mask=keys == 0))


def _record(
    number: int, keys: Sequence[int], now: datetime, *, events: int, failed: int
) -> SettlementRecord:
    return SettlementRecord(
        number=number,
        inbox_keys=list(keys),
        event_count=events,
        duplicate_count=0,
        failed_count=failed,
        started_at=now,
    )
