"""Block, recall and free lots, name lots of goods, and take out of sale what ends."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode, new_id
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.actions.allowed import MANAGE, require_places
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.lots import move_lots, quality_posting
from quanqu.sell.inventory.actions.posting import write_movements
from quanqu.sell.inventory.contracts import (
    LotError,
    LotNotFoundError,
    LotState,
    Movement,
    MovementKind,
    Posting,
    StockState,
)
from quanqu.sell.inventory.models import Lot, LotLevel
from quanqu.sell.inventory.rules.lots import Held, Moved, is_sellable

__all__ = ["name_lot", "set_lot_state", "withdraw_ended"]

AT_ONCE: Final = 200
_TRIES: Final = 5
_LONGEST_REASON: Final = 300
_ENDING: Final = (
    "SELECT b.place_key, b.variant_key, o.best_before, i.min_days FROM inventory_lot_level b "
    "JOIN inventory_lot o ON o.key = b.lot_key "
    "JOIN inventory_tracked_item i ON i.variant_key = o.variant_key "
    "WHERE b.state = 'on_hand' AND b.quantity > 0 AND o.best_before < %s::date + i.min_days "
    "ORDER BY o.best_before, b.key LIMIT %s"
)
_THERE: Final = (
    "SELECT b.lot_key, o.variant_key, o.code, o.best_before, b.place_key, b.quantity, i.min_days "
    "FROM inventory_lot_level b JOIN inventory_lot o ON o.key = b.lot_key "
    "JOIN inventory_tracked_item i ON i.variant_key = o.variant_key "
    "JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON b.place_key = t.p AND b.variant_key = t.v "
    "WHERE b.state = 'on_hand' AND b.quantity > 0 AND o.best_before IS NOT NULL ORDER BY b.key"
)


class _MoreError(Exception):
    """The lot came to further places meanwhile."""


def set_lot_state(
    *, actor: Actor, lot_id: UUID, state: LotState, reason: str, now: datetime
) -> None:
    """Block or recall a lot, or free it again; told again it changes nothing.

    What is on hand of it anywhere goes on quality hold: it cannot be sold, and promises that
    nothing else can keep give way (HoldsCut).  Freed, what is on quality hold of it comes on hand
    where enough days remain.  The right is needed at every place where it is.
    Locks: levels by (place, item), then the lot.
    Raises: NotAllowedError, StockPlaceError, LotNotFoundError, LotError.
    """
    if len(reason) > _LONGEST_REASON:
        raise LotError(line=1, problem=f"the reason has more than {_LONGEST_REASON} characters")
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                return _set_state(actor, lot_id, state, reason, now)
        except _MoreError:
            continue
    raise LotError(line=1, problem="it is on the move; try again")


def _set_state(actor: Actor, lot_id: UUID, state: LotState, reason: str, now: datetime) -> None:
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    row = Lot.objects.filter(id=lot_id).exclude(code="").first()
    if row is None or not (scope.everything or row.company_key in scope.companies):
        raise LotNotFoundError(ref=encode("lot", lot_id))
    before = _places_of(row.key)
    require_places(actor, before)
    lock_levels({(place, row.variant_key) for place in before})
    row = Lot.objects.select_for_update().get(key=row.key)
    if _places_of(row.key) - before:
        raise _MoreError
    if row.state == state:
        return
    was, row.state, row.reason = row.state, state.value, reason
    row.changed_by, row.changed_at = actor.id, now
    row.save(update_fields=["state", "reason", "changed_by", "changed_at"])
    is_back = state is LotState.OPEN
    if is_back or was == LotState.OPEN:
        of = StockState.QUALITY_HOLD if is_back else StockState.ON_HAND
        there = LotLevel.objects.filter(lot_key=row.key, state=of.value, quantity__gt=0)
        parts = [_moved(row, one.place_key, one.quantity) for one in there.order_by("place_key")]
        parts = _sellable(parts, now) if is_back else parts
        if parts:
            posting = quality_posting(parts, now=now, is_back=is_back)
            write_movements(posting, actor=actor.id, now=now)
    record(
        actor=actor,
        action="stock.lot_state",
        subject=encode("lot", lot_id),
        before={"state": was},
        after={"state": state.value, "reason": reason},
        now=now,
    )


def name_lot(
    *,
    actor: Actor,
    place_key: int,
    variant_key: int,
    code: str,
    best_before: date | None,
    quantity: int,
    now: datetime,
) -> None:
    """Say of which lot units on hand are that no lot was named for; balances stay as they are.

    Locks: the level, then lots.
    Raises: NotAllowedError, StockPlaceError, LotError, LotShortError, SerialElsewhereError.
    """
    require_places(actor, {place_key})
    if quantity < 1 or not code:
        problem = "name a lot" if not code else "the quantity is less than one"
        raise LotError(line=1, problem=problem)
    hand, kind = StockState.ON_HAND, MovementKind.CORRECTION
    movements = (
        Movement(place_key, variant_key, kind, hand, -quantity, is_unnamed=True),
        Movement(place_key, variant_key, kind, hand, quantity, code, best_before),
    )
    posting = Posting(movements, now, "inventory", reason="lot named")
    with transaction.atomic():
        at = (place_key, variant_key)
        level = lock_levels({at}).get(at)
        tracked = {at} if level is not None and level.is_tracked else set()
        _require_unnamed(place_key, variant_key, quantity)
        for further in move_lots(posting, new_id(), tracked, actor=actor.id, now=now):
            write_movements(further, actor=actor.id, now=now)


def withdraw_ended(*, now: datetime, at_most: int = AT_ONCE) -> int:
    """Put goods on quality hold of which too few days remain; return of how many lots' levels.

    Locks: levels by (place, item), then lots.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, [(now + timedelta(days=1)).date(), at_most])
        ats = {(place, variant) for place, variant, *_ in cursor.fetchall()}
    if not ats:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        lock_levels(ats)
        cursor.execute(_THERE, [[at[0] for at in ats], [at[1] for at in ats]])
        rows = cursor.fetchall()
        today = _today({row[4] for row in rows}, now)
        parts = [
            Moved(Held(key, item, code, ends), place, MovementKind.QUALITY_HOLD,
                  StockState.ON_HAND, units)
            for key, item, code, ends, place, units, days in rows
            if not is_sellable(ends, today=today[place], min_days=days)
        ]  # fmt: skip
        if parts:
            write_movements(quality_posting(parts, now=now), actor=SYSTEM.id, now=now)
    return len(parts)


def _require_unnamed(place_key: int, variant_key: int, quantity: int) -> None:
    """Refuse to name more than is there without a name. Raises: LotError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(b.quantity), 0) FROM inventory_lot_level b "
            "JOIN inventory_lot o ON o.key = b.lot_key WHERE b.place_key = %s "
            "AND b.variant_key = %s AND b.state = 'on_hand' AND o.code = ''",
            [place_key, variant_key],
        )
        (found,) = cursor.fetchone()
    if found < quantity:
        raise LotError(line=1, problem=f"{found} units have no lot yet")


def _places_of(lot_key: int) -> set[int]:
    found = LotLevel.objects.filter(lot_key=lot_key, quantity__gt=0)
    return set(found.values_list("place_key", flat=True))


def _moved(row: Lot, place_key: int, units: int) -> Moved:
    held = Held(row.key, row.variant_key, row.code, row.best_before)
    return Moved(held, place_key, MovementKind.QUALITY_HOLD, StockState.ON_HAND, units)


def _sellable(parts: list[Moved], now: datetime) -> list[Moved]:
    from_today = _today({one.place_key for one in parts}, now)
    days = {one.lot.variant_key: 0 for one in parts}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT variant_key, min_days FROM inventory_tracked_item WHERE variant_key = ANY(%s)",
            [list(days)],
        )
        days |= dict(cursor.fetchall())
    return [
        one
        for one in parts
        if is_sellable(
            one.lot.best_before,
            today=from_today[one.place_key],
            min_days=days[one.lot.variant_key],
        )
    ]


def _today(places: Collection[int], now: datetime) -> dict[int, date]:
    found = places_by_key(keys=places)
    return {key: local_date(now, found[key].time_zone if key in found else "UTC") for key in places}
