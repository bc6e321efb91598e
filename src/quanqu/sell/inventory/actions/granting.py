"""What is written of holds that are granted: one statement that looks once more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from quanqu.infra.db.facade import number_array, text_array
from quanqu.sell.inventory.contracts import HoldRequest, HoldState
from quanqu.sell.inventory.rules.admission import At, AtChannel

__all__ = ["ALL_AT_ONCE", "Granted", "keys_of", "lines_of", "written"]

ALL_AT_ONCE: Final = """
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
SELECT fits, EXISTS (SELECT FROM inventory_release r JOIN wanted w USING (variant_key)) FROM verdict
"""
"""An array inside a SELECT hides its length, so that one plan is made and kept for all.

Where more than the balances decides, or others wait in line, and it was not looked at under the
lock, nothing is granted.
"""
_DRAWN: Final = (
    "UPDATE inventory_channel_share s SET kept = s.kept - t.n, wanted = s.wanted - t.n "
    "FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::bigint[]) AS t(p, v, c, n) "
    "WHERE s.place_key = t.p AND s.variant_key = t.v AND s.channel = t.c"
)

Granted = tuple[HoldRequest, Mapping[At, int]]
"""A request, and how much of what is kept for its channel goes into it."""


def written(
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
        (ALL_AT_ONCE, lines_of(granted, now, limited, is_decided=True))
    ]
    if drawn:
        places, variants, channels = zip(*drawn, strict=True)
        told = [number_array(places), number_array(variants), text_array(channels)]
        statements.append((_DRAWN, [*told, number_array(drawn.values())]))
    return statements


def lines_of(
    granted: Sequence[Granted],
    now: datetime,
    limited: Collection[int] = (),
    *,
    is_decided: bool = False,
) -> list[object]:
    """Return what `ALL_AT_ONCE` is told: the claims by place and item, then the lines."""
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
    return [*keys_of(list(claims)), *claimed, *looked, *told, *map(number_array, columns)]


def keys_of(ats: Sequence[At]) -> list[object]:
    places, variants = zip(*ats, strict=True) if ats else ((), ())
    return [number_array(places), number_array(variants)]
