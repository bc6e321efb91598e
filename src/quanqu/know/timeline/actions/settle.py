"""Settle the inbox into the lake, exactly once, whatever crashes.

A round is two transactions with one commit of the lake between them: (1) decide: what is new, who
it is about, what failed, under a settlement number; (2) append the facts to the lake under that
number, which the lake takes once; (3) empty the inbox of the round's bodies and close it.  A round
found open is finished first: its facts are those whose fingerprints it took in.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import DataError, IntegrityError, connection, transaction

from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake import facade as lake
from quanqu.kernel.errors import InvalidError
from quanqu.know.timeline.actions.ahead import ReadAhead
from quanqu.know.timeline.actions.deciding import (
    WRITER,
    DecidedRound,
    decide,
    decide_again,
    set_aside,
)
from quanqu.know.timeline.contracts import Settlement
from quanqu.know.timeline.models import InboxBody, SettlementRecord
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.inbox import read_keys, waiting_keys

MOST_EVENTS: Final = 50_000
ROUNDS_KEPT: Final = 1_000
ROUNDS_A_TIDY: Final = 64
COMPACT_JOB: Final = "timeline.compact_events"
_HOLDER_LOCK: Final = 7_204_102
_HOLD: Final = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    " AND objid = %s AND objsubid = 1) OR pg_try_advisory_lock(%s)"
)
_POISON: Final = (
    ArithmeticError,
    DataError,
    IntegrityError,
    InvalidError,
    LookupError,
    TypeError,
    ValueError,
)


def settle_round(
    *, now: datetime, most_events: int = MOST_EVENTS, ahead: ReadAhead | None = None
) -> Settlement | None:
    """Settle the oldest bodies of the inbox; None when there is nothing to do.

    With `ahead` the next rounds are read in other processes while this one is settled.  Several
    processes may call it: deciding is serialised by a lock, the lake takes a number once.  A body
    that cannot be settled at all is set aside as failed events.
    """
    with _resting_collector():
        for record in SettlementRecord.objects.filter(is_done=False).order_by("number"):
            _finish(decide_again(record))
        decided = _decide_or_set_aside(now, most_events, ahead)
        if decided is None:
            return None
        _finish(decided)
    record = decided.record
    return Settlement(
        record.number,
        len(record.inbox_keys),
        record.event_count,
        record.duplicate_count,
        record.failed_count,
    )


def settle_everything(*, now: datetime) -> tuple[Settlement, ...]:
    """Settle until the inbox is empty: for imports, commands and tests."""
    done = []
    with ReadAhead() as ahead:
        while (settlement := settle_round(now=now, ahead=ahead)) is not None:
            done.append(settlement)
    return tuple(done)


def hold_settler_lock() -> bool:
    """Take this connection's part of settler or keep it, or tell that another process has it.

    It is given back when the connection ends, in whatever way.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [_HOLDER_LOCK, _HOLDER_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _decide_or_set_aside(
    now: datetime, most_events: int, ahead: ReadAhead | None
) -> DecidedRound | None:
    """Decide a round; when something in it cannot be, halve it until the body stands alone."""
    keys = waiting_keys(most_events=most_events)
    while keys:
        try:
            read = ahead.read(keys, most_events) if ahead else read_keys(keys)
            return decide(read, keys, now=now)
        except _POISON as error:
            if len(keys) == 1:
                return set_aside(now=now, error=error)
            keys = keys[: len(keys) // 2]
    return None


def _finish(decided: DecidedRound) -> None:
    record = decided.record
    if decided.facts.num_rows:
        lake.append(name=TABLE, table=decided.facts, app_id=WRITER, app_version=record.number)
    with transaction.atomic(durable=True):
        InboxBody.objects.filter(key__in=record.inbox_keys).delete()
        SettlementRecord.objects.filter(number=record.number).update(is_done=True)
        if record.number % ROUNDS_A_TIDY == 0:
            old = record.number - ROUNDS_KEPT
            SettlementRecord.objects.filter(is_done=True, number__lt=old).delete()
            defer(COMPACT_JOB, once=COMPACT_JOB)


@contextmanager
def _resting_collector() -> Iterator[None]:
    """Keep the cycle collector from walking the many objects of a round again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
