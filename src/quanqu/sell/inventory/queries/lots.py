"""Lots and serials, as an actor may see them, and what to take first."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.inventory.contracts import (
    LotBalance,
    LotFilters,
    LotNotFoundError,
    LotSale,
    LotState,
    LotView,
    Pick,
    StockState,
    Tracked,
    Tracking,
)
from quanqu.sell.inventory.models import Lot, LotLevel, TrackedItem
from quanqu.sell.inventory.queries.levels import VIEW
from quanqu.sell.inventory.rules.lots import Held, first_ends, is_sellable

__all__ = [
    "count_lots",
    "get_lot",
    "list_lots",
    "list_tracking",
    "lot_promises",
    "lot_sales",
    "propose_picks",
]

MOST_TOLD: Final = 500
_NEWEST: Final = Sorting("newest", "key", read=read_number)
_SOONEST: Final = Sorting("ends", "best_before", is_descending=False, read=date.fromisoformat)
_SALES: Final = (
    "SELECT ref, place_key, -sum(quantity)::bigint, max(at) FROM inventory_lot_movement "
    "WHERE lot_key = %s AND kind = 'sale' AND (%s OR place_key = ANY(%s)) "
    "GROUP BY ref, place_key ORDER BY max(at) DESC, ref LIMIT %s"
)
_PROMISES: Final = (
    "SELECT h.owner, h.place_key, sum(h.quantity)::bigint, min(h.held_at) FROM inventory_hold h "
    "JOIN inventory_lot o ON o.variant_key = h.variant_key WHERE o.key = %s "
    "AND h.state IN ('held', 'allocated') AND (%s OR h.place_key = ANY(%s)) "
    "AND h.place_key IN (SELECT place_key FROM inventory_lot_level "
    "WHERE lot_key = o.key AND quantity > 0) "
    "GROUP BY h.owner, h.place_key ORDER BY min(h.held_at), h.owner LIMIT %s"
)


def list_tracking(*, actor: Actor, company_id: str, company_key: int) -> tuple[Tracking, ...]:
    """Return which items of a company are tracked. Raises: NotAllowedError, UnitNotFoundError."""
    resolve_scope(actor=actor, permission=VIEW, unit_id=company_id)
    rows = TrackedItem.objects.filter(company_key=company_key).order_by("key")
    return tuple(Tracking(row.variant_key, Tracked(row.by), row.min_days) for row in rows)


def list_lots(
    *, actor: Actor, filters: LotFilters, cursor: str | None = None, limit: int = 50
) -> Page[LotView]:
    """Return a page of lots, the newest first; those that end by a day, the soonest first.

    Balances are those of places in scope.  Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    sorting = _NEWEST if filters.ends_by is None else _SOONEST
    rows, following = sorting.page(_filtered(scope, filters), cursor, limit)
    return Page(_views(rows, scope), following)


def count_lots(*, actor: Actor, filters: LotFilters) -> int:
    """Return how many lots match. Raises: NotAllowedError."""
    return _filtered(resolve_scope(actor=actor, permission=VIEW), filters).count()


def get_lot(*, actor: Actor, lot_id: UUID) -> LotView:
    """Return a lot. Raises: NotAllowedError, LotNotFoundError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    row = _filtered(scope, LotFilters()).filter(id=lot_id).first()
    if row is None:
        raise LotNotFoundError(ref=encode("lot", lot_id))
    return _views([row], scope)[0]


def lot_sales(*, actor: Actor, lot_id: UUID) -> tuple[LotSale, ...]:
    """Return what units of a lot were sold for, the latest first: whom a recall has to reach.

    Raises: NotAllowedError, LotNotFoundError.
    """
    return _told(actor, lot_id, _SALES)


def lot_promises(*, actor: Actor, lot_id: UUID) -> tuple[LotSale, ...]:
    """Return who was promised goods of the item at places where the lot is, the oldest first.

    They may get other lots; which is known when the goods leave.
    Raises: NotAllowedError, LotNotFoundError.
    """
    return _told(actor, lot_id, _PROMISES)


def propose_picks(
    *, actor: Actor, place_key: int, wanted: Mapping[int, int], now: datetime
) -> tuple[Pick, ...]:
    """Return which lots to take units of items from at a place, by what ends first.

    Of an item that is not tracked, or of which less is there than wanted, as much as there is.
    Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    if not (scope.everything or place_key in scope.places):
        return ()
    place = places_by_key(keys={place_key}).get(place_key)
    today = local_date(now, place.time_zone if place else "UTC")
    rules = {
        row.variant_key: row.min_days
        for row in TrackedItem.objects.filter(variant_key__in=list(wanted))
    }
    there = {
        row.lot_key: row.quantity
        for row in LotLevel.objects.filter(
            place_key=place_key,
            variant_key__in=list(rules),
            state=StockState.ON_HAND.value,
            quantity__gt=0,
        )
    }
    found: list[Pick] = []
    lots = [_held(row) for row in Lot.objects.filter(key__in=there, state=LotState.OPEN.value)]
    left = dict(wanted)
    for lot in first_ends(lots):
        days = rules[lot.variant_key]
        units = min(left[lot.variant_key], there[lot.key])
        if units and is_sellable(lot.best_before, today=today, min_days=days):
            left[lot.variant_key] -= units
            found.append(Pick(place_key, lot.variant_key, lot.code, lot.best_before, units))
    return tuple(found)


def _told(actor: Actor, lot_id: UUID, query: str) -> tuple[LotSale, ...]:
    lot = get_lot(actor=actor, lot_id=lot_id)
    scope = resolve_scope(actor=actor, permission=VIEW)
    with connection.cursor() as cursor:
        cursor.execute(query, [lot.key, scope.everything, list(scope.places), MOST_TOLD])
        return tuple(LotSale(*row) for row in cursor.fetchall())


def _filtered(scope: Scope, filters: LotFilters) -> "QuerySet[Lot]":
    there = LotLevel.objects.filter(lot_key=OuterRef("key"), quantity__gt=0)
    found = Lot.objects.exclude(code="")
    if not scope.everything:  # those that are or were at a place in scope
        here = LotLevel.objects.filter(lot_key=OuterRef("key"), place_key__in=scope.places)
        found = found.filter(Exists(here))
    if filters.variant_keys is not None:
        found = found.filter(variant_key__in=filters.variant_keys)
    if filters.states:
        found = found.filter(state__in=[one.value for one in filters.states])
    if filters.ends_by is not None:
        found = found.filter(best_before__lte=filters.ends_by)
    if filters.place_keys is not None:
        found = found.filter(Exists(there.filter(place_key__in=filters.place_keys)))
    if filters.is_there or filters.ends_by is not None:
        mine = there if scope.everything else there.filter(place_key__in=scope.places)
        found = found.filter(Exists(mine))
    return found


def _views(rows: Sequence[Lot], scope: Scope) -> tuple[LotView, ...]:
    balances: dict[int, dict[int, dict[str, int]]] = {}
    there = LotLevel.objects.filter(lot_key__in=[row.key for row in rows], quantity__gt=0)
    if not scope.everything:
        there = there.filter(place_key__in=scope.places)
    for one in there.order_by("place_key"):
        states = balances.setdefault(one.lot_key, {}).setdefault(one.place_key, {})
        states[one.state] = one.quantity
    return tuple(_view(row, balances.get(row.key, {})) for row in rows)


def _view(row: Lot, balances: Mapping[int, Mapping[str, int]]) -> LotView:
    return LotView(
        key=row.key,
        id=row.id,
        company_key=row.company_key,
        variant_key=row.variant_key,
        code=row.code,
        best_before=row.best_before,
        is_serial=row.is_serial,
        state=LotState(row.state),
        reason=row.reason,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        balances=tuple(
            LotBalance(
                place,
                states.get(StockState.ON_HAND.value, 0),
                states.get(StockState.DAMAGED.value, 0),
                states.get(StockState.QUALITY_HOLD.value, 0),
            )
            for place, states in balances.items()
        ),
    )


def _held(row: Lot) -> Held:
    return Held(row.key, row.variant_key, row.code, row.best_before)
