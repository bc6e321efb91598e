"""Hold at other places and give the former ones free, in one act."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.deciding import decide_holds
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.settling import release_hold
from quanqu.sell.inventory.contracts import Hold, HoldRequest
from quanqu.sell.inventory.queries.kits import kit_parts
from quanqu.sell.inventory.rules.admission import At
from quanqu.sell.inventory.rules.postings import check_lines


class _ShortError(Exception):
    """Takes back what was done before a request turned out to be short."""


def swap_holds(
    *, actor: Actor, release: Sequence[UUID], requests: Sequence[HoldRequest], now: datetime
) -> list[Hold]:
    """Hold all the requests or none; when all are held, the named holds are given free with it.

    What is given free can be held again by the same act.  When a request is short, nothing changes
    and the answers tell which.  Nobody sees a moment in which neither is held, or both are.
    Locks: levels of all of them by (place, item).  Raises: NotAllowedError, StockPlaceError,
    HoldLineError, HoldNotFoundError; HoldSettledError where goods to be given free have left.
    """
    for one in requests:
        check_lines(one.lines)
    require_places(actor, {line.place_key for one in requests for line in one.lines})
    wanted = {(line.place_key, line.variant_key) for one in requests for line in one.lines}
    kits = kit_parts({item for _, item in wanted})
    wanted |= {(at[0], part.variant_key) for at in wanted for part in kits.get(at[1], ())}
    answers: list[Hold] = []
    with transaction.atomic():
        lock_levels(wanted | _held_at(release))
        try:
            with transaction.atomic():
                own = _claimed(release)
                for request_id in release:
                    release_hold(actor=actor, request_id=request_id, now=now)
                answers = decide_holds(requests, now=now, own=own)
                if not all(one.is_granted for one in answers):
                    raise _ShortError
        except _ShortError:
            return answers
    return answers


def _claimed(request_ids: Sequence[UUID]) -> dict[At, int]:
    """Return what holds claim, under the lock of their levels: nobody in line can have it first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_key, variant_key, sum(quantity)::bigint FROM inventory_hold "
            "WHERE request_id = ANY(%s) AND state IN ('held', 'allocated') GROUP BY 1, 2",
            [list(request_ids)],
        )
        return {(place, variant): units for place, variant, units in cursor.fetchall()}


def _held_at(request_ids: Sequence[UUID]) -> set[At]:
    """Return where holds are: a hold never moves, so this is read before anything is locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place_key, variant_key FROM inventory_hold WHERE request_id = ANY(%s)",
            [list(request_ids)],
        )
        return {(place, variant) for place, variant in cursor.fetchall()}
