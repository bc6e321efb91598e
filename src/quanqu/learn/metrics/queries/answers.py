"""The one way to ask: metrics × dimensions × period × comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import (
    MetricQuery,
    MetricResult,
    MetricRow,
)
from quanqu.learn.metrics.metrics.definitions import metric
from quanqu.learn.metrics.metrics.plans import make_plans
from quanqu.learn.metrics.metrics.words import clock_label
from quanqu.learn.metrics.queries.definitions import formula_of, info_of
from quanqu.learn.metrics.queries.extent import Extent, extent_of
from quanqu.learn.metrics.queries.gathering import Gathering
from quanqu.learn.metrics.queries.money import fetch_plans
from quanqu.learn.metrics.queries.sight import as_of, sight_of
from quanqu.learn.metrics.rules.assembly import rows_of
from quanqu.learn.metrics.rules.periods import bucket_days, compared_period
from quanqu.learn.metrics.rules.questions import check_query
from quanqu.learn.metrics.rules.ranking import by_key, top_rows


def query(*, actor: Actor, query: MetricQuery, now: datetime) -> MetricResult:
    """Answer a question within the actor's scope.

    Metrics over the same facts take one query of the engine.  Money in several currencies stands
    side by side unless stated rates turn all of it into the reporting currency.
    Raises: NotAllowedError, UnknownMetricError, DimensionNotAllowedError, MetricQueryError.
    """
    sight = sight_of(actor, query.places)
    metrics = [metric(code) for code in query.metrics]
    check_query(query, {one.code: one.dimensions for one in metrics})
    compared = compared_period(query.period, query.comparison)
    periods = (query.period, compared) if compared else (query.period,)
    measures = {measure for one in metrics for measure in one.measures}
    plans = make_plans(measures, query.dimensions, periods, query.filters)
    fetched = fetch_plans(sight, plans, query.reporting_currency, periods)
    gathering = Gathering(query.dimensions, periods)
    for plan, table in zip(fetched.plans, fetched.tables, strict=True):
        gathering.add(table, plan.measures, fetched.currency_of(plan))
    gathering.fill()
    rows = rows_of(gathering.sums, [formula_of(one) for one in metrics], compared is not None)
    extent = extent_of(actor, query.places, now)
    finish = _Finish(query, compared, gathering, extent)
    rows = [finish.row(row) for row in _ordered(rows, query)]
    return MetricResult(
        metrics=tuple(info_of(one) for one in metrics),
        dimensions=query.dimensions,
        period=query.period,
        compared=compared,
        rows=tuple(rows),
        row_count=len(gathering.sums),
        data=extent.data,
        is_complete=extent.holds(query.period, query.period),
        is_comparison_complete=extent.holds(compared, compared) if compared else None,
        provenance=fetched.provenance(as_of(now), sight.version, extent.has_simulated),
    )


def _ordered(rows: Sequence[MetricRow], query: MetricQuery) -> list[MetricRow]:
    if query.order_by in query.metrics:
        column = query.metrics.index(str(query.order_by))
        return top_rows(rows, column, query.is_descending, query.limit)
    ordered = sorted(rows, key=by_key)
    if query.order_by is not None:
        at = [str(dimension) for dimension in query.dimensions].index(query.order_by)
        known = [row for row in ordered if row.keys[at] is not None]
        known.sort(key=lambda row: by_key(row)[at], reverse=query.is_descending)
        ordered = known + [row for row in ordered if row.keys[at] is None]
    return ordered[: query.limit]


@dataclass(frozen=True, slots=True)
class _Finish:
    """Puts the last touches to a row: names of weekdays and hours, and what its bucket is."""

    query: MetricQuery
    compared: Period | None
    gathering: Gathering
    extent: Extent

    def row(self, row: MetricRow) -> MetricRow:
        """Return the row as it is answered."""
        labels = tuple(map(clock_label, self.query.dimensions, row.keys, row.labels))
        at = self.gathering.time_at
        if at is None:
            return replace(row, labels=labels)
        start = cast("date | None", row.keys[at])
        compared_on = self.gathering.compared_on.get(start)
        return replace(
            row,
            labels=labels,
            compared_on=compared_on,
            is_complete=self._is_whole(start, at, self.query.period),
            is_comparison_complete=self._is_whole(compared_on, at, self.compared),
        )

    def _is_whole(self, start: date | None, at: int, asked: Period | None) -> bool | None:
        if start is None or asked is None:
            return None
        return self.extent.holds(bucket_days(start, self.query.dimensions[at]), asked)
