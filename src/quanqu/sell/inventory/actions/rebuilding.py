"""Set balances to what the ledger and the holds say, wherever they say something else."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import MANAGE, require_places
from quanqu.sell.inventory.actions.locking import lock_levels, save_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.posting import give_way
from quanqu.sell.inventory.contracts import Rebuilt, StockPlaceError, StockState
from quanqu.sell.inventory.rules.admission import At

_SUMS: Final = ", ".join(
    f"coalesce(sum(quantity) FILTER (WHERE state = '{state.value}'), 0)::bigint AS {state.value}"
    for state in StockState
)
_TOLD_STATES: Final = ", ".join(f"coalesce(t.{state.value}, 0)" for state in StockState)
_OWN_STATES: Final = ", ".join(f"o.{state.value}" for state in StockState)
_SET_STATES: Final = ", ".join(
    f"{state.value} = coalesce(t.{state.value}, 0)" for state in StockState
)
_IN: Final = "(%(places)s::int[] IS NULL OR place_key = ANY(%(places)s))"

_LOCKED: Final = (
    "CREATE TEMPORARY TABLE inventory_locked ON COMMIT DROP AS SELECT key FROM inventory_level "  # noqa: S608 - names of our own
    f"WHERE {_IN} ORDER BY place_key, variant_key FOR UPDATE"
)
_TOLD: Final = (
    f"CREATE TEMPORARY TABLE inventory_told ON COMMIT DROP AS SELECT place_key, variant_key, {_SUMS} "  # noqa: S608, E501 - names of our own
    f"FROM inventory_movement WHERE {_IN} GROUP BY 1, 2"
)
_CLAIMED: Final = (
    "CREATE TEMPORARY TABLE inventory_claimed ON COMMIT DROP AS SELECT place_key, variant_key, "  # noqa: S608 - names of our own
    "coalesce(sum(quantity) FILTER (WHERE state = 'held'), 0)::bigint AS held, "
    "coalesce(sum(quantity) FILTER (WHERE state = 'allocated'), 0)::bigint AS allocated "
    f"FROM inventory_hold WHERE state IN ('held', 'allocated') AND {_IN} GROUP BY 1, 2"
)
_MISSING: Final = (
    "SELECT t.place_key, t.variant_key FROM inventory_told t LEFT JOIN inventory_level l "
    "USING (place_key, variant_key) WHERE l.key IS NULL"
)
_OPENED: Final = (
    "INSERT INTO inventory_locked SELECT l.key FROM inventory_level l "
    "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) ON l.place_key = t.p AND l.variant_key = t.v"
)
_SAID: Final = (
    "inventory_locked k JOIN inventory_level o USING (key) "
    "LEFT JOIN inventory_told t ON t.place_key = o.place_key AND t.variant_key = o.variant_key "
    "LEFT JOIN inventory_claimed c ON c.place_key = o.place_key AND c.variant_key = o.variant_key"
)
_DIFFERS: Final = (
    f"(o.held, o.allocated, {_OWN_STATES}) <> "
    f"(coalesce(c.held, 0), coalesce(c.allocated, 0), {_TOLD_STATES})"
)
_PLAIN: Final = (
    f"UPDATE inventory_level l SET {_SET_STATES}, held = coalesce(c.held, 0), "  # noqa: S608 - names of our own
    f"allocated = coalesce(c.allocated, 0) FROM {_SAID} WHERE l.key = k.key AND {_DIFFERS} "
    "AND NOT o.is_ruled AND o.safety_target = 0 AND o.fenced = 0 "
    "AND coalesce(c.held, 0) + coalesce(c.allocated, 0) "
    "<= coalesce(t.on_hand, 0) + o.backorder_limit"
)
"""Where nothing is withheld and everything promised is there, which is nearly everywhere."""
_OTHERS: Final = (
    "SELECT o.place_key, o.variant_key, coalesce(c.held, 0), coalesce(c.allocated, 0), "  # noqa: S608 - names of our own
    f"{_TOLD_STATES} FROM {_SAID} WHERE {_DIFFERS}"
)


def rebuild_levels(
    *, actor: Actor, now: datetime, place_keys: Collection[int] | None = None
) -> Rebuilt:
    """Compare the balances of places (None: all there are) with ledger and holds; set them right.

    Meanwhile nobody else changes these balances.  Where less is there than is promised, the latest
    promises go (HoldsCut), as with a correction.  Locks: levels by (place, item).
    Raises: NotAllowedError, StockPlaceError.
    """
    if place_keys is None:
        actor.require(MANAGE)
        if not actor.scope(MANAGE).everything:
            raise StockPlaceError(ref="all places")
    else:
        require_places(actor, place_keys)
    places = {"places": None if place_keys is None else list(place_keys)}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCKED, places)
            seen = cursor.rowcount
            cursor.execute(_TOLD, places)
            cursor.execute(_CLAIMED, places)
            cursor.execute(_MISSING)
            missing = [(place, variant) for place, variant in cursor.fetchall()]
            if missing:
                seen += _opened(missing)
            cursor.execute("ANALYZE inventory_locked, inventory_told, inventory_claimed")
            cursor.execute(_PLAIN)
            plain = cursor.rowcount
            cursor.execute(_OTHERS)
            others = {(place, variant): counts for place, variant, *counts in cursor.fetchall()}
        _set(others, now)
        told = Rebuilt(levels=seen, corrected=plain + len(others))
        after = {"levels": told.levels, "corrected": told.corrected}
        record(actor=actor, action="inventory.rebuild", subject="stock", now=now, after=after)
    return told


def _opened(missing: Collection[At]) -> int:
    """Make levels that the ledger knows and nobody else has made since: they are locked, too."""
    made = open_levels(missing)
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [[place for place, _ in made], [variant for _, variant in made]])
    return len(made)


def _set(others: dict[At, list[int]], now: datetime) -> None:
    levels = lock_levels(others)
    for at, (held, allocated, *states) in others.items():
        levels[at].held, levels[at].allocated = held, allocated
        levels[at].states = dict(zip(StockState, states, strict=True))
    give_way(levels, now)
    for level in levels.values():
        level.withhold()
    save_levels(levels)
