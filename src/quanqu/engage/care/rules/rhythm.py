"""A customer's own rhythm of buying, and the days to a birthday.

Source: docs/rules/next-action.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

LEAST_DAYS: Final = 3
"""The fewest days with an order from which a rhythm is read: two gaps."""

LAPSING_FROM: Final = 2.0
GONE_FROM: Final = 6.0
"""How often their usual gap has passed when somebody is lapsing, and when they are gone."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often somebody buys. Units: days; `times` is the present gap over the usual one."""

    gap_days: float
    since_days: int

    @property
    def times(self) -> float:
        """How many of their usual gaps have passed since the last order."""
        return self.since_days / self.gap_days

    @property
    def is_lapsing(self) -> bool:
        """Tell whether they are late by their own measure, and not gone."""
        return LAPSING_FROM <= self.times < GONE_FROM


def rhythm_of(order_days: Sequence[date], today: date) -> Rhythm | None:
    """Return the rhythm of somebody who bought on these days, None where there are too few.

    The usual gap is the median of the days between two orders; orders of one day are one.
    """
    days = sorted(set(order_days))
    if len(days) < LEAST_DAYS:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return Rhythm(float(median(gaps)), max(0, (today - days[-1]).days))


def days_to_birthday(birth_on: date, today: date) -> int:
    """Return the days to the next birthday, 0 on the day; who was born on 29 February has it on
    the 28th where a year has no 29th."""
    this_year = _birthday(birth_on, today.year)
    coming = this_year if this_year >= today else _birthday(birth_on, today.year + 1)
    return (coming - today).days


def _birthday(birth_on: date, year: int) -> date:
    try:
        return birth_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
