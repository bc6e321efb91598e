"""Where in a pool goods are held: whole lines first, in the stated order of its places.

Source: docs/rules/stock-pools.md.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    MOST_LINES,
    MOST_POOLED,
    HoldLine,
    HoldLineError,
    PoolDraft,
    PoolError,
)
from quanqu.sell.inventory.rules.admission import At

__all__ = ["check_pool", "check_wanted", "spread"]

_LONGEST: Final = 100


def check_pool(draft: PoolDraft, known_channels: Collection[str]) -> None:
    """Refuse a pool that cannot be. Raises: PoolError."""
    if not 1 <= len(draft.name) <= _LONGEST:
        raise PoolError(problem=f"a name has 1 to {_LONGEST} characters")
    if not 1 <= len(draft.place_keys) <= MOST_POOLED:
        raise PoolError(problem=f"it has 1 to {MOST_POOLED} places")
    if len(set(draft.place_keys)) != len(draft.place_keys):
        raise PoolError(problem="a place is named twice")
    for channel in draft.channels:
        if channel not in known_channels:
            raise PoolError(problem=f"there is no channel {channel}")


def check_wanted(lines: Sequence[tuple[int, int]]) -> None:
    """Refuse quantities that cannot be, by their line from 1. Raises: HoldLineError."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise HoldLineError(line=1, problem=f"a hold has 1 to {MOST_LINES} lines")
    for number, (_item, units) in enumerate(lines, 1):
        if units < 1:
            raise HoldLineError(line=number, problem="the quantity is less than one")
        if units > LARGEST_QUANTITY:
            problem = f"the quantity is over {LARGEST_QUANTITY}"
            raise HoldLineError(line=number, problem=problem)


def spread(
    lines: Sequence[tuple[int, int]], places: Sequence[int], units: Mapping[At, int]
) -> tuple[list[HoldLine], list[tuple[int, int, int]]]:
    """Return where each line is held, and what is short: (item, asked, there).

    A line goes whole to the first place that has all of it; where none has, it is split, each place
    giving what it has in the order of the pool.  Lines are served in their order.
    """
    left = dict(units)
    held: dict[At, int] = {}
    short = []
    for item, wanted in lines:
        there = [(place, left.get((place, item), 0)) for place in places]
        total = sum(max(count, 0) for _, count in there)
        if total < wanted:
            short.append((item, wanted, total))
            continue
        whole = [(place, wanted) for place, count in there if count >= wanted][:1]
        rest = wanted
        for place, count in whole or there:
            taken = min(rest, max(count, 0))
            if taken:
                rest -= taken
                left[place, item] -= taken
                held[place, item] = held.get((place, item), 0) + taken
    return [HoldLine(*at, count) for at, count in sorted(held.items())], short
