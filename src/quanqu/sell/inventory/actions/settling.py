"""What becomes of a hold: it is allocated, prolonged, released, or its goods leave."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import MANAGE
from quanqu.sell.inventory.actions.locking import lock_levels, save_levels
from quanqu.sell.inventory.actions.posting import write_movements
from quanqu.sell.inventory.contracts import (
    HoldNotFoundError,
    HoldSettledError,
    HoldState,
    Movement,
    MovementKind,
    Posting,
    StockState,
)

_FOLLOWS: Final = {
    HoldState.ALLOCATED: frozenset({HoldState.HELD}),
    HoldState.RELEASED: frozenset({HoldState.HELD, HoldState.ALLOCATED}),
    HoldState.CONSUMED: frozenset({HoldState.HELD, HoldState.ALLOCATED}),
}

Row = tuple[int, int, int, int, str, int, str, datetime | None]
"""Line, place, item, quantity, channel, how much was kept for it, state, end."""


def allocate_hold(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """Turn a hold into an allocation: it no longer ends by itself.

    Once more, it changes nothing.  Raises: HoldNotFoundError; HoldSettledError where it is over,
    also when its time is over and it has not been ended yet.
    """
    with transaction.atomic():
        _settle(actor, request_id, HoldState.ALLOCATED, now)


def release_hold(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """Give the goods of a hold or an allocation free.

    Of one that is over anyway, it changes nothing.  Raises: HoldNotFoundError; HoldSettledError
    where the goods have left.
    """
    with transaction.atomic():
        _settle(actor, request_id, HoldState.RELEASED, now)


def consume_hold(*, actor: Actor, request_id: UUID, now: datetime, ref: str = "") -> None:
    """Let the goods of a hold or an allocation leave: they are sold.

    Once more, it changes nothing.  Raises: HoldNotFoundError, HoldSettledError.
    """
    with transaction.atomic():
        rows = _settle(actor, request_id, HoldState.CONSUMED, now)
        if rows:
            movements = tuple(
                Movement(place, variant, MovementKind.SALE, StockState.ON_HAND, -quantity)
                for _, place, variant, quantity, *_ in rows
            )
            posting = Posting(movements, now, "inventory", ref=ref or str(request_id))
            write_movements(posting, actor=actor.id, now=now)


def extend_hold(*, actor: Actor, request_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Put off when a hold ends; never earlier than it would.

    Raises: HoldNotFoundError; HoldSettledError where it is over or allocated.
    """
    with transaction.atomic():
        rows = _locked(actor, request_id)
        wanted = "extended"
        for *_, state, ends_at in rows:
            if state != HoldState.HELD or (ends_at is not None and ends_at <= now):
                told = HoldState.EXPIRED if state == HoldState.HELD else HoldState(state)
                raise HoldSettledError(ref=str(request_id), state=told.value, wanted=wanted)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE inventory_hold SET expires_at = greatest(expires_at, %s) "
                "WHERE request_id = %s",
                [expires_at, request_id],
            )


def _settle(actor: Actor, request_id: UUID, to: HoldState, now: datetime) -> list[Row]:
    """Move a hold to a state, and the balances with it; return the lines that moved."""
    rows = _locked(actor, request_id)
    states = {HoldState(row[6]) for row in rows}
    if states == {to} or (to is HoldState.RELEASED and states <= _OVER):
        return []
    if to is HoldState.RELEASED:
        rows = [row for row in rows if row[6] not in _OVER]  # some lines were short
    for *_, state, ends_at in rows:
        is_over = state == HoldState.HELD and ends_at is not None and ends_at <= now
        if state not in _FOLLOWS[to] or (is_over and to is not HoldState.RELEASED):
            told = HoldState.EXPIRED if is_over else HoldState(state)
            raise HoldSettledError(ref=str(request_id), state=told.value, wanted=to.value)
    levels = lock_levels({(place, variant) for _, place, variant, *_ in rows})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_hold SET state = %s, settled_at = %s, "
            "expires_at = CASE WHEN %s THEN NULL ELSE expires_at END "
            "WHERE request_id = %s AND line_no = ANY(%s)",
            [to.value, None if to is HoldState.ALLOCATED else now, to is HoldState.ALLOCATED,
             request_id, [row[0] for row in rows]],
        )  # fmt: skip
    for _, place, variant, quantity, channel, fenced, state, _ends in rows:
        level = levels[place, variant]
        if state == HoldState.HELD:
            level.held -= quantity
        else:
            level.allocated -= quantity
        if to is HoldState.ALLOCATED:
            level.allocated += quantity
        if to is HoldState.RELEASED:
            level.give_back(channel, fenced)
        level.withhold()
    save_levels(levels)
    return rows


_OVER: Final = frozenset({HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT})


def _locked(actor: Actor, request_id: UUID) -> list[Row]:
    """Return the lines of a hold after locking their levels, by which whoever changes one waits."""
    actor.require(MANAGE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_key, variant_key FROM inventory_hold WHERE request_id = %s", [request_id]
        )
        ats = {(place, variant) for place, variant in cursor.fetchall()}
        scope = actor.scope(MANAGE)
        if not ats or not (scope.everything or {place for place, _ in ats} <= scope.places):
            raise HoldNotFoundError(ref=str(request_id))
        lock_levels(ats)
        cursor.execute(
            "SELECT line_no, place_key, variant_key, quantity, channel, fenced, state, expires_at "
            "FROM inventory_hold WHERE request_id = %s ORDER BY line_no",
            [request_id],
        )
        return cursor.fetchall()
