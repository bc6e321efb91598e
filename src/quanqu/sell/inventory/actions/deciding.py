"""Decide holds in sets: one statement where there is enough for all, two round trips else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from quanqu.infra.db.facade import RoundTrips, number_array, run_prepared, text_array
from quanqu.sell.inventory.actions.ending import end_expired_at
from quanqu.sell.inventory.contracts import Hold, HoldRequest, HoldState
from quanqu.sell.inventory.rules.admission import At, admit

__all__ = ["decide_holds"]

_LOCKED: Final = (
    "SELECT l.place_key, l.variant_key, "
    "l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated "
    "FROM inventory_level l JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON l.place_key = t.p AND l.variant_key = t.v "
    "ORDER BY l.place_key, l.variant_key FOR UPDATE OF l"
)
_ALL_AT_ONCE: Final = """
WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::int[]), (SELECT %s::bigint[]), (SELECT %s::bigint[]),
        (SELECT %s::bigint[]))
        AS t(place_key, variant_key, held, allocated)
), locked AS MATERIALIZED (
    SELECT l.key, w.held, w.allocated,
        l.on_hand - l.safety + l.backorder_limit - l.held - l.allocated
            >= w.held + w.allocated AS is_enough
    FROM inventory_level l JOIN wanted w USING (place_key, variant_key)
    ORDER BY l.place_key, l.variant_key FOR UPDATE OF l
), verdict AS MATERIALIZED (
    SELECT coalesce(bool_and(is_enough), false) AND count(*) = (SELECT count(*) FROM wanted) AS fits
    FROM locked
), holds AS (
    INSERT INTO inventory_hold (held_at, request_id, line_no, owner, place_key, variant_key,
        quantity, state, expires_at)
    SELECT %s, t.* FROM unnest((SELECT %s::uuid[]), (SELECT %s::int[]), (SELECT %s::text[]),
        (SELECT %s::int[]), (SELECT %s::bigint[]), (SELECT %s::bigint[]), (SELECT %s::text[]),
        (SELECT %s::timestamptz[])) AS t, verdict WHERE verdict.fits
), claims AS (
    UPDATE inventory_level l SET held = l.held + k.held, allocated = l.allocated + k.allocated
    FROM locked k, verdict WHERE l.key = k.key AND verdict.fits
)
SELECT fits FROM verdict
"""
"""An array inside a SELECT hides its length, so that one plan is made and kept for all."""
_KNOWN: Final = (
    "SELECT request_id, state FROM inventory_hold "
    "WHERE request_id = ANY(%s::uuid[]) AND line_no = 1"
)
_IS_ANY_OVER: Final = (
    "SELECT EXISTS (SELECT FROM inventory_hold WHERE state = 'held' AND expires_at <= %s)"
)
_ENDED: Final = frozenset({HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT})


def decide_holds(requests: Sequence[HoldRequest], *, now: datetime) -> list[Hold]:
    """Decide requests in their order, in one transaction.

    Locks: levels by (place, item).
    """
    if not connection.in_atomic_block and _are_all_granted(requests, now):
        return [Hold(one.request_id) for one in requests]
    return _decided_in_turn(requests, now)


def _are_all_granted(requests: Sequence[HoldRequest], now: datetime) -> bool:
    """Grant all requests by one statement, or none: where one is short, or was asked before."""
    try:
        ((fits,),) = run_prepared(_ALL_AT_ONCE, _lines_of(requests, now))
    except IntegrityError:  # one of them is known already
        return False
    return bool(fits)


def _decided_in_turn(
    requests: Sequence[HoldRequest], now: datetime, *, is_swept: bool = False
) -> list[Hold]:
    ats = sorted({(line.place_key, line.variant_key) for one in requests for line in one.lines})
    ids = number_array(one.request_id for one in requests)
    with RoundTrips() as trips:
        locked, stored, ((is_any_over,),) = trips.ask(
            [(_LOCKED, _keys(ats)), (_KNOWN, [ids]), (_IS_ANY_OVER, [now])]
        )
        available: dict[At, int] = {(place, variant): free for place, variant, free in locked}
        known = {request_id: _as_it_stands(request_id, state) for request_id, state in stored}
        firsts: dict[UUID, HoldRequest] = {}
        for one in requests:
            firsts.setdefault(one.request_id, one)  # sent twice, decided once
        asked = [one for one in firsts.values() if one.request_id not in known]
        answers = admit(available, asked)
        short = _short(answers) & available.keys()
        if is_swept or not (short and is_any_over):
            told = {answer.request_id: answer for answer in answers} | known
            granted = [one for one in asked if told[one.request_id].is_granted]
            trips.finish([(_ALL_AT_ONCE, _lines_of(granted, now))] if granted else [])
            return [told[one.request_id] for one in requests]
    end_expired_at(short, now=now)
    return _decided_in_turn(requests, now, is_swept=True)


def _short(answers: Sequence[Hold]) -> set[At]:
    return {(one.line.place_key, one.line.variant_key) for told in answers for one in told.short}


def _as_it_stands(request_id: UUID, state: str) -> Hold:
    """Return what is told to whoever asks again."""
    stands = HoldState(state)
    return Hold(request_id, ended=stands if stands in _ENDED else None)


def _lines_of(requests: Sequence[HoldRequest], now: datetime) -> list[object]:
    """Return what `_ALL_AT_ONCE` is told: the claims by place and item, then the lines."""
    rows: list[tuple[object, ...]] = []
    claims: dict[At, list[int]] = {}
    for request in requests:
        is_held = request.expires_at is not None
        state = HoldState.HELD.value if is_held else HoldState.ALLOCATED.value
        ends = request.expires_at.isoformat() if request.expires_at is not None else "NULL"
        for number, line in enumerate(request.lines, 1):
            at = (line.place_key, line.variant_key)
            claims.setdefault(at, [0, 0])[0 if is_held else 1] += line.quantity
            rows.append((request.request_id, number, *at, line.quantity, state, ends))
    ids, numbers, places, variants, quantities, states, endings = zip(*rows, strict=True)
    owners = text_array(one.owner for one in requests for _ in one.lines)
    claimed = [number_array(column) for column in zip(*claims.values(), strict=True)]
    lines = [number_array(column) for column in (places, variants, quantities, states, endings)]
    told = [now, number_array(ids), number_array(numbers), owners]
    return [*_keys(list(claims)), *claimed, *told, *lines]


def _keys(ats: Sequence[At]) -> list[object]:
    places, variants = zip(*ats, strict=True) if ats else ((), ())
    return [number_array(places), number_array(variants)]
