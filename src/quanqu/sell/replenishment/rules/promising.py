"""What can be promised by when, and which day a promise beyond what is there gets.

Source: docs/rules/promising.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Promised", "Supply", "Wish", "assign", "promisable"]


@dataclass(frozen=True, slots=True)
class Supply:
    """Units that come on a day. Units: sale units, above 0."""

    on: date
    units: int


@dataclass(frozen=True, slots=True)
class Promised:
    """Units promised for a day. Units: sale units, above 0."""

    on: date
    units: int


@dataclass(frozen=True, slots=True)
class Wish:
    """Units that are promised beyond what is there; `kept`: the day they were promised before."""

    units: int
    kept: date | None = None


def promisable(supplies: Sequence[Supply], promised: Sequence[Promised]) -> list[tuple[date, int]]:
    """Return by day how many units can be promised for it beside what is promised, the earliest
    first; only days on which it changes.

    The cumulative available to promise with look-ahead: on each day the least, over that day and
    all later ones, of what came by then less what is promised by then.  A promise for an early day
    therefore never takes what a later one was told.
    """
    days = sorted({one.on for one in supplies} | {one.on for one in promised})
    left, found = 0, []
    totals = []
    for day in days:
        left += sum(one.units for one in supplies if one.on == day)
        left -= sum(one.units for one in promised if one.on == day)
        totals.append(left)
    least: int | None = None
    for day, total in zip(reversed(days), reversed(totals), strict=True):
        least = total if least is None else min(least, total)
        found.append((day, max(least, 0)))
    steps: list[tuple[date, int]] = []
    for day, units in reversed(found):
        if units != (steps[-1][1] if steps else 0):
            steps.append((day, units))
    return steps


def assign(supplies: Sequence[Supply], wishes: Sequence[Wish]) -> list[date | None]:
    """Return the day of each wish, in their order; None where not enough is to come.

    The first come, first served: a wish keeps its day where enough comes by then, and gets the
    earliest day on which all of it can be promised otherwise.  A wish is never split.
    """
    promised: list[Promised] = []
    found: list[date | None] = []
    for wish in wishes:
        open_days = [day for day, units in promisable(supplies, promised) if units >= wish.units]
        first = open_days[0] if open_days else None
        day = wish.kept if first and wish.kept and first <= wish.kept else first
        found.append(day)
        if day is not None:
            promised.append(Promised(day, wish.units))
    return found
