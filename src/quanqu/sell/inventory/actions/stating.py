"""Take over what somebody states of a place: on hand becomes that, less what left since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.posting import write_movements
from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    KitStockError,
    Movement,
    MovementError,
    MovementKind,
    Posting,
    StockState,
)

__all__ = ["state_on_hand"]

_SINCE: Final = (
    "SELECT m.variant_key, sum(m.quantity)::bigint FROM inventory_movement m "
    "WHERE m.place_key = %s AND m.variant_key = ANY(%s) AND m.state = 'on_hand' AND m.at > %s "
    "GROUP BY 1"
)


def state_on_hand(
    *,
    actor: Actor,
    place_key: int,
    units: Mapping[int, int],
    at: datetime,
    source: str,
    now: datetime,
    ref: str = "",
) -> dict[int, int]:
    """Let what is on hand of items at a place be what was stated of it at a moment, less what left
    and with what came since; return by how much each changed.

    Shapes: units by item, at least nothing.  What is promised beyond what is there becomes short,
    as with every movement.  Locks: levels by (place, item).  Emits: HoldsCut.
    Raises: NotAllowedError, StockPlaceError, MovementError, KitStockError.
    """
    require_places(actor, {place_key})
    for number, count in enumerate(units.values(), 1):
        if not 0 <= count <= LARGEST_QUANTITY:
            raise MovementError(line=number, problem=f"0 to {LARGEST_QUANTITY} units are stated")
    ats = {(place_key, item) for item in units}
    if not ats:
        return {}
    with transaction.atomic():
        open_levels(ats)
        levels = lock_levels(ats)
        if len(levels) < len(ats):
            raise KitStockError
        moved = _moved_since(place_key, list(units), at)
        changes = {}
        for item, count in sorted(units.items()):
            there = levels[place_key, item].states[StockState.ON_HAND]
            changes[item] = max(count + moved.get(item, 0), 0) - there
        movements = tuple(
            Movement(place_key, item, MovementKind.COUNT, StockState.ON_HAND, change)
            for item, change in changes.items()
            if change
        )
        if movements:
            posting = Posting(movements, at, source, "stock as it was stated", ref)
            write_movements(posting, actor=actor.id, now=now)
        return changes


def _moved_since(place_key: int, items: list[int], at: datetime) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [place_key, items, at])
        return dict(cursor.fetchall())
