"""What is asked of a hold, and what is answered."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.inventory.contracts.limits import OverLimit
from quanqu.sell.inventory.contracts.words import HoldState

__all__ = ["Hold", "HoldLine", "HoldRequest", "HoldView", "Shortage"]


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A quantity of an item at a place. Units: sale units, at least 1."""

    place_key: int
    variant_key: int
    quantity: int


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Hold all lines for an owner, or none.

    `request_id`: asked again under the same id, the first answer counts.  `owner`: what the goods
    are held for, such as a cart's id.  `expires_at`: when it ends by itself; None: allocated.
    `channel`: through which they are sold; empty: no sale, so nothing is kept for it or from it.
    `buyer`: who buys, for items of which one buyer may have so much; a sale without one is counted
    by itself.
    """

    request_id: UUID
    owner: str
    lines: tuple[HoldLine, ...]
    expires_at: datetime | None
    channel: str = ""
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line that cannot be held: how much was asked for, and how much there was."""

    line: HoldLine
    available: int


@dataclass(frozen=True, slots=True)
class Hold:
    """The answer: the hold's id, which lines are short or more than a buyer may have, or how it
    ended if it was asked before (`is_repeat`).

    `closed`: places of short lines that are closed; nothing of them can be promised.
    `is_of_kits`: parts are held of what was asked for.  `queued`: items at places (place, item) of
    short lines for which others wait in line.  `is_dated`: a day may be set from which it leaves.
    """

    request_id: UUID
    short: tuple[Shortage, ...] = ()
    ended: HoldState | None = None
    over: tuple[OverLimit, ...] = ()
    is_repeat: bool = False
    closed: tuple[int, ...] = ()
    is_of_kits: bool = False
    queued: tuple[tuple[int, int], ...] = ()
    is_dated: bool = False

    @property
    def is_granted(self) -> bool:
        """True when all lines are held, or their goods have left with whoever held them."""
        return not self.short and not self.over and self.ended is None


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold with its lines, as it stands; `kits`: which of them are parts of kits held in one.

    `ships_from`: the day from which all of it may leave, if one was set.
    """

    request_id: UUID
    owner: str
    state: HoldState
    lines: tuple[HoldLine, ...]
    held_at: datetime
    expires_at: datetime | None
    settled_at: datetime | None
    channel: str = ""
    kits: tuple[HoldLine, ...] = ()
    ships_from: date | None = None
