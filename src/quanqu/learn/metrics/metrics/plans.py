"""Plans: which measures at which grain, compiled to one aggregation over both periods."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts import TIME_DIMENSIONS, Dimension, Filter
from quanqu.learn.metrics.metrics.buyers import (
    Group,
    one_row_a_buyer,
    one_row_a_product,
    one_row_a_spender,
)
from quanqu.learn.metrics.metrics.dimensions import (
    LABELLED,
    NAMED_LATE,
    bucket_first,
    column_of,
    filter_column,
    label_of,
    needed_columns,
    with_dimensions,
    with_product_names,
)
from quanqu.learn.metrics.metrics.grains import GRAIN_DIMENSIONS, Grain, base_rows
from quanqu.learn.metrics.metrics.measures import MEASURES, worth_of
from quanqu.learn.metrics.metrics.spans import FIRST, PERIOD, Day, days_of, in_periods, layout_of
from quanqu.learn.metrics.metrics.tables import Tables

CURRENCY: Final = "currency"
UNCONVERTED: Final = "unconverted"
FOREIGN: Final = "foreign"
SET: Final = "set_no"
_BUYERS: Final = (Grain.BUYER, Grain.ITEM_BUYER)
_OF_LINES: Final = (Grain.ITEM, Grain.ITEM_BUYER, Grain.SOLD_PRODUCT, Grain.REFUND_ITEM)
_WHOLE: Final = (*_BUYERS, Grain.SOLD_PRODUCT, Grain.INTERVAL, Grain.LINKED_REFUND)
"""Grains whose figures of several currencies cannot be added up, and so are never divided by it."""
_SUMS: Final = ("amount_minor", "quantity")
_FACTOR: Final = "decimal(24, 12)"
_AMOUNT: Final = "decimal(13, 0)"


@dataclass(frozen=True, slots=True)
class Plan:
    """One engine query: measures of one grain by dimensions, over one period or two.

    Shapes of the answer: `period` (0 the period, 1 the compared one), a key column and perhaps a
    label column a dimension, `currency` when `is_by_currency`, a column a measure.  `top` keeps the
    keys with the highest first measure in the period, so many a currency, and drops unknown ones.
    `sets` asks for the sums over each of these choices of the dimensions instead: `set_no` is the
    number of the choice, the key columns of the others are null.
    """

    grain: Grain
    measures: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    periods: tuple[Period, ...]
    filters: tuple[Filter, ...] = ()
    is_by_currency: bool = False
    top: int | None = None
    sets: tuple[tuple[Dimension, ...], ...] = ()

    @property
    def wanted(self) -> frozenset[Dimension]:
        """Every dimension that rows are divided or filtered by."""
        return frozenset({*self.dimensions, *(one.dimension for one in self.filters)})

    @property
    def columns(self) -> frozenset[str]:
        """The columns of facts that the measures need."""
        return frozenset[str]().union(*(MEASURES[code].columns for code in self.measures))

    @property
    def money(self) -> tuple[str, ...]:
        """The columns of money that the measures add up."""
        return tuple(sorted({MEASURES[code].money for code in self.measures} - {""}))


def make_plans(
    measures: Collection[str],
    dimensions: tuple[Dimension, ...],
    periods: tuple[Period, ...],
    filters: tuple[Filter, ...] = (),
) -> tuple[Plan, ...]:
    """Return one plan for each grain that the measures need.

    Facts are divided by currency as soon as one measure is money, so that counts beside it can be
    used in quotients; buyers and intervals are not, since they cannot be added up again.
    """
    wanted = {*dimensions, *(one.dimension for one in filters)}
    by_grain: dict[Grain, list[str]] = {}
    for code in sorted(measures):
        grain = next(g for g in MEASURES[code].at if GRAIN_DIMENSIONS[g] >= wanted)
        by_grain.setdefault(grain, []).append(code)
    has_money = any(MEASURES[code].is_money for code in measures)
    return tuple(
        Plan(
            grain,
            tuple(codes),
            dimensions,
            periods,
            filters,
            has_money and grain not in _WHOLE and Dimension.CURRENCY not in dimensions,
        )
        for grain, codes in by_grain.items()
    )


def shape_of(plan: Plan) -> Hashable:
    """Return what the expression of a plan depends on besides its dates."""
    return replace(plan, periods=()), layout_of(plan.periods)


def aggregate(
    tables: Tables, plan: Plan, rates: ir.Table | None = None, day: Day | None = None
) -> ir.Table:
    """Return the expression of a plan.

    With `rates` (currency, valid_first, valid_last, factor, is_own) money is converted by its day
    instead of being divided by currency; `unconverted` counts the rows that no rate covers and
    `foreign` those that are of another currency.  `day(n)` stands for the n-th date of
    `days_of(plan.periods)`; without it the dates are written.
    """
    dates = days_of(plan.periods)
    rates = rates if plan.is_by_currency else None
    rows = in_periods(
        _base(tables, plan, rates is not None),
        layout_of(plan.periods),
        day or (lambda number: ibis.date(dates[number])),
    )
    rows = with_dimensions(_condensed(rows, plan, rates is not None), tables, plan.wanted)
    for one in plan.filters:
        rows = rows.filter(_matches(rows[filter_column(one.dimension)], one.values))
    keys = [PERIOD, *(column_of(d) for d in plan.dimensions)]
    if plan.is_by_currency and rates is None:
        keys.append(CURRENCY)
    rows = _with_worth(rows, plan.money, rates)
    group = Group(keys, [label_of(d) for d in plan.dimensions if d in LABELLED - NAMED_LATE])
    rows = _gathered(rows, tables, plan, group)
    figures = {code: MEASURES[code].at[plan.grain](rows) for code in plan.measures}
    counts = {name: rows[name].sum() for name in _counts(rows)}
    named = {label: rows[label].min() for label in group.labels}
    answer = rows.group_by(keys).aggregate(**named, **figures, **counts)
    answer = answer if plan.top is None else _best(answer, plan, keys[1:])
    answer = _rolled_up(answer, plan, [*figures, *counts]) if plan.sets else answer
    return with_product_names(answer, tables) if NAMED_LATE & {*plan.dimensions} else answer


def _base(tables: Tables, plan: Plan, has_rates: bool) -> ir.Table:
    rows = base_rows(plan.grain, tables)
    needed = {*needed_columns(plan.wanted), *plan.columns, "business_date"}
    if plan.is_by_currency or has_rates:
        needed.add("currency")
    if plan.grain in (*_BUYERS, Grain.SPENDER):
        needed |= {"subject_key", "order_key"}
    if plan.grain is Grain.SOLD_PRODUCT:
        needed |= {"product_key", "order_key"}
    return rows.select([column for column in rows.columns if column in needed])


def _condensed(rows: ir.Table, plan: Plan, has_rates: bool) -> ir.Table:
    """Add lines up before products are joined to them, where all that is wanted are sums."""
    sums = [column for column in _SUMS if column in rows.columns]
    by_day = has_rates or bool(plan.wanted & (TIME_DIMENSIONS | {Dimension.WEEKDAY}))
    keys = [column for column in rows.columns if column not in (*sums, FIRST)]
    if plan.grain not in _OF_LINES or {"order_key", "subject_key"} & set(keys):
        return rows
    if not by_day:
        keys.remove("business_date")
    return rows.group_by(keys).aggregate(**{column: rows[column].sum() for column in sums})


def _gathered(rows: ir.Table, tables: Tables, plan: Plan, group: Group) -> ir.Table:
    if plan.grain in _BUYERS:
        return one_row_a_buyer(
            rows.mutate(bucket_first=bucket_first(rows, plan.dimensions)),
            tables,
            group,
            is_of_lines=plan.grain in _OF_LINES,
            has_channels="channel" in plan.columns,
        )
    if plan.grain is Grain.SOLD_PRODUCT:
        return one_row_a_product(rows, group)
    if plan.grain is Grain.SPENDER:
        return one_row_a_spender(rows, tables, group, worth_of("total_minor"), _counts(rows))
    return rows


def _rolled_up(answer: ir.Table, plan: Plan, sums: Sequence[str]) -> ir.Table:
    """Add the answer up over each set of its dimensions; all that it counts are sums."""
    among = [CURRENCY] if CURRENCY in answer.columns else []
    every = [column_of(dimension) for dimension in plan.dimensions]
    parts = []
    for number, kept in enumerate(plan.sets):
        keys = [column_of(dimension) for dimension in kept]
        part = answer.group_by([PERIOD, *keys, *among]).aggregate(
            **{name: answer[name].sum() for name in sums}
        )
        left_out = {key: ibis.null(answer[key].type()) for key in every if key not in keys}
        part = part.mutate(**{SET: ibis.literal(number, "int8")}, **left_out)
        parts.append(part.select(SET, PERIOD, *every, *among, *sums))
    return ibis.union(*parts)


def _best(answer: ir.Table, plan: Plan, keys: Sequence[str]) -> ir.Table:
    shown = answer.filter(answer.period == 0, *(answer[key].notnull() for key in keys))
    among = [CURRENCY] if CURRENCY in keys else []
    order = [shown[plan.measures[0]].desc(), *(shown[key] for key in keys)]
    shown = shown.mutate(place=ibis.row_number().over(ibis.window(group_by=among, order_by=order)))
    best = shown.filter(shown.place < plan.top).select(*keys)
    return answer.semi_join(best, list(keys))


def _matches(column: ir.Column, values: Sequence[str]) -> ir.BooleanValue:
    named = column.isin([value for value in values if value])
    return named | column.isnull() if "" in values else named


def _with_worth(rows: ir.Table, money: Sequence[str], rates: ir.Table | None) -> ir.Table:
    """Add each column of money as it is added up; with rates also what is counted, 1 or 0."""
    if rates is None:
        return rows.mutate(**{worth_of(column): rows[column] for column in money})
    known = rates.rename(rate_currency="currency")
    covered = rows.left_join(
        known,
        [
            rows.currency == known.rate_currency,
            rows.business_date >= known.valid_first,
            rows.business_date <= known.valid_last,
        ],
    )
    factor = covered.factor.cast(_FACTOR)
    return covered.mutate(
        **{worth_of(column): covered[column].cast(_AMOUNT) * factor for column in money},
        **{
            UNCONVERTED: covered.factor.isnull().cast("int64"),
            FOREIGN: (~covered.is_own.fill_null(False)).cast("int64"),
        },
    )


def _counts(rows: ir.Table) -> list[str]:
    return [name for name in (UNCONVERTED, FOREIGN) if name in rows.columns]
