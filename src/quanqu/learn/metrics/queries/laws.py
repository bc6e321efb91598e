"""Laws 8 and 9 over the live data, asked the way any reader asks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.kernel.time import Period
from quanqu.know.org.facade import places_by_key
from quanqu.learn.metrics.contracts import (
    Comparison,
    Dimension,
    MetricQuery,
    MetricRow,
    OverviewQuery,
)
from quanqu.learn.metrics.queries.answers import query
from quanqu.learn.metrics.queries.extent import data_span
from quanqu.learn.metrics.queries.overview import overview
from quanqu.learn.metrics.queries.sight import PERMISSION

_ADDED = ("gross_sales", "refunds_amount", "adjustments_amount", "orders", "units_sold")
_PARTS = (Dimension.MONTH, Dimension.CHANNEL, Dimension.PLACE, Dimension.COUNTRY)

Sums = dict[tuple[str, str | None], int | float]


def disagreeing_figures() -> list[str]:
    """Return a sentence for each figure that differs by how it is asked."""
    period = data_span(actor=SYSTEM)
    if period is None:
        return []
    now = _end_of(period)
    page = overview(actor=SYSTEM, query=OverviewQuery(period, Comparison.NONE), now=now)
    codes = tuple(tile.metric.code for tile in page.tiles)
    (row,) = query(actor=SYSTEM, query=MetricQuery(codes, period), now=now).rows
    found = [
        f"{tile.metric.code}: {tile.cells} on the overview, {cells} by the query."
        for tile, cells in zip(page.tiles, row.cells, strict=True)
        if tile.cells != cells
    ]
    whole = _asked(SYSTEM)
    for dimension in _PARTS:
        parts = _asked(SYSTEM, dimension)
        found += [
            f"{code} by {dimension}: {parts.get((code, currency), 0)} of {total} {currency or ''}"
            for (code, currency), total in whole.items()
            if parts.get((code, currency), 0) != total
        ]
    return found


def leaking_scopes() -> list[str]:
    """Return a sentence for each figure that companies do not add up to, or nobody may see."""
    companies: dict[int, set[int]] = defaultdict(set)
    for place in places_by_key().values():
        companies[place.company_key].add(place.key)
    whole, added = _asked(SYSTEM), Counter[tuple[str, str | None]]()
    for places in companies.values():
        added.update(_asked(_reader(places)))
    found = [
        f"{code}: companies see {added[code, currency]} of {total} {currency or ''}."
        for (code, currency), total in whole.items()
        if added[code, currency] != total
    ]
    seen = _asked(_reader(()))
    return found + [f"{code}: {value} seen without any place." for (code, _), value in seen.items()]


def _reader(places: Iterable[int]) -> Actor:
    scope = Scope(everything=False, places=frozenset(places))
    grant = Grant(permissions=frozenset({PERMISSION}), scope=scope)
    return Actor(ActorKind.API_KEY, "laws", "Laws", (grant,))


def _asked(actor: Actor, *dimensions: Dimension) -> Sums:
    period = data_span(actor=SYSTEM)
    if period is None:
        return {}
    question = MetricQuery(_ADDED, period, dimensions, limit=10_000)
    return _added(query(actor=actor, query=question, now=_end_of(period)).rows)


def _end_of(period: Period) -> datetime:
    return datetime.combine(period.last, time.max, UTC)


def _added(rows: Iterable[MetricRow]) -> Sums:
    sums: Sums = defaultdict(int)
    for row in rows:
        for code, cells in zip(_ADDED, row.cells, strict=True):
            for cell in cells:
                sums[code, cell.currency] += cell.value or 0
    return {key: value for key, value in sums.items() if value}
