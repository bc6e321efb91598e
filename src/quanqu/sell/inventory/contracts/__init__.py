"""What crosses sell.inventory: levels, movements, holds, events and errors."""

from quanqu.sell.inventory.contracts.available import Ages, Available
from quanqu.sell.inventory.contracts.errors import (
    HoldLineError,
    HoldNotFoundError,
    HoldSettledError,
    MovementError,
    NotAvailableError,
    StockClockError,
    StockItemError,
    StockPlaceError,
    StockPolicyError,
    StockShortfallError,
)
from quanqu.sell.inventory.contracts.events import HoldsCut, HoldsExpired
from quanqu.sell.inventory.contracts.holds import (
    Hold,
    HoldLine,
    HoldRequest,
    HoldView,
    Shortage,
)
from quanqu.sell.inventory.contracts.movements import Movement, Posted, Posting
from quanqu.sell.inventory.contracts.reads import LedgerRow, LedgerSum, Level, LevelFilters
from quanqu.sell.inventory.contracts.words import (
    EFFECTS,
    HOLD_STATES_THAT_CLAIM,
    LARGEST_QUANTITY,
    MOST_LINES,
    HoldState,
    MovementKind,
    StockState,
)

__all__ = [
    "EFFECTS",
    "HOLD_STATES_THAT_CLAIM",
    "LARGEST_QUANTITY",
    "MOST_LINES",
    "Ages",
    "Available",
    "Hold",
    "HoldLine",
    "HoldLineError",
    "HoldNotFoundError",
    "HoldRequest",
    "HoldSettledError",
    "HoldState",
    "HoldView",
    "HoldsCut",
    "HoldsExpired",
    "LedgerRow",
    "LedgerSum",
    "Level",
    "LevelFilters",
    "Movement",
    "MovementError",
    "MovementKind",
    "NotAvailableError",
    "Posted",
    "Posting",
    "Shortage",
    "StockClockError",
    "StockItemError",
    "StockPlaceError",
    "StockPolicyError",
    "StockShortfallError",
    "StockState",
]
