"""The reorder point and the target of items at places, and what is wanted; arrays in and out.

Source: docs/rules/replenishment.md#levels; safety stock: P. L. King, "Crack the Code: Understanding
Safety Stock and Mastering Its Equations", APICS Magazine, July/August 2011, the equation for demand
and lead time that vary independently; (s, S) of E. A. Silver, D. F. Pyke and D. J. Thomas,
"Inventory and Production Management in Supply Chains", 4th edition, section 6.4.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from quanqu.sell.replenishment.rules.demand import ForecastRows, demand_over

__all__ = ["Asked", "Levels", "levels_of", "rounded", "wanted_units"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_FUZZ: Final = 1e-9
"""What arithmetic may add to a whole number before it counts as one more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Policies as columns. Shapes: arrays of one length.

    Units: `minimum`, `maximum` sale units; `service` 0.5 to below 1; days; `lead_deviation` days.
    """

    is_forecast: Bools
    minimum: Ints
    maximum: Ints
    service: Floats
    lead: Ints
    lead_deviation: Floats
    review: Ints
    cover: Ints


@dataclass(frozen=True, slots=True)
class Levels:
    """What each policy comes to. Shapes: arrays of one length.

    `protection`: demand over lead time and review; `cover`: over the days an order is to last
    beyond them; `deviation`: standard deviation of demand while nothing can arrive; `covered` days
    of `looked` the forecast tells of; `span` lead time and review.
    """

    reorder: Ints
    target: Ints
    safety: Ints
    protection: Floats
    cover: Floats
    deviation: Floats
    covered: Ints
    looked: Ints
    span: Ints


def levels_of(asked: Asked, rows: ForecastRows) -> Levels:
    """Return the reorder point s and the target S of each policy.

    By minimum and maximum, these are they.  By a forecast, with D(t) the demand over t days, L lead
    time, R review, C cover: safety stock = z · √(Var D(L+R) + d² · σ_L²), where d = D(L+R)/(L+R)
    and z the standard normal quantile of the service rate; with an error σ for each of L days and a
    lead time that does not vary this is z · σ · √L.  s = D(L+R) + safety stock, S = D(L+R+C) +
    safety stock, whole units upwards, each at least minimum or maximum.  Without any forecast
    minimum and maximum alone count.
    """
    span = asked.lead + asked.review
    looked = span + asked.cover
    near, far = demand_over(rows, span), demand_over(rows, looked)
    # the far span tells more days; what it says of them counts for the near one, too
    is_told = (far.covered > 0) & asked.is_forecast
    near_mean = np.where(near.covered > 0, near.mean, far.mean * span / looked)
    near_variance = np.where(near.covered > 0, near.variance, far.variance * span / looked)
    daily = near_mean / span
    deviation = np.sqrt(near_variance + daily**2 * asked.lead_deviation**2)
    safety = _up(_quantiles(asked.service) * deviation)
    reorder = np.where(is_told, _up(near_mean + safety), 0)
    reorder = np.maximum(reorder, asked.minimum)
    target = np.where(is_told, _up(np.maximum(far.mean, near_mean) + safety), 0)
    target = np.maximum(np.maximum(target, asked.maximum), reorder)
    return Levels(
        reorder,
        target,
        np.where(is_told, safety, 0),
        np.where(is_told, near_mean, 0.0),
        np.where(is_told, np.maximum(far.mean - near_mean, 0.0), 0.0),
        np.where(is_told, deviation, 0.0),
        np.where(asked.is_forecast, far.covered, 0),
        np.where(asked.is_forecast, looked, 0),
        span,
    )


def wanted_units(levels: Levels, net: Ints) -> Ints:
    """Return what brings each inventory position back to its target: nothing above the reorder
    point, and S − net at or below it."""
    return np.where(net <= levels.reorder, np.maximum(levels.target - net, 0), 0)


def rounded(units: int, *, pack: int, least: int) -> int:
    """Return the smallest whole number of packs that is enough, and that the supplier delivers."""
    enough = max(units, least)
    return -(-enough // pack) * pack


def _quantiles(service: Floats) -> Floats:
    rates, where = np.unique(service, return_inverse=True)
    normal = NormalDist()
    return np.array([normal.inv_cdf(rate) for rate in rates.tolist()], np.float64)[where]


def _up(values: Floats) -> Ints:
    return np.ceil(values - _FUZZ).astype(np.int64)
