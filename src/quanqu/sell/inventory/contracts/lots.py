"""Lots and serials: which goods of an item there are, and until when they are good."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = [
    "LONGEST_MIN_DAYS",
    "LotBalance",
    "LotFilters",
    "LotSale",
    "LotState",
    "LotView",
    "Pick",
    "Tracked",
    "Tracking",
]

LONGEST_MIN_DAYS: Final = 3_650


class Tracked(StrEnum):
    """By what goods of an item are told apart: a lot of any size, or a serial of one unit."""

    LOT = "lot"
    SERIAL = "serial"


class LotState(StrEnum):
    """Whether a lot may be sold; what is blocked or recalled is on quality hold."""

    OPEN = "open"
    BLOCKED = "blocked"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Tracking:
    """How an item is tracked; `min_days`: days that must remain before best-before at a sale."""

    variant_key: int
    by: Tracked
    min_days: int = 0


@dataclass(frozen=True, slots=True)
class LotBalance:
    """What is there of a lot at a place. Units: sale units."""

    place_key: int
    on_hand: int = 0
    damaged: int = 0
    quality_hold: int = 0


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot with its balances; `code` empty: units that no lot was named for."""

    key: int
    id: UUID
    company_key: int
    variant_key: int
    code: str
    best_before: date | None
    is_serial: bool
    state: LotState
    reason: str
    changed_by: str
    changed_at: datetime
    balances: tuple[LotBalance, ...] = ()

    @property
    def on_hand(self) -> int:
        """What is on hand over the places that are seen."""
        return sum(one.on_hand for one in self.balances)

    @property
    def quality_hold(self) -> int:
        """What is on quality hold over the places that are seen."""
        return sum(one.quality_hold for one in self.balances)


@dataclass(frozen=True, slots=True)
class LotFilters:
    """Narrow a list of lots; `ends_by`: best-before on this day or earlier, soonest first."""

    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    states: frozenset[LotState] = frozenset()
    ends_by: date | None = None
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class LotSale:
    """Units of a lot that left for something; `ref` names it, such as an order."""

    ref: str
    place_key: int
    quantity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Pick:
    """Units of a lot to take at a place, the earliest best-before first."""

    place_key: int
    variant_key: int
    code: str
    best_before: date | None
    quantity: int
