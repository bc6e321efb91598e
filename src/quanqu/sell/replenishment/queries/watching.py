"""What alerts rest on, and alerts as an actor may see them."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import Sorting, read_number
from quanqu.kernel.paging import Page
from quanqu.sell.inventory.facade import sold_units
from quanqu.sell.replenishment.contracts import Alert, AlertFilters, AlertKind, PolicyMethod
from quanqu.sell.replenishment.models import Alert as AlertRow
from quanqu.sell.replenishment.queries.facts import Facts
from quanqu.sell.replenishment.queries.policies import VIEW
from quanqu.sell.replenishment.rules.alerts import Bools, Watched
from quanqu.sell.replenishment.rules.levels import Ints, Levels
from quanqu.sell.supply.facade import expected_receipts

__all__ = ["count_alerts", "list_alerts", "open_alerts", "watch"]

_SOLD_DAYS: Final = 28
_NEWEST: Final = Sorting("newest", "key", read=read_number)


def watch(facts: Facts, levels: Levels, now: datetime) -> Watched:
    """Return what alerts rest on: free stock, demand a day, and when more comes.

    Demand is the forecast's, and without one what was sold within the last 28 days.  More comes
    with the earliest open order that has a day (today where it is late), and without one after the
    supplier's lead time.
    """
    ats = [(one.place_key, one.variant_key) for one in facts.policies]
    sold = sold_units(ats=ats, since=now - timedelta(days=_SOLD_DAYS), until=now)
    leads = np.maximum(levels.span - np.array([one.review_days for one in facts.policies]), 0)
    is_told = (levels.covered > 0) & np.array(
        [one.method is PolicyMethod.FORECAST for one in facts.policies], np.bool_
    )
    daily = np.where(is_told, levels.protection / np.maximum(levels.span, 1), sold / _SOLD_DAYS)
    stock = facts.stock
    return Watched(
        free=stock.on_hand - stock.held - stock.allocated,
        coming=stock.in_transit + stock.incoming,
        daily=daily,
        until=_until(ats, leads, now),
        limit=np.array([one.most_cover_days for one in facts.policies], np.int64),
        reorder=levels.reorder,
    )


def _until(ats: list[tuple[int, int]], leads: Ints, now: datetime) -> Ints:
    """Return the days until more comes of each policy's item."""
    due: dict[tuple[int, int], int] = {}
    for one in expected_receipts(place_keys={place for place, _ in ats}):
        if one.due_on is not None:
            days = max((one.due_on - now.date()).days, 0)
            due.setdefault((one.place_key, one.variant_key), days)
    return np.array(
        [due.get(at, lead) for at, lead in zip(ats, leads.tolist(), strict=True)], np.int64
    )


def open_alerts(facts: Facts) -> dict[AlertKind, Bools]:
    """Return which alerts of the policies are open, by kind."""
    rows = AlertRow.objects.filter(
        closed_at__isnull=True, place_key__in={one.place_key for one in facts.policies}
    )
    known = set(rows.values_list("kind", "place_key", "variant_key"))
    return {
        kind: np.array(
            [(kind.value, one.place_key, one.variant_key) in known for one in facts.policies],
            np.bool_,
        )
        for kind in AlertKind
    }


def list_alerts(
    *, actor: Actor, filters: AlertFilters, cursor: str | None = None, limit: int = 50
) -> Page[Alert]:
    """Return a page of alerts at places in scope, the newest first. Raises: NotAllowedError."""
    rows, following = _NEWEST.page(_seen(actor, filters), cursor, limit)
    return Page(tuple(map(_alert, rows)), following)


def count_alerts(*, actor: Actor, filters: AlertFilters) -> int:
    """Return how many alerts the filters leave. Raises: NotAllowedError."""
    return _seen(actor, filters).count()


def _seen(actor: Actor, filters: AlertFilters) -> "QuerySet[AlertRow]":
    actor.require(VIEW)
    scope = actor.scope(VIEW)
    wanted = {
        "place_key__in": filters.place_keys,
        "company_key__in": filters.company_keys,
        "kind__in": {one.value for one in filters.kinds} or None,
        "closed_at__isnull": filters.is_open,
    }
    told = {name: value for name, value in wanted.items() if value is not None}
    found = AlertRow.objects.filter(**told)
    return found if scope.everything else found.filter(place_key__in=scope.places)


def _alert(row: AlertRow) -> Alert:
    return Alert(
        key=row.key,
        id=row.id,
        company_key=row.company_key,
        place_key=row.place_key,
        variant_key=row.variant_key,
        kind=AlertKind(row.kind),
        free=row.free,
        daily=row.daily,
        cover_days=row.cover_days,
        limit_days=row.limit_days,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
    )
