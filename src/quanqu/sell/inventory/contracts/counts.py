"""Counting what is really there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = [
    "MOST_COUNTED",
    "CountDraft",
    "CountEntry",
    "CountFilters",
    "CountLine",
    "CountState",
    "CountView",
]

MOST_COUNTED: Final = 5_000
"""The most lines of one count."""


class CountState(StrEnum):
    """How far a count is; `approved` and `cancelled` are ends."""

    COUNTING = "counting"
    RECOUNTING = "recounting"
    REVIEW = "review"
    APPROVED = "approved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CountDraft:
    """What to count at a place: items, a category with all below it, or (neither) all of it.

    `tolerance`: lines that differ by more are counted a second time.  Units: sale units.
    """

    place_key: int
    variant_keys: tuple[int, ...] = ()
    category: str = ""
    tolerance: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountEntry:
    """What somebody counted of an item, and when; None: now. Units: sale units, not negative.

    `is_more`: it comes to what was counted of the item before, as by one more scan.
    """

    variant_key: int
    quantity: int
    counted_at: datetime | None = None
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class CountLine:
    """An item of a count.

    `snapshot`: on hand when the count was made.  `book`: on hand at the moment it was counted, so
    movements in between are in it.  `first_difference`: of the count before a recount.  What the
    counter must not know is None until it is submitted, and for all but who may approve until it is
    approved.
    """

    line_no: int
    variant_key: int
    snapshot: int | None
    counted: int | None
    counted_at: datetime | None
    counted_by: str
    book: int | None
    first_difference: int | None
    is_recount: bool

    @property
    def difference(self) -> int | None:
        """How much more was counted than the books say."""
        if self.counted is None or self.book is None:
            return None
        return self.counted - self.book


@dataclass(frozen=True, slots=True)
class CountView:
    """A count as it stands, with its lines (a list of counts has none, but says how many)."""

    key: int
    id: UUID
    place_key: int
    state: CountState
    category: str
    is_of_items: bool
    tolerance: int
    note: str
    created_by: str
    created_at: datetime
    submitted_at: datetime | None
    settled_at: datetime | None
    settled_by: str
    lines: tuple[CountLine, ...]
    line_count: int
    counted_count: int

    @property
    def open_lines(self) -> tuple[CountLine, ...]:
        """The lines that are still to be counted."""
        if self.state not in {CountState.COUNTING, CountState.RECOUNTING}:
            return ()
        return tuple(line for line in self.lines if line.counted is None)


@dataclass(frozen=True, slots=True)
class CountFilters:
    """Narrow a list of counts: at one place, in some states."""

    place_key: int | None = None
    states: frozenset[CountState] = frozenset()
