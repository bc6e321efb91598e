"""Take a place in line for what is not there, and leave it.

Whoever joins is decided in the order of arrival, in sets, under the lock of the level: the keys of
tickets grow with the order in which they came.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Combiner, RoundTrips, number_array, text_array
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.inventory.actions.allowed import MANAGE, require_places
from quanqu.sell.inventory.actions.buyers import LIMITS, ONE_AFTER_THE_OTHER, had, hash_of
from quanqu.sell.inventory.actions.deciding import SHARES
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.contracts import (
    BuyerLimit,
    Ticket,
    TicketNotFoundError,
    TicketRequest,
    TicketServedError,
    TicketState,
)
from quanqu.sell.inventory.models import Ticket as TicketRow
from quanqu.sell.inventory.queries.tickets import tickets_by_id
from quanqu.sell.inventory.rules.admission import At, ChannelShare
from quanqu.sell.inventory.rules.closing import closed_at
from quanqu.sell.inventory.rules.tickets import Line, Lines, as_hold, check_ticket, join

__all__ = ["LOCKED", "SHORTER", "end_waiting", "forget_tickets", "join_queue", "leave_queue"]

MOST_AT_ONCE: Final = 200
_MISSING: Final = (
    "SELECT p, v FROM unnest(%s::int[], %s::bigint[]) AS t(p, v) WHERE NOT EXISTS (SELECT "
    "FROM inventory_level l WHERE l.place_key = t.p AND l.variant_key = t.v)"
)
LOCKED: Final = (
    "SELECT l.place_key, l.variant_key, "
    "l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated - l.fenced, l.waiting, "
    "l.closed_from, l.closed_until "
    "FROM inventory_level l JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON l.place_key = t.p AND l.variant_key = t.v "
    "ORDER BY l.place_key, l.variant_key FOR UPDATE OF l"
)
_KNOWN: Final = "SELECT id FROM inventory_ticket WHERE id = ANY(%s::uuid[])"
_WAITS: Final = (
    "SELECT k.variant_key, k.who, k.id FROM unnest(%s::bigint[], %s::text[]) AS t(v, w) "
    "JOIN inventory_ticket k ON k.variant_key = t.v AND k.who = t.w AND k.state = 'waiting'"
)
_JOINED: Final = (
    "INSERT INTO inventory_ticket (state, joined_at, id, place_key, variant_key, quantity, owner, "
    "channel, who, buyer, turn_s, waits_until) "
    "SELECT 'waiting', %s, i, p, v, q, o, c, w, b, s, u FROM unnest(%s::uuid[], %s::int[], "
    "%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], "
    "%s::timestamptz[]) WITH ORDINALITY AS t(i, p, v, q, o, c, w, b, s, u, number) ORDER BY number"
)
_LONGER: Final = (
    "UPDATE inventory_level l SET waiting = l.waiting + t.n FROM (SELECT p, v, count(*) AS n "
    "FROM unnest(%s::int[], %s::bigint[]) AS u(p, v) GROUP BY 1, 2) t "
    "WHERE l.place_key = t.p AND l.variant_key = t.v"
)
SHORTER: Final = _LONGER.replace("l.waiting + t.n", "l.waiting - t.n")
_LEFT: Final = (
    "UPDATE inventory_ticket SET state = 'left', settled_at = %s, who = '', buyer = '' "
    "WHERE id = ANY(%s) AND state = 'waiting' RETURNING place_key, variant_key"
)
_FORGOTTEN: Final = "DELETE FROM inventory_ticket WHERE settled_at < %s - interval '90 days'"


@dataclass(frozen=True, slots=True)
class _Asked:
    request: TicketRequest
    now: datetime


def join_queue(*, actor: Actor, request: TicketRequest, now: datetime) -> Ticket:
    """Take a place in line for units of an item at a place, behind all who wait for it.

    When it is answered, it is committed.  Asked again under the same id, it is told how it stands.
    Locks: levels by (place, item), then buyers of items.
    Raises: NotAllowedError, StockPlaceError, TicketError, TicketOnceError, BuyerLimitError;
    QueueNotNeededError where nobody waits and there is enough.
    """
    check_ticket(request, now=now)
    require_places(actor, {request.place_key})
    asked = _Asked(request, now)
    refusal = _decide([asked])[0] if connection.in_atomic_block else _COMBINER.ask(asked)
    if refusal is not None:
        raise refusal
    return tickets_by_id([request.ticket_id])[request.ticket_id]


def leave_queue(*, actor: Actor, ticket_id: UUID, now: datetime) -> Ticket:
    """Give up a place in line; of one that waits no more, it changes nothing.

    Locks: the level.  Raises: TicketNotFoundError; TicketServedError where its goods are held.
    """
    end_waiting(actor=actor, ticket_ids=[ticket_id], now=now)
    found = tickets_by_id([ticket_id])[ticket_id]
    if found.state is TicketState.SERVED:
        raise TicketServedError(ref=encode("tkt", ticket_id))
    return found


def end_waiting(*, actor: Actor, ticket_ids: Collection[UUID], now: datetime) -> int:
    """Take places out of their lines, all or none; return how many waited.

    Locks: levels by (place, item).  Raises: NotAllowedError, TicketNotFoundError.
    """
    actor.require(MANAGE)
    scope, wanted = actor.scope(MANAGE), set(ticket_ids)
    rows = list(TicketRow.objects.filter(id__in=wanted))
    known = {one.id for one in rows if scope.everything or one.place_key in scope.places}
    for unknown in sorted(wanted - known):
        raise TicketNotFoundError(ref=encode("tkt", unknown))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCKED, _keys([(one.place_key, one.variant_key) for one in rows]))
        cursor.execute(_LEFT, [now, list(wanted)])
        left = cursor.fetchall()
        cursor.execute(SHORTER, _keys(left))
    return len(left)


def forget_tickets(*, now: datetime) -> int:
    """Forget tickets that have not waited for three months; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, [now])
        return cursor.rowcount


def _decide(asked: Sequence[_Asked]) -> list[QuanquError | None]:
    """Let requests join in their order; return for each why it may not."""
    now = max(one.now for one in asked)
    told = [(one.request, _who(one.request), _buyer(one.request)) for one in asked]
    ats = sorted({(one.request.place_key, one.request.variant_key) for one in asked})
    _open_missing(ats)
    with RoundTrips() as trips:
        known, lines = _looked_up(trips, ats, told, now)
        fresh: dict[UUID, tuple[TicketRequest, str, str]] = {}
        for one in told:
            if one[0].ticket_id not in known:
                fresh.setdefault(one[0].ticket_id, one)
        answers = dict(zip(fresh, join(lines, list(fresh.values())), strict=True))
        joined = [fresh[key] for key, answer in answers.items() if isinstance(answer, int)]
        trips.finish(_written(joined, now))
    return [
        answer if isinstance(answer := answers.get(one.ticket_id), QuanquError) else None
        for one, _, _ in told
    ]


def _open_missing(ats: Sequence[At]) -> None:
    """Make levels of items that never were at their places, so that one can wait for them."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, _keys(ats))
        missing = cursor.fetchall()
    if missing:
        with transaction.atomic():
            open_levels(missing)


def _looked_up(
    trips: RoundTrips,
    ats: Sequence[At],
    told: Sequence[tuple[TicketRequest, str, str]],
    now: datetime,
) -> tuple[set[UUID], Lines]:
    items, who = zip(*sorted({(one.variant_key, who) for one, who, _ in told}), strict=True)
    pairs = [number_array(items), text_array(who)]
    channels = text_array({one.channel for one, _, _ in told} - {""})
    locked, _, known, waits, told_shares, told_limits = trips.ask(
        [
            (LOCKED, _keys(ats)),
            (ONE_AFTER_THE_OTHER, pairs),
            (_KNOWN, [number_array(one.ticket_id for one, _, _ in told)]),
            (_WAITS, pairs),
            (SHARES, [*_keys(ats), channels]),
            (LIMITS, [number_array(set(items))]),
        ]
    )
    limits = [BuyerLimit(*one) for one in told_limits]
    closed = closed_at((((p, v), *span) for p, v, _, _, *span in locked), now)
    shares = {(p, v, name): ChannelShare(*share) for p, v, name, *share in told_shares}
    lines = Lines(
        {(p, v): Line(0 if (p, v) in closed else free, n) for p, v, free, n, *_ in locked},
        {key: one for key, one in shares.items() if key[:2] not in closed},
        limits,
        had(trips, [as_hold(one, buyer) for one, _, buyer in told], limits, now),
        {(item, who): ticket for item, who, ticket in waits},
    )
    return {ticket for (ticket,) in known}, lines


def _written(
    joined: Sequence[tuple[TicketRequest, str, str]], now: datetime
) -> list[tuple[str, Sequence[object]]]:
    if not joined:
        return []
    requests = [one for one, _, _ in joined]
    columns = [
        now,
        number_array(one.ticket_id for one in requests),
        number_array(one.place_key for one in requests),
        number_array(one.variant_key for one in requests),
        number_array(one.quantity for one in requests),
        text_array(one.owner for one in requests),
        text_array(one.channel for one in requests),
        text_array(who for _, who, _ in joined),
        text_array(buyer for _, _, buyer in joined),
        number_array(one.turn_s for one in requests),
        text_array(one.waits_until.isoformat() for one in requests),
    ]
    ats = [(one.place_key, one.variant_key) for one in requests]
    return [(_JOINED, columns), (_LONGER, _keys(ats))]


def _buyer(request: TicketRequest) -> str:
    return hash_of(request.buyer) if request.buyer else ""


def _who(request: TicketRequest) -> str:
    return _buyer(request) or hash_of(f"owner {request.owner}")


def _keys(ats: Sequence[At]) -> list[str]:
    return [number_array(place for place, _ in ats), number_array(item for _, item in ats)]


_COMBINER: Final = Combiner(_decide, most=MOST_AT_ONCE)
