"""Demand over spans of days, from forecasts by period; pure arithmetic on arrays.

Source: docs/rules/replenishment.md#demand.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Demand", "ForecastRows", "demand_over"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ForecastRows:
    """Forecasts, one row a period.

    Shapes: arrays of one length.  Units: `policy` the row's place among the policies, `start` days
    from today (before it: below 0), `days` at least 1, `quantity` and `error` sale units over the
    period.
    """

    policy: Ints
    start: Ints
    days: Ints
    quantity: Floats
    error: Floats


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand of each policy over its span. Shapes: arrays of one length.

    Units: `mean` sale units, `variance` their square, `covered` days the forecast tells of.
    """

    mean: Floats
    variance: Floats
    covered: Ints


def demand_over(rows: ForecastRows, horizon: Ints) -> Demand:
    """Return the demand of each policy from today over `horizon` days.

    A period that reaches beyond the span counts by the part of its days inside, in quantity and in
    variance, as if demand fell evenly and independently on its days.  Days the forecast does not
    tell of count like the average day it tells of; where it tells of none, demand is 0.
    """
    ends = np.minimum(rows.start + rows.days, horizon[rows.policy])
    inside = np.maximum(ends - np.maximum(rows.start, 0), 0)
    share = inside / rows.days
    size = len(horizon)
    mean: Floats = np.bincount(rows.policy, rows.quantity * share, size).astype(np.float64)
    variance: Floats = np.bincount(rows.policy, rows.error**2 * share, size).astype(np.float64)
    covered = np.bincount(rows.policy, inside, size).astype(np.int64)
    told = np.maximum(covered, 1)
    stretch = np.where(covered > 0, np.maximum(horizon, covered) / told, 0.0)
    return Demand(mean * stretch, variance * stretch, covered)
