"""The overview page in a handful of engine queries, each figure as `query` would answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import (
    Dimension,
    MetricRow,
    Overview,
    OverviewQuery,
    Panel,
    Spark,
    Tile,
)
from quanqu.learn.metrics.metrics.definitions import metric
from quanqu.learn.metrics.metrics.grains import Grain
from quanqu.learn.metrics.metrics.plans import SET, Plan
from quanqu.learn.metrics.metrics.spans import PERIOD
from quanqu.learn.metrics.queries.definitions import formula_of, info_of
from quanqu.learn.metrics.queries.extent import extent_of
from quanqu.learn.metrics.queries.gathering import Gathering
from quanqu.learn.metrics.queries.money import Fetched, fetch_plans
from quanqu.learn.metrics.queries.people import People, people_seen
from quanqu.learn.metrics.queries.sight import as_of, sight_of
from quanqu.learn.metrics.rules.assembly import rows_of
from quanqu.learn.metrics.rules.periods import bucket_starts, compared_period, fitting_bucket
from quanqu.learn.metrics.rules.ranking import by_key, top_rows

TILES: Final = (
    "net_sales",
    "orders",
    "aov",
    "customers",
    "new_customers",
    "repeat_purchase_rate",
    "refund_rate",
    "items_per_order",
)
_SALES: Final = ("net_sales", "orders")
_ITEMS: Final = ("product_sales", "units_sold")
_TOP_PRODUCTS: Final = 10
_MOST_AREAS: Final = 50
_CHANNEL: Final = (Dimension.CHANNEL,)
_COUNTRY: Final = (Dimension.COUNTRY,)
_REGION: Final = (Dimension.REGION,)
_PRODUCT: Final = (Dimension.PRODUCT,)


def overview(*, actor: Actor, query: OverviewQuery, now: datetime) -> Overview:
    """Return the tiles, the trend, channels, areas, best products and cohorts of a scope.

    Areas are countries, or regions where all sales are in one country.  Raises: NotAllowedError.
    """
    sight = sight_of(actor, query.places)
    compared = compared_period(query.period, query.comparison)
    periods = (query.period, compared) if compared else (query.period,)
    bucket = fitting_bucket(query.period)
    extent = sight.meanwhile(lambda _: extent_of(actor, query.places, now))
    people = sight.meanwhile(lambda seen: people_seen(seen, bucket, periods))
    fetched = fetch_plans(sight, _plans(bucket, periods), query.reporting_currency, periods)
    course = _Course(periods, bucket, fetched, people.result())
    area = course.area()
    starts = bucket_starts(query.period, bucket)
    reach = extent.result()
    best = top_rows(course.rows(_PRODUCT, _ITEMS), 0, True, _TOP_PRODUCTS)
    return Overview(
        period=query.period,
        compared=compared,
        bucket=bucket,
        buckets=starts,
        complete=reach.complete_buckets(starts, bucket, query.period),
        data=reach.data,
        is_complete=reach.holds(query.period, query.period),
        tiles=course.tiles(),
        trend=_panel(bucket, _SALES, course.rows((bucket,), _SALES)),
        channels=_panel(Dimension.CHANNEL, _SALES, _ranked(course.rows(_CHANNEL, _SALES))),
        regions=_panel(area, _SALES, _ranked(course.rows((area,), _SALES))),
        products=_panel(Dimension.PRODUCT, _ITEMS, best),
        cohorts=course.people.cohorts,
        provenance=fetched.provenance(as_of(now), sight.version, reach.has_simulated),
    )


def _plans(bucket: Dimension, periods: tuple[Period, ...]) -> tuple[Plan, ...]:
    """Return what is asked of money: sales and refunds by several dimensions, best products."""
    cube = (bucket, Dimension.CHANNEL, Dimension.COUNTRY, Dimension.REGION)
    sets = tuple((dimension,) for dimension in cube)
    goods = ("item_gross", "units")
    return (
        Plan(Grain.ORDER, ("gross", "orders", "units"), cube, periods, (), True, sets=sets),
        Plan(Grain.REFUND, ("given_back",), cube, periods, (), True, sets=sets),
        Plan(Grain.ITEM, goods, _PRODUCT, periods, (), True, _TOP_PRODUCTS),
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """What the engine answered, to be read by one dimension after the other."""

    periods: tuple[Period, ...]
    bucket: Dimension
    fetched: Fetched
    people: People

    def area(self) -> Dimension:
        """Return the dimension that tells areas apart."""
        countries = {row.keys[0] for row in self.rows(_COUNTRY, ("gross_sales",))} - {None}
        return Dimension.COUNTRY if len(countries) > 1 else Dimension.REGION

    def rows(
        self, dimensions: tuple[Dimension, ...], metrics: Sequence[str], periods: int = 2
    ) -> list[MetricRow]:
        """Return the rows of some metrics by a dimension, or in all, in the order of their keys."""
        gathering = Gathering(dimensions, self.periods[:periods])
        for plan, table in zip(self.fetched.plans, self.fetched.tables, strict=True):
            part = self._part(plan, table, dimensions)
            if part is not None:
                shown = part.filter(pc.less(part[PERIOD], periods))
                gathering.add(shown, plan.measures, self.fetched.currency_of(plan))
        people = self.people.counted(dimensions)
        if people is not None:
            gathering.add(people.filter(pc.less(people[PERIOD], periods)), self.people.measures)
        gathering.fill()
        formulas = [formula_of(metric(code)) for code in metrics]
        rows = rows_of(gathering.sums, formulas, len(self.periods[:periods]) > 1)
        if gathering.time_at is not None:
            rows = [row for row in rows if row.keys[0] is not None]
        return sorted(rows, key=by_key)

    def tiles(self) -> tuple[Tile, ...]:
        """Return the tiles with their course over the buckets of the period itself."""
        (total,) = self.rows((), TILES)
        along = self.rows((self.bucket,), TILES, periods=1)
        return tuple(
            Tile(
                info_of(metric(code)),
                total.cells[at],
                tuple(
                    Spark(cell.currency, tuple(_value(row, at, cell.currency) for row in along))
                    for cell in total.cells[at]
                ),
            )
            for at, code in enumerate(TILES)
        )

    def _part(
        self, plan: Plan, table: pa.Table, dimensions: tuple[Dimension, ...]
    ) -> pa.Table | None:
        """Return what a plan says by a dimension; over everything, it is the sum of the buckets."""
        if not plan.sets:
            return table if plan.dimensions == dimensions else None
        if dimensions == _PRODUCT:
            return None
        number = plan.sets.index(dimensions or (self.bucket,))
        part = table.filter(pc.equal(table[SET], number))
        if dimensions:
            return part
        keys = [name for name in (PERIOD, "currency") if name in part.column_names]
        summed = part.group_by(keys).aggregate([(code, "sum") for code in plan.measures])
        return summed.rename_columns([*keys, *plan.measures])


def _value(row: MetricRow, at: int, currency: str | None) -> int | float | None:
    return next((cell.value for cell in row.cells[at] if cell.currency == currency), None)


def _ranked(rows: Sequence[MetricRow]) -> list[MetricRow]:
    return top_rows(rows, 0, True, _MOST_AREAS)


def _panel(dimension: Dimension, metrics: Sequence[str], rows: Sequence[MetricRow]) -> Panel:
    return Panel(dimension, tuple(info_of(metric(code)) for code in metrics), tuple(rows))
