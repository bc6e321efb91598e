"""Shares, indices and likeness of sets; bands; a day's size from the refreshes before it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from quanqu.know.audiences.contracts import DaySize

FEW: Final = 30
AGES: Final = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"))
OLDEST: Final = (65, "55-64", "65+")
ORDERS: Final = ((0, "0"), (1, "1"), (3, "2-3"), (9, "4-9"))
MOST_ORDERS: Final = "10+"
RECENCY: Final = ((30, "0-30"), (90, "31-90"), (180, "91-180"), (365, "181-365"), (730, "366-730"))
LONG_AGO: Final = "none"


def share(part: int, whole: int) -> float:
    """Return a part as a rate of the whole, 0 of nothing."""
    return part / whole if whole else 0.0


def jaccard(first: int, second: int, both: int) -> float:
    """Return how many are in both of those in either (P. Jaccard 1901), 0 of two empty sets."""
    return share(both, first + second - both)


def index_of(members: int, of_members: int, everybody: int, of_everybody: int) -> float:
    """Return 100 × the share among members over the share among everybody, to one decimal."""
    if not of_members or not everybody:
        return 0.0
    return round(100 * (members / of_members) / (everybody / of_everybody), 1)


def is_few(members: int, everybody: int) -> bool:
    """Tell whether too few have a value for its index to mean much."""
    return members < FEW or everybody < FEW


def fill_days(known: Mapping[date, int], first: date, last: date) -> tuple[DaySize, ...]:
    """Return a size for each day from the first known one on: that of the newest day before it.

    Shapes: `known` also holds the last day before `first`, if there is one.
    """
    told: list[DaySize] = []
    earlier = [day for day in known if day < first]
    size = known[max(earlier)] if earlier else None
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        size = known.get(day, size)
        if size is not None:
            told.append(DaySize(day, size, day in known))
    return tuple(told)
