"""All that the overview says of customers, from one reading of their orders."""

from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.learn.metrics.contracts import Dimension
from quanqu.learn.metrics.metrics.dimensions import bucket_first, bucket_of, column_of
from quanqu.learn.metrics.metrics.grains import Grain
from quanqu.learn.metrics.metrics.lifetimes import cohort_activity, visits
from quanqu.learn.metrics.metrics.measures import MEASURES
from quanqu.learn.metrics.metrics.spans import PERIOD, Day, Layout, in_periods
from quanqu.learn.metrics.metrics.tables import Tables

PART: Final = "part_no"
TOTAL, ALONG, COHORT = range(3)
COUNTED: Final = ("buyers", "new_buyers", "repeat_buyers")


def people(tables: Tables, bucket: Dimension, layout: Layout, day: Day) -> ir.Table:
    """Count customers by period, by bucket of the first period, and by cohort and month.

    The counts are those of plans of grain BUYER and of `cohort_activity`, over orders that are
    read and joined to their customers once.
    Shapes: part_no (0 by period, 1 along the buckets, 2 cohorts), period, begins_on (of the bucket
    or cohort), month_no (of a cohort), and what is `COUNTED`; a cohort has no `new_buyers`.
    """
    days = visits(tables)
    total = _buyers(in_periods(days, layout, day), ())
    along = _buyers(in_periods(days, Layout.ALONE, day), (bucket,))
    cohorts = cohort_activity(days)
    none = ibis.null("int64")
    return ibis.union(
        _part(TOTAL, total, begins_on=ibis.null("date")),
        _part(ALONG, along, begins_on=along[column_of(bucket)]),
        cohorts.select(
            part_no=ibis.literal(COHORT, "int8"),
            period=ibis.literal(0, "int8"),
            begins_on=cohorts.cohort_on,
            month_no=cohorts.month_no,
            buyers=cohorts.customers,
            new_buyers=none,
            repeat_buyers=cohorts.repeaters,
        ),
    )


def _buyers(rows: ir.Table, buckets: tuple[Dimension, ...]) -> ir.Table:
    keys = [PERIOD, *map(column_of, buckets)]
    rows = rows.mutate(
        bucket_first=bucket_first(rows, buckets),
        **{column_of(bucket): bucket_of(rows, bucket) for bucket in buckets},
    )
    gathered = rows.group_by([*keys, "customer_key"]).aggregate(
        first_on=rows.first_on.min(),
        counted_from=rows.bucket_first.min(),
        order_count=rows.order_count.sum(),
    )
    figures = {code: MEASURES[code].at[Grain.BUYER](gathered) for code in COUNTED}
    return gathered.group_by(keys).aggregate(**figures)


def _part(number: int, rows: ir.Table, begins_on: ir.DateValue) -> ir.Table:
    return rows.select(
        part_no=ibis.literal(number, "int8"),
        period=rows.period,
        begins_on=begins_on,
        month_no=ibis.null("int32"),
        **{code: rows[code] for code in COUNTED},
    )
