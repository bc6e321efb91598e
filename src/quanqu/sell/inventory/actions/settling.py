"""What becomes of a hold: it is allocated, prolonged, released, or its goods leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast
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
    NotReleasedError,
    Posting,
    StockState,
)
from quanqu.sell.inventory.queries.releases import unreleased
from quanqu.sell.inventory.rules.admission import At

_FOLLOWS: Final = {
    HoldState.ALLOCATED: frozenset({HoldState.HELD}),
    HoldState.RELEASED: frozenset({HoldState.HELD, HoldState.ALLOCATED}),
    HoldState.CONSUMED: frozenset({HoldState.HELD, HoldState.ALLOCATED}),
}

Refusal = HoldNotFoundError | HoldSettledError | NotReleasedError

Row = tuple[int, int, int, int, str, int, str, datetime | None]
"""Line, place, item, quantity, channel, how much was kept for it, state, end."""


def allocate_hold(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """Turn a hold into an allocation: it no longer ends by itself.

    Once more, it changes nothing.  Raises: HoldNotFoundError; HoldSettledError where it is over,
    also when its time is over and it has not been ended yet.
    """
    with transaction.atomic():
        _settle_one(actor, request_id, HoldState.ALLOCATED, now)


def release_hold(*, actor: Actor, request_id: UUID, now: datetime) -> None:
    """Give the goods of a hold or an allocation free.

    Of one that is over anyway, it changes nothing.  Raises: HoldNotFoundError; HoldSettledError
    where the goods have left.
    """
    with transaction.atomic():
        _settle_one(actor, request_id, HoldState.RELEASED, now)


def consume_hold(*, actor: Actor, request_id: UUID, now: datetime, ref: str = "") -> None:
    """Let the goods of a hold or an allocation leave: they are sold.

    Once more, it changes nothing.  Raises: HoldNotFoundError, HoldSettledError; NotReleasedError
    before the day from which the goods may leave.
    """
    refused = consume_holds(actor=actor, holds={request_id: ref}, now=now)
    if refused:
        raise refused[request_id]


def consume_holds(*, actor: Actor, holds: Mapping[UUID, str], now: datetime) -> dict[UUID, Refusal]:
    """Let the goods of many holds leave as one set; return those that were refused, with why.

    Shapes: `holds` are what each is sold for (an order's id), by the hold; empty: the hold itself.
    Once more, it changes nothing.  Locks: levels by (place, item).
    """
    with transaction.atomic():
        moved, refused = _settle(actor, list(holds), HoldState.CONSUMED, now)
        movements = tuple(
            Movement(
                place, variant, MovementKind.SALE, StockState.ON_HAND, -quantity,
                ref=holds[request_id] or str(request_id),
            )
            for request_id, rows in moved.items()
            for _, place, variant, quantity, *_ in rows
        )  # fmt: skip
        if movements:
            write_movements(Posting(movements, now, "inventory"), actor=actor.id, now=now)
    return refused


def extend_hold(*, actor: Actor, request_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Put off when a hold ends; never earlier than it would.

    Raises: HoldNotFoundError; HoldSettledError where it is over or allocated.
    """
    with transaction.atomic():
        rows = _locked(actor, [request_id]).get(request_id)
        if rows is None:
            raise HoldNotFoundError(ref=str(request_id))
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


def _settle_one(actor: Actor, request_id: UUID, to: HoldState, now: datetime) -> None:
    _, refused = _settle(actor, [request_id], to, now)
    if refused:
        raise refused[request_id]


def _settle(
    actor: Actor, request_ids: Sequence[UUID], to: HoldState, now: datetime
) -> tuple[dict[UUID, list[Row]], dict[UUID, Refusal]]:
    """Move holds to a state, and the balances with them; return what moved and what was refused."""
    moving: dict[UUID, list[Row]] = {}
    refused: dict[UUID, Refusal] = {}
    held = _locked(actor, request_ids)
    for request_id in request_ids:
        if request_id not in held:
            refused[request_id] = HoldNotFoundError(ref=str(request_id))
        elif problem := _why_not(request_id, held[request_id], to, now):
            refused[request_id] = problem
        elif rows := _to_move(held[request_id], to):
            moving[request_id] = rows
    if to is HoldState.CONSUMED:
        for request_id, day in _too_early(moving, now).items():
            del moving[request_id]
            refused[request_id] = NotReleasedError(ref=str(request_id), day=day)
    if moving:
        _write(moving, to, now)
    return moving, refused


def _too_early(moving: Mapping[UUID, Sequence[Row]], now: datetime) -> dict[UUID, str]:
    """Return the day from which goods may leave of the holds that have some that may not yet."""
    days = unreleased(ats={(row[1], row[2]) for rows in moving.values() for row in rows}, now=now)
    ends = {
        request_id: [days[row[1], row[2]] for row in rows if (row[1], row[2]) in days]
        for request_id, rows in moving.items()
    }
    return {request_id: max(found).isoformat() for request_id, found in ends.items() if found}


def _why_not(
    request_id: UUID, rows: Sequence[Row], to: HoldState, now: datetime
) -> HoldSettledError | None:
    for *_, state, ends_at in _to_move(rows, to):
        is_over = state == HoldState.HELD and ends_at is not None and ends_at <= now
        if state not in _FOLLOWS[to] or (is_over and to is not HoldState.RELEASED):
            told = HoldState.EXPIRED if is_over else HoldState(state)
            return HoldSettledError(ref=str(request_id), state=told.value, wanted=to.value)
    return None


def _to_move(rows: Sequence[Row], to: HoldState) -> list[Row]:
    """Return the lines that are not where they are wanted yet."""
    states = {HoldState(row[6]) for row in rows}
    if states == {to} or (to is HoldState.RELEASED and states <= _OVER):
        return []
    if to is HoldState.RELEASED:
        return [row for row in rows if row[6] not in _OVER]  # some lines were short
    return list(rows)


def _write(moving: Mapping[UUID, Sequence[Row]], to: HoldState, now: datetime) -> None:
    lines = [(request_id, row) for request_id, rows in moving.items() for row in rows]
    levels = lock_levels({(row[1], row[2]) for _, row in lines})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_hold h SET state = %s, settled_at = %s, "
            "expires_at = CASE WHEN %s THEN NULL ELSE expires_at END "
            "FROM unnest(%s::uuid[], %s::int[]) AS t(r, n) "
            "WHERE h.request_id = t.r AND h.line_no = t.n",
            [to.value, None if to is HoldState.ALLOCATED else now, to is HoldState.ALLOCATED,
             [request_id for request_id, _ in lines], [row[0] for _, row in lines]],
        )  # fmt: skip
    for _, (_, place, variant, quantity, channel, fenced, state, _ends) in lines:
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


_OVER: Final = frozenset({HoldState.RELEASED, HoldState.EXPIRED, HoldState.SHORT})


def _locked(actor: Actor, request_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """Return the lines of holds at places of the actor, after locking their levels, by which
    whoever changes one waits."""
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT request_id, place_key, variant_key FROM inventory_hold "
            "WHERE request_id = ANY(%s)",
            [list(request_ids)],
        )
        ats: dict[UUID, set[At]] = {}
        for request_id, place, variant in cursor.fetchall():
            ats.setdefault(request_id, set()).add((place, variant))
        mine = {
            request_id
            for request_id, here in ats.items()
            if scope.everything or {place for place, _ in here} <= scope.places
        }
        lock_levels({at for request_id in mine for at in ats[request_id]})
        cursor.execute(
            "SELECT request_id, line_no, place_key, variant_key, quantity, channel, fenced, state, "
            "expires_at FROM inventory_hold WHERE request_id = ANY(%s) "
            "ORDER BY request_id, line_no",
            [list(mine)],
        )
        found: dict[UUID, list[Row]] = {request_id: [] for request_id in mine}
        for request_id, *row in cursor.fetchall():
            found[request_id].append(cast("Row", tuple(row)))
    return found
