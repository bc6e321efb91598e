"""Hold goods: decided in the order of arrival, in sets, committed before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.combiner import Combiner
from quanqu.sell.inventory.actions.ending import end_expired
from quanqu.sell.inventory.actions.locking import LockedLevel, lock_levels, save_levels
from quanqu.sell.inventory.contracts import Hold, HoldRequest, HoldState
from quanqu.sell.inventory.rules.admission import At, admit
from quanqu.sell.inventory.rules.postings import check_lines

MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    request: HoldRequest
    now: datetime


def hold_stock(*, actor: Actor, request: HoldRequest, now: datetime) -> Hold:
    """Hold all lines of a request or none; when it is answered, it is committed.

    Inside a transaction it is a part of that one, and others who want the same items wait for its
    end.  Outside, requests of many threads are decided together.  Asked again under the same
    request id, the first grant counts.
    Locks: levels by (place, item).  Raises: NotAllowedError, StockPlaceError, HoldLineError.
    """
    check_lines(request.lines)
    require_places(actor, {line.place_key for line in request.lines})
    if connection.in_atomic_block:
        return decide_holds([request], now=now)[0]
    return _COMBINER.ask(_Asked(request, now))


def decide_holds(requests: Sequence[HoldRequest], *, now: datetime) -> list[Hold]:
    """Decide requests in their order, in one transaction."""
    ats = {(line.place_key, line.variant_key) for one in requests for line in one.lines}
    with transaction.atomic():
        levels = lock_levels(ats)
        known = _known([one.request_id for one in requests])
        firsts: dict[UUID, HoldRequest] = {}
        for one in requests:
            firsts.setdefault(one.request_id, one)  # sent twice, decided once
        asked = [one for one in firsts.values() if one.request_id not in known]
        answers = _admitted(levels, asked)
        short = {
            (one.line.place_key, one.line.variant_key) for told in answers for one in told.short
        } & levels.keys()
        if short and end_expired(levels, short, now=now):
            answers = _admitted(levels, asked)
        told = {answer.request_id: answer for answer in answers}
        granted = [one for one in asked if told[one.request_id].is_granted]
        _write(levels, granted, now)
    return [told.get(one.request_id, Hold(one.request_id)) for one in requests]


def _decide(asked: Sequence[_Asked]) -> list[Hold]:
    return decide_holds([one.request for one in asked], now=max(one.now for one in asked))


_COMBINER: Final = Combiner(_decide, most=MOST_AT_ONCE)


def _admitted(levels: dict[At, LockedLevel], requests: Sequence[HoldRequest]) -> list[Hold]:
    return admit({at: level.available for at, level in levels.items()}, requests)


def _known(request_ids: list[UUID]) -> set[UUID]:
    """Return the requests that were granted before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT request_id FROM inventory_hold WHERE request_id = ANY(%s)",
            [request_ids],
        )
        return {row[0] for row in cursor.fetchall()}


def _write(levels: dict[At, LockedLevel], granted: Sequence[HoldRequest], now: datetime) -> None:
    if not granted:
        return
    rows = []
    changed = {}
    for request in granted:
        state = HoldState.ALLOCATED if request.expires_at is None else HoldState.HELD
        for number, line in enumerate(request.lines, 1):
            at = (line.place_key, line.variant_key)
            level = changed[at] = levels[at]
            if state is HoldState.HELD:
                level.held += line.quantity
            else:
                level.allocated += line.quantity
            rows.append(
                (request.request_id, number, request.owner, *at, line.quantity, state.value,
                 request.expires_at)
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_hold (request_id, line_no, owner, place_key, variant_key, "
            "quantity, state, expires_at, held_at) SELECT t.*, %s FROM unnest(%s::uuid[], "
            "%s::int[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::text[], "
            "%s::timestamptz[]) AS t",
            [now, *map(list, zip(*rows, strict=True))],
        )
    save_levels(changed)
