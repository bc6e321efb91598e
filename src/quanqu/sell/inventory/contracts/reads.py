"""What is read of stock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quanqu.sell.inventory.contracts.words import MovementKind, StockState

__all__ = [
    "BoardFilters",
    "BoardRow",
    "BoardSort",
    "LedgerRow",
    "LedgerSum",
    "Level",
    "LevelFilters",
    "Rebuilt",
    "StockMeasure",
    "StockTrouble",
]


@dataclass(frozen=True, slots=True)
class Level:
    """What is there of an item at a place, and what is claimed of it. Units: sale units.

    `is_closed`: the place is closed now, so that nothing can be promised.  `waiting`: how many wait
    in line; what comes free is theirs.
    """

    place_key: int
    variant_key: int
    on_hand: int
    held: int
    allocated: int
    safety: int
    safety_target: int
    backorder_limit: int
    damaged: int
    quality_hold: int
    in_transit: int
    incoming: int
    fenced: int = 0
    is_closed: bool = False
    waiting: int = 0

    @property
    def available(self) -> int:
        """What can be promised now, whatever is sold through; channels have more or less."""
        if self.is_closed or self.waiting:
            return 0
        free = self.on_hand - self.safety + self.backorder_limit - self.fenced
        return max(free - self.held - self.allocated, 0)


@dataclass(frozen=True, slots=True)
class LevelFilters:
    """Narrow a list of levels: inside a unit, one place, some items, sold out, goods expected."""

    unit_id: str | None = None
    place_key: int | None = None
    variant_keys: frozenset[int] | None = None
    is_out: bool | None = None
    is_incoming: bool | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A movement as it was posted, with the state's balance after it."""

    key: int
    place_key: int
    variant_key: int
    kind: MovementKind
    state: StockState
    quantity: int
    balance: int
    at: datetime
    recorded_at: datetime
    source: str
    actor: str
    reason: str
    ref: str


@dataclass(frozen=True, slots=True)
class LedgerSum:
    """All movements of one kind that changed a state. Units: `quantity` sale units, signed."""

    kind: MovementKind
    state: StockState
    count: int
    quantity: int


class StockMeasure(StrEnum):
    """What a board counts: a balance of a level, or what follows from several."""

    AVAILABLE = "available"
    ON_HAND = "on_hand"
    HELD = "held"
    ALLOCATED = "allocated"
    SAFETY = "safety"
    FENCED = "fenced"
    DAMAGED = "damaged"
    QUALITY_HOLD = "quality_hold"
    IN_TRANSIT = "in_transit"
    INCOMING = "incoming"


class StockTrouble(StrEnum):
    """What is wrong with an item at a place: nothing to promise, or less withheld than wanted."""

    OUT = "out"
    BELOW_SAFETY = "below_safety"


class BoardSort(StrEnum):
    """The order of a board: by the measure summed over its places."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """Which items at which places; None is all in scope. `trouble`: items that have it anywhere."""

    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    trouble: StockTrouble | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An item with its levels by place, and the measure summed over them."""

    variant_key: int
    total: int
    levels: dict[int, Level]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a comparison of balances with ledger and holds found: levels seen, levels set right."""

    levels: int
    corrected: int
