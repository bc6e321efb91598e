"""Decide holds in sets: one statement where there is enough for all, two round trips else.

Sources: docs/rules/stock.md, docs/rules/stock-queue.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from quanqu.infra.db.facade import RoundTrips, number_array, run_prepared, text_array
from quanqu.sell.inventory.actions.buyers import LIMITS, had, hashed
from quanqu.sell.inventory.actions.ending import end_expired_at
from quanqu.sell.inventory.actions.kits import write_kits
from quanqu.sell.inventory.contracts import BuyerLimit, Hold, HoldRequest, HoldState
from quanqu.sell.inventory.queries.kits import kit_parts
from quanqu.sell.inventory.rules.admission import (
    At,
    AtChannel,
    ChannelShare,
    Queues,
    admit,
)
from quanqu.sell.inventory.rules.closing import closed_at, named
from quanqu.sell.inventory.rules.kits import Kits, in_parts

__all__ = ["SHARES", "decide_holds", "decide_turns"]

_LOCKED: Final = (
    "SELECT l.place_key, l.variant_key, "
    "l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated - l.fenced, "
    "l.waiting, l.closed_from, l.closed_until "
    "FROM inventory_level l JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON l.place_key = t.p AND l.variant_key = t.v "
    "ORDER BY l.place_key, l.variant_key FOR UPDATE OF l"
)
_ALL_AT_ONCE: Final = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::int[]), (SELECT %s::bigint[]), (SELECT %s::bigint[]),
        (SELECT %s::bigint[]), (SELECT %s::bigint[]))
        AS t(place_key, variant_key, held, allocated, drawn)
), locked AS MATERIALIZED (
    SELECT l.key, w.held, w.allocated, w.drawn,
        l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated - l.fenced + w.drawn
            >= w.held + w.allocated AND NOT (l.is_ruled AND (SELECT %s))
            AND (l.closed_from IS NULL OR l.closed_from > n.at
                OR coalesce(l.closed_until <= n.at, false))
            AND (l.waiting = 0 OR (SELECT %s)) AS is_enough
    FROM inventory_level l JOIN wanted w USING (place_key, variant_key),
        (SELECT %s::timestamptz) AS n(at)
    ORDER BY l.place_key, l.variant_key FOR UPDATE OF l
), verdict AS MATERIALIZED (
    SELECT coalesce(bool_and(is_enough), false) AND count(*) = (SELECT count(*) FROM wanted) AS fits
    FROM locked
), holds AS (
    INSERT INTO inventory_hold (held_at, request_id, line_no, owner, channel, buyer, place_key,
        variant_key, quantity, state, expires_at, fenced)
    SELECT %s, t.* FROM unnest((SELECT %s::uuid[]), (SELECT %s::int[]), (SELECT %s::text[]),
        (SELECT %s::text[]), (SELECT %s::text[]), (SELECT %s::int[]), (SELECT %s::bigint[]),
        (SELECT %s::bigint[]), (SELECT %s::text[]), (SELECT %s::timestamptz[]),
        (SELECT %s::bigint[])) AS t,
        verdict WHERE verdict.fits
), claims AS (
    UPDATE inventory_level l SET held = l.held + k.held, allocated = l.allocated + k.allocated,
        fenced = l.fenced - k.drawn
    FROM locked k, verdict WHERE l.key = k.key AND verdict.fits
)
SELECT fits FROM verdict
"""
"""An array inside a SELECT hides its length, so that one plan is made and kept for all.

Where more than the balances decides, or others wait in line, and it was not looked at under the
lock, nothing is granted.
"""
SHARES: Final = (
    "SELECT s.place_key, s.variant_key, s.channel, s.kept, s.buffer FROM inventory_channel_share s "
    "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) ON s.place_key = t.p AND s.variant_key = t.v "
    "WHERE s.channel = ANY(%s::text[])"
)
_DRAWN: Final = (
    "UPDATE inventory_channel_share s SET kept = s.kept - t.n, wanted = s.wanted - t.n "
    "FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::bigint[]) AS t(p, v, c, n) "
    "WHERE s.place_key = t.p AND s.variant_key = t.v AND s.channel = t.c"
)
_KNOWN: Final = (
    "SELECT request_id, state FROM inventory_hold "
    "WHERE request_id = ANY(%s::uuid[]) AND line_no = 1"
)
_IS_ANY_OVER: Final = (
    "SELECT EXISTS (SELECT FROM inventory_hold WHERE state = 'held' AND expires_at <= %s)"
)

Granted = tuple[HoldRequest, Mapping[At, int]]
"""A request, and how much of what is kept for its channel goes into it."""

_ENDED: Final = frozenset({HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT})


def decide_holds(
    requests: Sequence[HoldRequest], *, now: datetime, own: Mapping[At, int] = MappingProxyType({})
) -> list[Hold]:
    """Decide requests in their order, in one transaction.

    `own`: units that the caller gave free in this transaction, which nobody in line has a right to.
    Locks: levels by (place, item).
    """
    if not requests:
        return []
    if _are_all_granted(requests, now):
        return [Hold(one.request_id) for one in requests]
    return _decided_in_turn(requests, now, own)


def decide_turns(requests: Sequence[HoldRequest], *, now: datetime) -> list[Hold]:
    """Decide what those in line get, in the order of each line; their buyers are hashed already.

    Where one is short, whoever stands behind is as well.  Locks: levels by (place, item).
    """
    return _decided_in_turn(requests, now, None)


def _are_all_granted(requests: Sequence[HoldRequest], now: datetime) -> bool:
    """Grant all requests by one statement, or none: where one is short, or was asked before."""
    statement = (_ALL_AT_ONCE, _lines_of([(one, {}) for one in requests], now))
    try:
        if connection.in_atomic_block:  # a failure must leave the transaction as it was
            with RoundTrips() as trips:
                [((fits,),)] = trips.finish([statement])
        else:
            ((fits,),) = run_prepared(*statement)
    except IntegrityError:  # one of them is known already
        return False
    return bool(fits)


class _OfKitsError(Exception):
    """Kits are asked for: what was locked for them is let go, their parts are decided instead."""

    def __init__(self, kits: Kits) -> None:
        super().__init__()
        self.kits = kits


def _decided_in_turn(
    requests: Sequence[HoldRequest],
    now: datetime,
    own: Mapping[At, int] | None,
    *,
    is_swept: bool = False,
) -> list[Hold]:
    """Look under the lock; without `own`, the requests are those of who waits in line."""
    try:
        return _decided(requests, now, own, is_swept=is_swept)
    except _OfKitsError as asked:
        return _decided_by_parts(requests, asked.kits, now, own)


def _decided(
    requests: Sequence[HoldRequest],
    now: datetime,
    own: Mapping[At, int] | None,
    *,
    is_swept: bool,
) -> list[Hold]:
    ats = sorted({(line.place_key, line.variant_key) for one in requests for line in one.lines})
    ids = number_array(one.request_id for one in requests)
    channels = text_array({one.channel for one in requests} - {""})
    with RoundTrips() as trips:
        locked, stored, ((is_any_over,),), told_shares, told_limits = trips.ask(
            [
                (_LOCKED, _keys(ats)),
                (_KNOWN, [ids]),
                (_IS_ANY_OVER, [now]),
                (SHARES, [*_keys(ats), channels]),
                (LIMITS, [number_array({variant for _, variant in ats})]),
            ]
        )
        limits = [BuyerLimit(*one) for one in told_limits]
        available: dict[At, int] = {(place, item): free for place, item, free, *_ in locked}
        missing = {item for _, item in ats} - {item for _, item in available}
        if missing and (kits := kit_parts(missing)):  # they have no levels: their parts have
            raise _OfKitsError(kits)
        shares = {(p, v, name): ChannelShare(*share) for p, v, name, *share in told_shares}
        closed = closed_at((((p, v), *span) for p, v, _, _, *span in locked), now)
        if closed:
            available |= dict.fromkeys(closed, 0)
            shares = {key: one for key, one in shares.items() if key[:2] not in closed}
        queued = {(p, v) for p, v, _, waiting, *_ in locked if waiting and own is not None}
        queues = Queues({at: (own or {}).get(at, 0) for at in queued}, is_turn=own is None)
        known = {request_id: _as_it_stands(request_id, state) for request_id, state in stored}
        firsts: dict[UUID, HoldRequest] = {}
        for one in requests:
            firsts.setdefault(one.request_id, one)  # sent twice, decided once
        asked = [one for one in firsts.values() if one.request_id not in known]
        if own is not None:
            asked = [hashed(one) for one in asked]
        answers = admit(available, asked, shares, limits, had(trips, asked, limits, now), queues)
        short = _short([one.hold for one in answers]) & available.keys()
        if is_swept or not (short and is_any_over):
            told = {one.hold.request_id: named(one.hold, closed, queued) for one in answers} | known
            granted = [
                (request, answer.drawn)
                for request, answer in zip(asked, answers, strict=True)
                if answer.hold.is_granted
            ]
            trips.finish(_written(granted, {one.variant_key for one in limits}, now))
            return [_told(one, told[one.request_id], firsts) for one in requests]
    end_expired_at(short, now=now)
    return _decided_in_turn(requests, now, own, is_swept=True)


def _decided_by_parts(
    requests: Sequence[HoldRequest], kits: Kits, now: datetime, own: Mapping[At, int] | None
) -> list[Hold]:
    """Decide requests for kits by what these are made of, all parts or none."""
    parts = [in_parts(one, kits) for one in requests]
    with transaction.atomic():
        return write_kits(requests, _decided_in_turn(parts, now, own), kits)


def _written(
    granted: Sequence[Granted], limited: Collection[int], now: datetime
) -> list[tuple[str, Sequence[object]]]:
    """Return the statements that write what was granted under the lock."""
    if not granted:
        return []
    drawn: dict[AtChannel, int] = {}
    for request, parts in granted:
        for at, units in parts.items():
            key = (*at, request.channel)
            drawn[key] = drawn.get(key, 0) + units
    statements: list[tuple[str, Sequence[object]]] = [
        (_ALL_AT_ONCE, _lines_of(granted, now, limited, is_decided=True))
    ]
    if drawn:
        places, variants, channels = zip(*drawn, strict=True)
        told = [number_array(places), number_array(variants), text_array(channels)]
        statements.append((_DRAWN, [*told, number_array(drawn.values())]))
    return statements


def _short(answers: Sequence[Hold]) -> set[At]:
    return {(one.line.place_key, one.line.variant_key) for told in answers for one in told.short}


def _as_it_stands(request_id: UUID, state: str) -> Hold:
    """Return what is told to whoever asks again."""
    stands = HoldState(state)
    return Hold(request_id, ended=stands if stands in _ENDED else None, is_repeat=True)


def _told(request: HoldRequest, hold: Hold, firsts: Mapping[UUID, HoldRequest]) -> Hold:
    """Return the answer to a request of a set, in which another may have been the first."""
    return hold if firsts[request.request_id] is request else replace(hold, is_repeat=True)


def _lines_of(
    granted: Sequence[Granted],
    now: datetime,
    limited: Collection[int] = (),
    *,
    is_decided: bool = False,
) -> list[object]:
    """Return what `_ALL_AT_ONCE` is told: the claims by place and item, then the lines."""
    rows: list[tuple[object, ...]] = []
    claims: dict[At, list[int]] = {}
    for request, drawn in granted:
        is_held = request.expires_at is not None
        state = HoldState.HELD.value if is_held else HoldState.ALLOCATED.value
        ends = request.expires_at.isoformat() if request.expires_at is not None else "NULL"
        left = dict(drawn)
        for number, line in enumerate(request.lines, 1):
            at = (line.place_key, line.variant_key)
            fenced = min(left.get(at, 0), line.quantity)
            if fenced:
                left[at] -= fenced
            claim = claims.setdefault(at, [0, 0, 0])
            claim[0 if is_held else 1] += line.quantity
            claim[2] += fenced
            rows.append((request.request_id, number, *at, line.quantity, state, ends, fenced))
    ids, numbers, *columns = zip(*rows, strict=True)
    owners = text_array(one.owner for one, _ in granted for _ in one.lines)
    channels = text_array(one.channel for one, _ in granted for _ in one.lines)
    claimed = [number_array(column) for column in zip(*claims.values(), strict=True)]
    buyers = text_array(
        one.buyer if line.variant_key in limited else "" for one, _ in granted for line in one.lines
    )
    is_open = not is_decided and any(one.channel or one.buyer for one, _ in granted)
    told = [now, number_array(ids), number_array(numbers), owners, channels, buyers]
    looked = [is_open, is_decided, now]
    return [*_keys(list(claims)), *claimed, *looked, *told, *map(number_array, columns)]


def _keys(ats: Sequence[At]) -> list[object]:
    places, variants = zip(*ats, strict=True) if ats else ((), ())
    return [number_array(places), number_array(variants)]
