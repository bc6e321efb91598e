"""What is read of stock."""

from dataclasses import dataclass
from datetime import datetime

from quanqu.sell.inventory.contracts.words import MovementKind, StockState

__all__ = ["LedgerRow", "LedgerSum", "Level", "LevelFilters"]


@dataclass(frozen=True, slots=True)
class Level:
    """What is there of an item at a place, and what is claimed of it. Units: sale units."""

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

    @property
    def available(self) -> int:
        """What can be promised now."""
        free = self.on_hand - self.safety + self.backorder_limit
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
