"""Begin and end to tell the goods of items apart, by lots or by serials."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.contracts import LONGEST_MIN_DAYS, Tracked, TrackingError
from quanqu.sell.inventory.models import TrackedItem
from quanqu.sell.inventory.rules.admission import At

_SPACE: Final = 74_003
"""The space of advisory locks in which an item's levels are opened and its tracking is set."""
_LEVELS: Final = (
    "SELECT place_key, variant_key FROM inventory_level WHERE variant_key = ANY(%s) "
    "ORDER BY place_key, variant_key FOR UPDATE"
)
_UNNAMED: Final = (
    "INSERT INTO inventory_lot (id, company_key, variant_key, code, changed_by, changed_at) "
    "SELECT gen_random_uuid(), %s, v, '', %s, %s FROM unnest(%s::bigint[]) AS v ORDER BY v "
    "ON CONFLICT (variant_key, code) DO NOTHING"
)
_OPENED: Final = (
    "INSERT INTO inventory_lot_level (lot_key, place_key, variant_key, state, quantity, is_serial) "
    "SELECT o.key, l.place_key, l.variant_key, s.state, s.units, false FROM inventory_level l "
    "JOIN inventory_lot o ON o.variant_key = l.variant_key AND o.code = '' "
    "CROSS JOIN LATERAL (VALUES ('on_hand', l.on_hand), ('damaged', l.damaged), "
    "('quality_hold', l.quality_hold)) AS s(state, units) "
    "WHERE l.variant_key = ANY(%s) AND NOT l.is_tracked AND s.units > 0"
)


def track_items(
    *,
    actor: Actor,
    company_key: int,
    variant_keys: Collection[int],
    by: Tracked | None,
    min_days: int = 0,
    now: datetime,
) -> None:
    """Tell goods of items apart from now on, by lots or by serials; None: no longer.

    What is there then is of no named lot.  `min_days`: days that must remain before best-before
    for goods to be sold.  Lots and their story stay when tracking ends.  Items are the company's;
    the right is needed over all its places.  Locks: items, then levels by (place, item).
    Raises: NotAllowedError, StockPlaceError; TrackingError where it cannot change so.
    """
    require_places(
        actor, {key for key, one in places_by_key().items() if one.company_key == company_key}
    )
    if not 0 <= min_days <= LONGEST_MIN_DAYS:
        raise TrackingError(problem=f"the days to remain are 0 to {LONGEST_MIN_DAYS}")
    items = sorted(set(variant_keys))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, items],
        )
        cursor.execute(_LEVELS, [items])
        known = TrackedItem.objects.filter(variant_key__in=items)
        if by is None:
            known.delete()
            cursor.execute("DELETE FROM inventory_lot_level WHERE variant_key = ANY(%s)", [items])
        else:
            if known.exclude(by=by.value).exists():
                raise TrackingError(problem="it is tracked otherwise; end that first")
            rows = [
                TrackedItem(
                    company_key=company_key, variant_key=item, by=by.value, min_days=min_days,
                    set_by=actor.id, set_at=now,
                )
                for item in items
            ]  # fmt: skip
            TrackedItem.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["variant_key"],
                update_fields=["min_days", "set_by", "set_at"],
            )
            cursor.execute(_UNNAMED, [company_key, actor.id, now, items])
            cursor.execute(_OPENED, [items])
        cursor.execute(
            "UPDATE inventory_level SET is_tracked = %s WHERE variant_key = ANY(%s)",
            [by is not None, items],
        )


def track_new(ats: Collection[At]) -> None:
    """Note of new levels that their items are tracked; a start meanwhile waits for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, h) FROM (SELECT DISTINCT hashint8(v) AS h "
            "FROM unnest(%s::bigint[]) AS v ORDER BY 1) q",
            [_SPACE, [variant for _, variant in ats]],
        )
        cursor.execute(
            "UPDATE inventory_level l SET is_tracked = true FROM inventory_tracked_item i, "
            "unnest(%s::int[], %s::bigint[]) AS t(p, v) WHERE i.variant_key = l.variant_key "
            "AND l.place_key = t.p AND l.variant_key = t.v AND NOT l.is_tracked",
            [[place for place, _ in ats], [variant for _, variant in ats]],
        )
