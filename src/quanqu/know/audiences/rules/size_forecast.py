"""Forecast the size of an audience from equally spaced past sizes, and say how wrong that was.

Source: docs/rules/audiences.md#size-forecast.  The trend is damped as by E. S. Gardner and
E. McKenzie, Management Science 31(10), 1985, equation 2; the interval is the split-conformal
quantile of the distances of past forecasts (Vovk, Gammerman, Shafer 2005).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from quanqu.know.audiences.contracts import (
    BackTest,
    EventRule,
    ForecastMethod,
    Leaf,
    SequenceRule,
    SizePoint,
    SizeTrial,
)

STEP_DAYS: Final = 6
STEPS: Final = 5
POINTS: Final = 31
TREND_STEPS: Final = 8
DAMPING: Final = 0.9
COVER: Final = 0.8
FEWEST_TRIALS: Final = 10


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is forecast of a history: the method, whether it was too short for a trend, the points
    after its end, and the trials."""

    method: ForecastMethod
    is_short: bool
    points: tuple[SizePoint, ...]
    test: BackTest


def past_days(as_of: date, earliest: date | None) -> tuple[date, ...]:
    """Return the days to work sizes out for, oldest first: every sixth back from `as_of` over 180
    days, none before `earliest` (None: only `as_of`)."""
    days = [as_of - timedelta(days=STEP_DAYS * number) for number in reversed(range(POINTS))]
    return tuple(day for day in days if day == as_of or (earliest is not None and day >= earliest))


def longest_window(rules: Sequence[Leaf]) -> int:
    """Return how many days back moving windows of the rules look, at most; 0 without any.

    Before so many days of data such a rule finds fewer customers than it would, so sizes there
    would only show how the data began.
    """
    windows = [rule.window for rule in rules if isinstance(rule, EventRule | SequenceRule)]
    reach = [window.last_days or window.from_days_ago or 0 for window in windows]
    return max(reach, default=0)


def look_ahead(past: Sequence[tuple[date, int]]) -> Outlook:
    """Return the forecast of the 30 days after a history of sizes, one every six days.

    The trend is used only where it was nearer to what came than "stays as it is", on average over
    the trials 30 days ahead; with fewer than ten trials it is not tried.
    """
    sizes = [members for _, members in past]
    origins = range(TREND_STEPS, len(sizes) - STEPS)
    is_short = len(origins) < FEWEST_TRIALS
    trials = () if is_short else tuple(_trial(past, at) for at in origins)
    test = BackTest(trials, _mean(trials, "trend"), _mean(trials, "stays"))
    is_trend = bool(trials) and (test.trend_error or 0.0) < (test.stays_error or 0.0)
    method = ForecastMethod.TREND if is_trend else ForecastMethod.STAYS
    tried = range(len(sizes) - STEPS) if is_short else origins
    last_on = past[-1][0]
    points = []
    for step in range(1, STEPS + 1):
        members = _expect(sizes, len(sizes) - 1, step, method)
        far = _reach(sizes, tried, step, method)
        low, high = (None, None) if far is None else (max(0, members - far), members + far)
        points.append(SizePoint(last_on + timedelta(days=STEP_DAYS * step), members, low, high))
    return Outlook(method, is_short, tuple(points), test)


def _expect(sizes: Sequence[int], at: int, step: int, method: ForecastMethod) -> int:
    """Return what is expected `step` steps after a place of the history, never below zero."""
    if method is ForecastMethod.STAYS:
        return sizes[at]
    slope = (sizes[at] - sizes[at - TREND_STEPS]) / TREND_STEPS
    damped = sum(DAMPING**number for number in range(1, step + 1))
    return max(0, round(sizes[at] + slope * damped))


def _reach(
    sizes: Sequence[int], tried: Sequence[int], step: int, method: ForecastMethod
) -> int | None:
    """Return the distance that four of five past forecasts kept; None: there are too few."""
    if len(tried) < FEWEST_TRIALS:
        return None
    far = sorted(abs(sizes[at + step] - _expect(sizes, at, step, method)) for at in tried)
    return far[math.ceil((len(far) + 1) * COVER) - 1]


def _trial(past: Sequence[tuple[date, int]], at: int) -> SizeTrial:
    sizes = [members for _, members in past]
    return SizeTrial(
        past[at][0],
        past[at + STEPS][0],
        _expect(sizes, at, STEPS, ForecastMethod.TREND),
        sizes[at],
        sizes[at + STEPS],
    )


def _mean(trials: Sequence[SizeTrial], said: str) -> float | None:
    if not trials:
        return None
    return sum(abs(one.actual - getattr(one, said)) for one in trials) / len(trials)
