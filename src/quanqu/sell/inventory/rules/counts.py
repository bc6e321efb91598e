"""What may be done with a count, what is counted twice, and what is posted.

Source: docs/rules/counts.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    MOST_LINES,
    CountEntry,
    CountEntryError,
    CountLine,
    CountState,
    Movement,
    MovementKind,
    StockState,
)

__all__ = ["CAN", "blind", "check_entries", "corrections", "differing", "sent_back"]

_COUNTING: Final = frozenset({CountState.COUNTING, CountState.RECOUNTING})
CAN: Final = {
    "entered": _COUNTING,
    "submitted": _COUNTING,
    "recounted": frozenset({CountState.REVIEW}),
    "approved": frozenset({CountState.REVIEW}),
    "cancelled": _COUNTING | {CountState.REVIEW},
}
"""From which states a count can be what is wanted of it."""

_AHEAD: Final = timedelta(minutes=5)


def check_entries(entries: Sequence[CountEntry], *, since: datetime, now: datetime) -> None:
    """Refuse entries that cannot be, by their number from 1. Raises: CountEntryError.

    A clock may be five minutes ahead; nobody counted before the count was made.
    """
    if not 1 <= len(entries) <= MOST_LINES:
        raise CountEntryError(line=1, problem=f"there are 1 to {MOST_LINES} entries")
    met: set[int] = set()
    for number, one in enumerate(entries, 1):
        if one.variant_key in met:
            problem = "the item stands in another entry"
        elif one.quantity < 0:
            problem = "the quantity is less than nothing"
        elif one.quantity > LARGEST_QUANTITY:
            problem = f"the quantity is over {LARGEST_QUANTITY}"
        elif one.counted_at is not None and one.counted_at > now + _AHEAD:
            problem = "it was counted in the future; check the clock"
        elif one.counted_at is not None and one.counted_at < since:
            problem = "it was counted before the count was made"
        else:
            met.add(one.variant_key)
            continue
        raise CountEntryError(line=number, problem=problem)


def differing(lines: Sequence[CountLine], tolerance: int) -> tuple[int, ...]:
    """Return the numbers of the lines that are to be counted a second time.

    Those counted once that differ from the books by more than the tolerance.
    """
    return tuple(
        line.line_no
        for line in lines
        if not line.is_recount and line.difference is not None and abs(line.difference) > tolerance
    )


def sent_back(line: CountLine) -> CountLine:
    """Return a line that is to be counted again; what was counted before is kept beside it."""
    return replace(
        line,
        counted=None,
        counted_at=None,
        counted_by="",
        book=None,
        first_difference=line.difference,
        is_recount=True,
    )


def corrections(lines: Sequence[CountLine], place_key: int) -> tuple[Movement, ...]:
    """Return the movements that make the books say what was counted."""
    return tuple(
        Movement(
            place_key,
            line.variant_key,
            MovementKind.COUNT,
            StockState.ON_HAND,
            line.difference,
        )
        for line in lines
        if line.difference
    )


def blind(line: CountLine) -> CountLine:
    """Return a line as whoever counts may see it: not what the books say."""
    return replace(line, snapshot=None, book=None, first_difference=None)
