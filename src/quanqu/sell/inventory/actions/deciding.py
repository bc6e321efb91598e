"""Decide holds in sets: one statement where there is enough for all, two round trips else.

Sources: docs/rules/stock.md, docs/rules/stock-queue.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from quanqu.infra.db.facade import RoundTrips, number_array, run_prepared, text_array
from quanqu.sell.inventory.actions.buyers import LIMITS, had, hashed
from quanqu.sell.inventory.actions.ending import end_expired_at
from quanqu.sell.inventory.actions.granting import ALL_AT_ONCE, keys_of, lines_of, written
from quanqu.sell.inventory.actions.kits import write_kits
from quanqu.sell.inventory.contracts import BuyerLimit, Hold, HoldRequest, HoldState
from quanqu.sell.inventory.queries.kits import kit_parts
from quanqu.sell.inventory.rules.admission import (
    At,
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
SHARES: Final = (
    "SELECT s.place_key, s.variant_key, s.channel, s.kept, s.buffer FROM inventory_channel_share s "
    "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) ON s.place_key = t.p AND s.variant_key = t.v "
    "WHERE s.channel = ANY(%s::text[])"
)
_KNOWN: Final = (
    "SELECT request_id, state FROM inventory_hold "
    "WHERE request_id = ANY(%s::uuid[]) AND line_no = 1"
)
_DATED: Final = (
    "SELECT EXISTS (SELECT FROM inventory_release WHERE variant_key = ANY(%s::bigint[]))"
)
_IS_ANY_OVER: Final = (
    "SELECT EXISTS (SELECT FROM inventory_hold WHERE state = 'held' AND expires_at <= %s)"
)

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
    is_granted, is_dated = _are_all_granted(requests, now)
    if is_granted:
        return [Hold(one.request_id, is_dated=is_dated) for one in requests]
    return _decided_in_turn(requests, now, own)


def decide_turns(requests: Sequence[HoldRequest], *, now: datetime) -> list[Hold]:
    """Decide what those in line get, in the order of each line; their buyers are hashed already.

    Where one is short, whoever stands behind is as well.  Locks: levels by (place, item).
    """
    return _decided_in_turn(requests, now, None)


def _are_all_granted(requests: Sequence[HoldRequest], now: datetime) -> tuple[bool, bool]:
    """Grant all requests by one statement, or none: where one is short, or was asked before.

    Tells also whether an item of them has a release day.
    """
    statement = (ALL_AT_ONCE, lines_of([(one, {}) for one in requests], now))
    try:
        if connection.in_atomic_block:  # a failure must leave the transaction as it was
            with RoundTrips() as trips:
                [((fits, is_dated),)] = trips.finish([statement])
        else:
            ((fits, is_dated),) = run_prepared(*statement)
    except IntegrityError:  # one of them is known already
        return False, False
    return fits, is_dated


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
        items = number_array({variant for _, variant in ats})
        locked, stored, ((is_any_over,),), ((is_dated,),), told_shares, told_limits = trips.ask(
            [
                (_LOCKED, keys_of(ats)),
                (_KNOWN, [ids]),
                (_IS_ANY_OVER, [now]),
                (_DATED, [items]),
                (SHARES, [*keys_of(ats), channels]),
                (LIMITS, [items]),
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
            trips.finish(written(granted, {one.variant_key for one in limits}, now))
            found = [_told(one, told[one.request_id], firsts) for one in requests]
            return [replace(one, is_dated=True) for one in found] if is_dated else found
    end_expired_at(short, now=now)
    return _decided_in_turn(requests, now, own, is_swept=True)


def _decided_by_parts(
    requests: Sequence[HoldRequest], kits: Kits, now: datetime, own: Mapping[At, int] | None
) -> list[Hold]:
    """Decide requests for kits by what these are made of, all parts or none."""
    parts = [in_parts(one, kits) for one in requests]
    with transaction.atomic():
        return write_kits(requests, _decided_in_turn(parts, now, own), kits)


def _short(answers: Sequence[Hold]) -> set[At]:
    return {(one.line.place_key, one.line.variant_key) for told in answers for one in told.short}


def _as_it_stands(request_id: UUID, state: str) -> Hold:
    """Return what is told to whoever asks again."""
    stands = HoldState(state)
    return Hold(request_id, ended=stands if stands in _ENDED else None, is_repeat=True)


def _told(request: HoldRequest, hold: Hold, firsts: Mapping[UUID, HoldRequest]) -> Hold:
    """Return the answer to a request of a set, in which another may have been the first."""
    return hold if firsts[request.request_id] is request else replace(hold, is_repeat=True)
