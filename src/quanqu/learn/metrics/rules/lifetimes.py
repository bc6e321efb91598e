"""Cohorts as a table: every month a column, months without anybody are 0."""

from collections.abc import Mapping
from datetime import date

from quanqu.learn.metrics.contracts import Cohort


def shape_cohorts(
    counts: Mapping[tuple[date, int], int], repeaters: Mapping[date, int]
) -> tuple[Cohort, ...]:
    """Turn (month of first order, months since) → customers into cohorts, the oldest first.

    `repeaters` are the customers with more orders, by month of the first.  Each cohort reaches to
    the last month in which anybody ordered.
    """
    if not counts:
        return ()
    last = max(_number(month) + since for month, since in counts)
    months = sorted({month for month, _ in counts})
    return tuple(
        Cohort(
            month,
            tuple(counts.get((month, k), 0) for k in range(last - _number(month) + 1)),
            repeaters.get(month, 0),
        )
        for month in months
    )


def _number(month: date) -> int:
    return month.year * 12 + month.month
