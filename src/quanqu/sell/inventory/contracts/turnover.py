"""How fast goods turn over, and how old what is there is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

__all__ = ["AGE_LIMITS", "Turnover", "TurnoverFilters", "TurnoverSort"]

AGE_LIMITS: Final = (30, 60, 90, 180)
"""The last days of the age buckets; the last bucket has no end."""


@dataclass(frozen=True, slots=True)
class Turnover:
    """An item at a place over a span of time.

    Units: sale units; `average` on hand, weighted by time; `turns` how often the average was sold
    within the span (None where nothing was there), `supply_days` how long what is on hand lasts at
    the pace of the span (None where nothing was sold), rounded.  `ages`: what is on hand by days
    since it came: below 30, 60, 90, 180, and more.
    """

    place_key: int
    variant_key: int
    sold: int
    average: float
    turns: float | None
    on_hand: int
    supply_days: int | None
    ages: tuple[int, int, int, int, int]


class TurnoverSort(StrEnum):
    """In which order they come: what lasts longest first, what is oldest, what sold most."""

    SLOWEST = "slowest"
    OLDEST = "oldest"
    MOST_SOLD = "most_sold"


@dataclass(frozen=True, slots=True)
class TurnoverFilters:
    """The span, from `since` to before `until`, and places and items; None: all in scope."""

    since: datetime
    until: datetime
    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
