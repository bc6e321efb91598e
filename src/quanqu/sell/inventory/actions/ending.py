"""End holds whose time is over, in sets."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.outbox.facade import emit
from quanqu.sell.inventory.actions.locking import LockedLevel, lock_levels, save_levels
from quanqu.sell.inventory.contracts import HoldsExpired
from quanqu.sell.inventory.rules.admission import At

MOST_AT_ONCE: Final = 5_000

_ENDED: Final = (
    "UPDATE inventory_hold h SET state = 'expired', settled_at = %(now)s "
    "FROM unnest(%(places)s::int[], %(variants)s::bigint[]) AS t(p, v) "
    "WHERE h.place_key = t.p AND h.variant_key = t.v "
    "AND h.state = 'held' AND h.expires_at <= %(now)s "
    "RETURNING h.place_key, h.variant_key, h.quantity, h.channel, h.fenced, "
    "h.request_id::text, h.owner"
)


def expire_holds(*, now: datetime, at_most: int = MOST_AT_ONCE) -> int:
    """End the holds whose time is over; return how many lines were.

    Locks: levels by (place, item).  Emits: HoldsExpired.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT place_key, variant_key FROM (SELECT place_key, variant_key "
                "FROM inventory_hold WHERE state = 'held' AND expires_at <= %s "
                "ORDER BY expires_at LIMIT %s) h",
                [now, at_most],
            )
            ats = [(place, variant) for place, variant in cursor.fetchall()]
        return end_expired_at(ats, now=now) if ats else 0


def end_expired_at(ats: Collection[At], *, now: datetime) -> int:
    """End what is over at some items of places; return how many lines were.

    Locks: levels by (place, item).  Emits: HoldsExpired.
    """
    with transaction.atomic():
        levels = lock_levels(ats)
        count = _end_locked(levels, levels.keys(), now=now)
        save_levels(levels)
    return count


def _end_locked(levels: Mapping[At, LockedLevel], ats: Collection[At], *, now: datetime) -> int:
    """End what is over at some locked levels; the caller saves them.  Emits: HoldsExpired."""
    keys = list(ats)
    with connection.cursor() as cursor:
        cursor.execute(
            _ENDED,
            {"now": now, "places": [at[0] for at in keys], "variants": [at[1] for at in keys]},
        )
        ended = cursor.fetchall()
    for place, variant, quantity, channel, fenced, *_ in ended:
        levels[place, variant].held -= quantity
        levels[place, variant].give_back(channel, fenced)
    for at in keys:
        levels[at].withhold()
    if ended:
        emit(HoldsExpired(sorted({(request, owner) for *_, request, owner in ended})), now=now)
    return len(ended)
