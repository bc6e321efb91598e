"""Post what other systems report: told twice it happens once, and told by a wrong clock never."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.posting import post_movements
from quanqu.sell.inventory.contracts import (
    MovementError,
    MovementKind,
    Posted,
    Posting,
    StockClockError,
    StockState,
)

FURTHEST_AHEAD_S: Final = 300

_OF_TRANSFERS: Final = frozenset({MovementKind.TRANSFER_OUT, MovementKind.TRANSFER_IN})


def post_outside(*, actor: Actor, posting: Posting, company_key: int, now: datetime) -> Posted:
    """Post movements that an outside system reports.

    `once` is a name of the company's own: no other company can take it.  The same name again is
    answered from the first posting.
    Locks: levels by (place, item).  Emits: HoldsCut.
    Raises: StockClockError; MovementError, also for goods on the way; what `post_movements` raises.
    """
    for number, one in enumerate(posting.movements, 1):
        if one.kind in _OF_TRANSFERS or one.state is StockState.IN_TRANSIT:
            problem = "goods on the way are moved by transfers alone"
            raise MovementError(line=number, problem=problem)
    ahead_s = int((posting.at - now).total_seconds())
    if ahead_s > FURTHEST_AHEAD_S:
        raise StockClockError(at=posting.at, ahead_s=ahead_s)
    once = f"{company_key}/{posting.once}" if posting.once else ""
    with transaction.atomic():
        made = post_movements(actor=actor, posting=replace(posting, once=once), now=now)
        if made is not None:
            return Posted(made, is_repeat=False)
        return Posted(_first(posting.source, once), is_repeat=True)


def _first(source: str, once: str) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posting_id FROM inventory_posted WHERE source = %s AND name = %s",
            [source, once],
        )
        found: UUID = cursor.fetchone()[0]
    return found
