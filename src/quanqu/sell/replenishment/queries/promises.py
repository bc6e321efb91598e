"""What can be promised of goods to come, and promises as an actor may see them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import F, Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import WaitingLine
from quanqu.sell.inventory.facade import stock_positions, waiting_lines
from quanqu.sell.replenishment.contracts import Promise, PromiseFilters, PromiseStep
from quanqu.sell.replenishment.models import Promise as PromiseRow
from quanqu.sell.replenishment.rules.promising import Promised, Supply, Wish, assign, promisable
from quanqu.sell.supply.facade import expected_receipts

__all__ = [
    "Inbound",
    "count_promises",
    "list_promises",
    "promise_info",
    "promising",
    "supplies_at",
    "waiting_days",
]

VIEW: Final = "stock.view"
At = tuple[int, int]
Line = tuple[UUID, int]
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def promising(
    *,
    actor: Actor,
    variant_keys: Collection[int],
    place_keys: Collection[int],
    now: datetime,
) -> tuple[PromiseStep, ...]:
    """Return from which day how many units of items at places can be promised.

    What is there, promised to nobody and not withheld counts from today, and in every later step;
    days of deliveries follow, less what waits for them.  Only places where the actor may see
    stock.  Raises: NotAllowedError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW)
    seen = [key for key in dict.fromkeys(place_keys) if scope.everything or key in scope.places]
    ats = [(place, item) for place in seen for item in dict.fromkeys(variant_keys)]
    there = stock_positions(ats=ats)
    claimed = there.held + there.allocated
    free = np.maximum(there.on_hand - there.safety - claimed, 0).tolist()
    supplies = supplies_at(seen, now.date(), variant_keys)
    promised = _promised(seen, supplies, now, set(variant_keys))
    found = []
    for at, units in zip(ats, free, strict=True):
        steps = promisable(supplies.get(at, ()), promised.get(at, ()))
        days = {now.date(): 0} | dict(steps) if units else dict(steps)
        found += [PromiseStep(*at, day, told + units) for day, told in days.items()]
    return tuple(found)


class Inbound:
    """When goods on order come, for availability below (`sell.inventory.ports.Outlook`)."""

    def first_days(
        self, *, variant_keys: Collection[int], place_keys: Collection[int], now: datetime
    ) -> dict[At, date]:
        """Return the first day on which a unit on order is promised to nobody, by (place, item).

        Three statements, whatever their number; items of which nothing is on order cost nothing.
        """
        supplies = supplies_at(place_keys, now.date(), variant_keys)
        if not supplies:
            return {}
        places, items = ({at[side] for at in supplies} for side in (0, 1))
        promised = _promised(places, supplies, now, items)
        found = {}
        for at, coming in supplies.items():
            steps = promisable(coming, promised.get(at, ()))
            if steps:
                found[at] = steps[0][0]
        return found


def _promised(
    places: Collection[int],
    supplies: Mapping[At, Sequence[Supply]],
    now: datetime,
    items: Collection[int],
) -> dict[At, list[Promised]]:
    """Return what is promised of items at places as of now, also what waits and was given no day
    yet."""
    lines = waiting_lines(place_keys=places, variant_keys=items)
    rows = PromiseRow.objects.filter(place_key__in=places, variant_key__in=items)
    before = {(row.request_id, row.line_no): row for row in rows}
    days = waiting_days(lines, before, supplies, now)
    found: dict[At, list[Promised]] = {}
    for line in lines:
        day = days[line.request_id, line.line_no]
        if day is not None:
            at = (line.place_key, line.variant_key)
            found.setdefault(at, []).append(Promised(day, line.units))
    return found


def supplies_at(
    place_keys: Collection[int], today: date, variant_keys: Collection[int] | None = None
) -> dict[tuple[int, int], list[Supply]]:
    """Return what open orders bring by (place, item); what is late comes today, what has no day is
    left out."""
    found: dict[tuple[int, int], list[Supply]] = {}
    for one in expected_receipts(place_keys=place_keys, variant_keys=variant_keys):
        if one.due_on is not None:
            at = (one.place_key, one.variant_key)
            found.setdefault(at, []).append(Supply(max(one.due_on, today), one.units))
    return found


def waiting_days(
    lines: Sequence[WaitingLine],
    before: Mapping[Line, PromiseRow],
    supplies: Mapping[tuple[int, int], Sequence[Supply]],
    now: datetime,
) -> dict[Line, date | None]:
    """Return the day of each line: per item and place, those promised first come first."""
    waiting: dict[tuple[int, int], list[WaitingLine]] = {}
    for line in lines:
        waiting.setdefault((line.place_key, line.variant_key), []).append(line)
    found: dict[Line, date | None] = {}
    for at, members in waiting.items():
        rows = {id(one): before.get((one.request_id, one.line_no)) for one in members}
        members.sort(key=lambda one: _order(rows[id(one)], now))
        wishes = [Wish(one.units, _kept(rows[id(one)])) for one in members]
        for one, day in zip(members, assign(supplies.get(at, ()), wishes), strict=True):
            found[one.request_id, one.line_no] = day
    return found


def _order(row: PromiseRow | None, now: datetime) -> tuple[bool, datetime, int]:
    """Return where a line stands: promised ones by when they were, then the others as served."""
    is_new = row is None or row.promised_on is None
    return (is_new, now if row is None or is_new else row.made_at, 0 if row is None else row.key)


def _kept(row: PromiseRow | None) -> date | None:
    return row.promised_on if row else None


def list_promises(
    *, actor: Actor, filters: PromiseFilters, cursor: str | None = None, limit: int = 50
) -> Page[Promise]:
    """Return a page of promises at places in scope, the newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor, filters), cursor, limit)
    return Page(tuple(map(promise_info, rows)), following)


def count_promises(*, actor: Actor, filters: PromiseFilters) -> int:
    """Return how many promises the filters leave. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def promise_info(row: PromiseRow) -> Promise:
    """Return a promise's row as a contract."""
    return Promise(
        key=row.key,
        request_id=row.request_id,
        line_no=row.line_no,
        owner=row.owner,
        company_key=row.company_key,
        place_key=row.place_key,
        variant_key=row.variant_key,
        units=row.units,
        promised_on=row.promised_on,
        first_on=row.first_on,
        made_at=row.made_at,
        updated_at=row.updated_at,
    )


def _seen(actor: Actor, filters: PromiseFilters) -> "QuerySet[PromiseRow]":
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    wanted = {
        "place_key__in": filters.place_keys,
        "company_key__in": filters.company_keys,
    }
    found = PromiseRow.objects.filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if filters.is_at_risk is not None:
        risk = Q(promised_on__isnull=True) | Q(promised_on__gt=F("first_on"))
        found = found.filter(risk) if filters.is_at_risk else found.exclude(risk)
    return found if scope.everything else found.filter(place_key__in=scope.places)
