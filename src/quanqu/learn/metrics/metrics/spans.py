"""Rows cut to the period and the one it is compared with."""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.kernel.time import Period

PERIOD: Final = "period"
FIRST: Final = "period_first"

Day = Callable[[int], ir.DateScalar]


class Layout(StrEnum):
    """How the period and the compared one lie to each other."""

    ALONE = "alone"
    ADJOINING = "adjoining"
    APART = "apart"
    OVERLAPPING = "overlapping"


def layout_of(periods: Sequence[Period]) -> Layout:
    """Tell how one period, or two, lie."""
    if len(periods) < 2:
        return Layout.ALONE
    earlier, later = _in_order(periods)
    between = (later.first - earlier.last).days - 1
    if between < 0:
        return Layout.OVERLAPPING
    return Layout.APART if between else Layout.ADJOINING


def days_of(periods: Sequence[Period]) -> tuple[date, ...]:
    """Return the dates that cut the periods, in the order `in_periods` asks for them.

    First and last day of each period, then of the whole stretch they lie in, then the last day
    before and the first day after what lies between them.
    """
    earlier, later = _in_order(periods)
    bounds = Period(earlier.first, max(earlier.last, later.last))
    cuts = [day for one in (*periods, bounds) for day in (one.first, one.last)]
    return (*cuts, earlier.last, later.first)


def in_periods(rows: ir.Table, layout: Layout, day: Day) -> ir.Table:
    """Add `period` (0 or 1) and `period_first`, and keep the rows in them.

    Shapes: rows have `business_date`; a row in both periods is there twice.  `day(n)` is the n-th
    of `days_of`.
    """
    if layout is Layout.ALONE:
        return _tagged(_between(rows, day, 0), 0, day)
    if layout is Layout.OVERLAPPING:
        return ibis.union(*(_tagged(_between(rows, day, n), n, day) for n in range(2)))
    rows = _between(rows, day, 2)
    if layout is Layout.APART:
        rows = rows.filter((rows.business_date <= day(6)) | (rows.business_date >= day(7)))
    inside = rows.business_date.between(day(0), day(1))
    return rows.mutate(
        **{
            PERIOD: ibis.ifelse(inside, 0, 1).cast("int8"),
            FIRST: ibis.ifelse(inside, day(0), day(2)),
        }
    )


def _in_order(periods: Sequence[Period]) -> tuple[Period, Period]:
    earlier, *_, later = sorted((periods[0], *periods), key=lambda one: one.first)
    return earlier, later


def _between(rows: ir.Table, day: Day, number: int) -> ir.Table:
    return rows.filter(rows.business_date.between(day(2 * number), day(2 * number + 1)))


def _tagged(rows: ir.Table, number: int, day: Day) -> ir.Table:
    return rows.mutate(**{PERIOD: ibis.literal(number, "int8"), FIRST: day(2 * number)})
