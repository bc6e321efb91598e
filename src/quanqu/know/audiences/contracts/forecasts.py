"""How many will be in an audience: the forecast, and how well it would have done before."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from quanqu.kernel.errors import RefusedError

__all__ = [
    "BackTest",
    "ForecastMethod",
    "SizeForecast",
    "SizePoint",
    "SizeTrial",
    "StaticForecastError",
]


class ForecastMethod(StrEnum):
    """`trend`: the damped mean change of the last weeks.  `stays`: it stays as it is."""

    TREND = "trend"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class SizePoint:
    """The size expected on a day; four of five past forecasts were as near as `low` to `high`
    (None: there were too few to tell)."""

    on: date
    members: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class SizeTrial:
    """A forecast as it would have been made on a past day: what both methods said of `on`, and
    what came."""

    made_on: date
    on: date
    trend: int
    stays: int
    actual: int


@dataclass(frozen=True, slots=True)
class BackTest:
    """The trials 30 days ahead, oldest first, and the mean distance of each method from what came
    (None: no trial)."""

    trials: tuple[SizeTrial, ...]
    trend_error: float | None
    stays_error: float | None


@dataclass(frozen=True, slots=True)
class SizeForecast:
    """The sizes by the rules of today as of past days, the forecast, and its back-test.

    `is_short`: the history is too short to try a trend, so the size is said to stay as it is.
    """

    version: int
    as_of: date
    worked_out_at: datetime
    method: ForecastMethod
    is_short: bool
    past: tuple[tuple[date, int], ...]
    points: tuple[SizePoint, ...]
    test: BackTest


class StaticForecastError(RefusedError):
    """A list of customers does not change by rules, so there is nothing to forecast."""

    code = "audiences.forecast_static"
    template = "A snapshot or an upload does not change by itself: there is nothing to forecast."
