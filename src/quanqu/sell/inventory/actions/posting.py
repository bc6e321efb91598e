"""Post movements: the ledger's lines, the balances, and who must give way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import new_id
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import (
    LockedLevel,
    lock_levels,
    save_levels,
)
from quanqu.sell.inventory.actions.lots import move_lots
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.contracts import (
    HoldsCut,
    HoldState,
    Movement,
    Posting,
    StockShortfallError,
    StockState,
)
from quanqu.sell.inventory.queries.kits import kit_parts
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.giving_way import Claim, cut
from quanqu.sell.inventory.rules.kits import moved_parts
from quanqu.sell.inventory.rules.postings import check_movements, summed

_CLAIMS: Final = (
    "SELECT place_key, variant_key, request_id, line_no, quantity, state, held_at, channel, fenced "
    "FROM inventory_hold JOIN unnest(%s::int[], %s::bigint[]) AS t(p, v) "
    "ON place_key = t.p AND variant_key = t.v WHERE state IN ('held', 'allocated')"
)


def post_movements(*, actor: Actor, posting: Posting, now: datetime) -> UUID | None:
    """Post movements that happened together; all or none.

    Returns the posting's id; None when a posting of that source and name was made before.  Where
    less is on hand than is promised, safety stock gives way first, then the latest holds, then the
    latest allocations: they become short, and their owners are told.
    Locks: levels by (place, item).  Emits: HoldsCut.
    Raises: NotAllowedError, StockPlaceError, MovementError; StockShortfallError where a state would
    fall below nothing.
    """
    check_movements(posting.movements)
    require_places(actor, {one.place_key for one in posting.movements})
    with transaction.atomic():
        return write_movements(posting, actor=actor.id, now=now)


def write_movements(posting: Posting, *, actor: str, now: datetime) -> UUID | None:
    """Post checked movements in the caller's transaction."""
    posting_id = new_id()
    if posting.once and not _is_first(posting, posting_id):
        return None
    _post(posting, posting_id, actor, now)
    return posting_id


def _post(posting: Posting, posting_id: UUID, actor: str, now: datetime) -> None:
    """Write what moves: levels, the ledger, lots; of kits it is their parts that move."""
    changes = summed(posting.movements)
    open_levels(changes)
    levels = lock_levels(changes)
    if missing := {item for _, item in changes.keys() - levels.keys()}:  # kits have no levels
        parts = moved_parts(posting.movements, kit_parts(missing))
        return _post(replace(posting, movements=parts), posting_id, actor, now)
    before = {at: dict(level.states) for at, level in levels.items()}
    _apply(levels, changes)
    give_way(levels, now)
    for level in levels.values():
        level.withhold()
    save_levels(levels)
    _write(posting, posting_id, before, actor, now)
    tracked = {at for at, level in levels.items() if level.is_tracked}
    for further in move_lots(posting, posting_id, tracked, actor=actor, now=now):
        write_movements(further, actor=actor, now=now)
    return None


def _is_first(posting: Posting, posting_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_posted (source, name, posting_id) VALUES (%s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [posting.source, posting.once, posting_id],
        )
        return cursor.rowcount == 1


def _apply(
    levels: Mapping[At, LockedLevel], changes: Mapping[At, Mapping[StockState, int]]
) -> None:
    for at, states in changes.items():
        for state, quantity in states.items():
            balance = levels[at].states[state] + quantity
            if balance < 0:
                place, item = at
                raise StockShortfallError(
                    state=state.value, balance=balance, place=place, item=item
                )
            levels[at].states[state] = balance


def give_way(levels: Mapping[At, LockedLevel], now: datetime) -> None:
    """Let claims become short where more is promised than there is."""
    missing = {
        at: level.claimed - level.states[StockState.ON_HAND] - level.backorder_limit
        for at, level in levels.items()
    }
    ats = [at for at, units in missing.items() if units > 0]
    if not ats:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, [[at[0] for at in ats], [at[1] for at in ats]])
        claims: dict[At, list[Claim]] = {at: [] for at in ats}
        of_channel: dict[tuple[str, int], tuple[str, int]] = {}
        for place, variant, request, line, quantity, state, held_at, *share in cursor.fetchall():
            order = (state == HoldState.HELD, held_at.timestamp(), str(request), line)
            claims[place, variant].append(Claim(order, quantity))
            of_channel[str(request), line] = (share[0], share[1])
        given = [(at, claim) for at in ats for claim in cut(claims[at], missing[at])]
        for at, claim in given:
            if claim.order[0]:
                levels[at].held -= claim.quantity
            else:
                levels[at].allocated -= claim.quantity
            levels[at].give_back(*of_channel[claim.order[2:]])
        cursor.execute(
            "UPDATE inventory_hold h SET state = 'short', settled_at = %s "
            "FROM unnest(%s::uuid[], %s::int[]) AS t(r, n) "
            "WHERE h.request_id = t.r AND h.line_no = t.n RETURNING h.request_id::text, h.owner",
            [now, [one.order[2] for _, one in given], [one.order[3] for _, one in given]],
        )
        emit(HoldsCut(sorted(set(cursor.fetchall()), reverse=True)), now=now)


def _write(
    posting: Posting,
    posting_id: UUID,
    balances: dict[At, dict[StockState, int]],
    actor: str,
    now: datetime,
) -> None:
    rows = [(*_row(one, balances), one.ref or posting.ref) for one in posting.movements]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_movement (place_key, variant_key, kind, state, quantity, "
            "balance, ref, posting_id, at, recorded_at, source, actor, reason) "
            "SELECT t.*, %s, %s, %s, %s, %s, %s FROM unnest(%s::int[], %s::bigint[], "
            "%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[]) AS t",
            [posting_id, posting.at, now, posting.source, actor, posting.reason,
             *map(list, zip(*rows, strict=True))],
        )  # fmt: skip


def _row(
    one: Movement, balances: dict[At, dict[StockState, int]]
) -> tuple[int, int, str, str, int, int]:
    """Return a line with the balance after it, the lines before it counted."""
    states = balances[one.place_key, one.variant_key]
    states[one.state] += one.quantity
    return (
        one.place_key, one.variant_key, one.kind.value, one.state.value, one.quantity,
        states[one.state],
    )  # fmt: skip
