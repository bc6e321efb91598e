"""Check policies and forecasts before anything is written."""

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from quanqu.sell.inventory.contracts import LARGEST_QUANTITY
from quanqu.sell.replenishment.contracts import (
    LONGEST_COVER_DAYS,
    MOST_FORECASTS,
    MOST_POLICIES,
    ForecastPeriod,
    ForecastPeriodError,
    PolicyDraft,
    PolicyError,
)

__all__ = ["check_periods", "check_policies"]

_LOWEST_RATE: Final = Decimal("0.5")
_HIGHEST_RATE: Final = Decimal("0.9999")


def check_policies(drafts: Sequence[PolicyDraft]) -> None:
    """Refuse policies that cannot be, by their number from 1. Raises: PolicyError."""
    if not 1 <= len(drafts) <= MOST_POLICIES:
        raise PolicyError(line=0, problem=f"1 to {MOST_POLICIES} at once, here are {len(drafts)}")
    seen: set[tuple[int, int]] = set()
    for number, draft in enumerate(drafts, 1):
        problem = _wrong_with(draft)
        if not problem and (draft.place_key, draft.variant_key) in seen:
            problem = "the item is told twice for the place"
        if problem:
            raise PolicyError(line=number, problem=problem)
        seen.add((draft.place_key, draft.variant_key))


def _wrong_with(draft: PolicyDraft) -> str:
    if not 0 <= draft.minimum <= LARGEST_QUANTITY:
        return f"the minimum is a number from 0 to {LARGEST_QUANTITY}"
    if not draft.minimum <= draft.maximum <= LARGEST_QUANTITY:
        return f"the maximum is a number from the minimum to {LARGEST_QUANTITY}"
    if not _LOWEST_RATE <= draft.service_rate <= _HIGHEST_RATE:
        return f"the service rate is from {_LOWEST_RATE} to {_HIGHEST_RATE}"
    if draft.service_rate.as_tuple().exponent < -4:  # type: ignore[operator] # it is finite
        return "the service rate has four decimals at most"
    spans = (
        ("review", draft.review_days),
        ("cover", draft.cover_days),
        ("the most cover", draft.most_cover_days),
    )
    for name, days in spans:
        if not 1 <= days <= LONGEST_COVER_DAYS:
            return f"the days of {name} are a number from 1 to {LONGEST_COVER_DAYS}"
    return ""


def check_periods(periods: Sequence[ForecastPeriod]) -> None:
    """Refuse forecasts that cannot be: numbers that are none, periods that overlap.

    Raises: ForecastPeriodError by the number of the period from 1.
    """
    if not 1 <= len(periods) <= MOST_FORECASTS:
        problem = f"1 to {MOST_FORECASTS} periods at once, here are {len(periods)}"
        raise ForecastPeriodError(line=0, problem=problem)
    for number, one in enumerate(periods, 1):
        figures = (one.quantity, one.standard_error)
        if not all(math.isfinite(each) and 0 <= each <= LARGEST_QUANTITY for each in figures):
            problem = f"quantity and standard error are numbers from 0 to {LARGEST_QUANTITY}"
            raise ForecastPeriodError(line=number, problem=problem)
        if not 1 <= one.days <= LONGEST_COVER_DAYS:
            problem = f"a period has 1 to {LONGEST_COVER_DAYS} days"
            raise ForecastPeriodError(line=number, problem=problem)
    _refuse_overlaps(periods)


def _refuse_overlaps(periods: Sequence[ForecastPeriod]) -> None:
    order = sorted(
        range(len(periods)),
        key=lambda at: (periods[at].place_key, periods[at].variant_key, periods[at].starts_on, at),
    )
    for before, after in pairwise(order):
        was, one = periods[before], periods[after]
        is_same = (was.place_key, was.variant_key) == (one.place_key, one.variant_key)
        if is_same and (one.starts_on - was.starts_on).days < was.days:
            raise ForecastPeriodError(line=after + 1, problem="it overlaps another of the item")
