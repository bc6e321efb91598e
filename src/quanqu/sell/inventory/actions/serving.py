"""Give what came free to who waits in line, in the order of arrival."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.db.facade import number_array
from quanqu.infra.outbox.facade import emit
from quanqu.sell.inventory.actions.deciding import decide_turns
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.queueing import SHORTER
from quanqu.sell.inventory.contracts import (
    HoldLine,
    HoldRequest,
    TicketsServed,
    TicketState,
)
from quanqu.sell.inventory.rules.admission import At

__all__ = ["end_tickets", "serve_queues"]

LEVELS_AT_ONCE: Final = 200
IN_TURN: Final = 500
"""Of one line so many are served in one transaction; the rest follows two seconds later."""
ENDED_AT_ONCE: Final = 5_000
_READY: Final = """
SELECT l.place_key, l.variant_key FROM inventory_level l
JOIN LATERAL (
    SELECT t.quantity FROM inventory_ticket t WHERE t.place_key = l.place_key
    AND t.variant_key = l.variant_key AND t.state = 'waiting' ORDER BY t.key LIMIT 1
) first ON first.quantity <= l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated
WHERE l.waiting > 0 AND (l.place_key, l.variant_key) > (%s, %s)
AND (l.closed_from IS NULL OR l.closed_from > %s OR coalesce(l.closed_until <= %s, false))
ORDER BY l.place_key, l.variant_key LIMIT %s
"""
_OVER: Final = (
    "SELECT DISTINCT place_key, variant_key FROM (SELECT place_key, variant_key "
    "FROM inventory_ticket WHERE state = 'waiting' AND waits_until <= %s "
    "ORDER BY waits_until LIMIT %s) t"
)
_ENDED: Final = (
    "UPDATE inventory_ticket k SET state = 'expired', settled_at = %s, who = '', buyer = '' "
    "FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) WHERE k.place_key = t.p "
    "AND k.variant_key = t.v AND k.state = 'waiting' AND k.waits_until <= %s "
    "RETURNING k.place_key, k.variant_key"
)
_NEXT: Final = (
    "SELECT k.id, k.owner, k.place_key, k.variant_key, k.quantity, k.channel, k.buyer, k.turn_s "
    "FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) CROSS JOIN LATERAL (SELECT * "
    "FROM inventory_ticket i WHERE i.place_key = t.p AND i.variant_key = t.v "
    "AND i.state = 'waiting' ORDER BY i.key LIMIT %s) k ORDER BY k.place_key, k.variant_key, k.key"
)
_SETTLED: Final = (
    "UPDATE inventory_ticket k SET state = %s, settled_at = %s, who = '', buyer = '' "
    "WHERE k.id = ANY(%s) AND k.state = 'waiting' RETURNING k.place_key, k.variant_key"
)


def serve_queues(*, now: datetime) -> int:
    """Hold what is free for who waits for it; return how many tickets were served.

    A line is served from its head: who wants more than there is waits, and all behind do.  The
    units are held under the ticket's id for as long as its turn lasts; whoever has as much as one
    buyer may have loses the turn.  Killed half-way, the next run goes on.
    Locks: levels by (place, item), then buyers.  Emits: TicketsServed.
    """
    count, after = 0, (0, 0)
    while ats := _ready(after, now):
        count += _serve(ats, now)
        after = ats[-1]
    return count


def end_tickets(*, now: datetime) -> int:
    """End tickets whose time is over; return how many were.  Locks: levels by (place, item)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_OVER, [now, ENDED_AT_ONCE])
            ats = sorted(cursor.fetchall())
        lock_levels(ats)
        return _end_over(ats, now)


def _ready(after: At, now: datetime) -> list[At]:
    with connection.cursor() as cursor:
        cursor.execute(_READY, [*after, now, now, LEVELS_AT_ONCE])
        return cursor.fetchall()


def _serve(ats: Sequence[At], now: datetime) -> int:
    with transaction.atomic():
        lock_levels(ats)
        _end_over(ats, now)
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [*_keys(ats), IN_TURN])
            requests = [_turn(row, now) for row in cursor.fetchall()]
        answers = decide_turns(requests, now=now) if requests else []
        served = [one for one, told in zip(requests, answers, strict=True) if told.is_granted]
        over = [one.request_id for one, told in zip(requests, answers, strict=True) if told.over]
        _settle(TicketState.SERVED, [one.request_id for one in served], now)
        _settle(TicketState.REFUSED, over, now)
        if served:
            emit(TicketsServed([(str(one.request_id), one.owner) for one in served]), now=now)
    return len(served)


def _turn(row: tuple[UUID, str, int, int, int, str, str, int], now: datetime) -> HoldRequest:
    ticket, owner, place, item, quantity, channel, buyer, turn_s = row
    line = HoldLine(place, item, quantity)
    ends_at = now + timedelta(seconds=turn_s)
    return HoldRequest(ticket, owner, (line,), ends_at, channel=channel, buyer=buyer)


def _end_over(ats: Sequence[At], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [now, *_keys(ats), now])
        ended = cursor.fetchall()
        cursor.execute(SHORTER, _keys(ended))
    return len(ended)


def _settle(state: TicketState, tickets: Sequence[UUID], now: datetime) -> None:
    if not tickets:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [state.value, now, list(tickets)])
        cursor.execute(SHORTER, _keys(cursor.fetchall()))


def _keys(ats: Sequence[At]) -> list[str]:
    return [number_array(place for place, _ in ats), number_array(item for _, item in ats)]
