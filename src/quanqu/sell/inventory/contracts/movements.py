"""What is posted to the ledger of stock."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.inventory.contracts.words import MovementKind, StockState

__all__ = ["Movement", "Posted", "Posting"]


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of one state of an item at a place. Units: `quantity` sale units, signed, not 0.

    `lot`: of a tracked item, which lot or serial; empty: the one that ends first, or none named.
    `best_before`: of a lot that is told for the first time.  `is_unnamed`: of units without a lot.
    `ref`: what it belongs to, where that differs within a posting; empty: the posting's.
    """

    place_key: int
    variant_key: int
    kind: MovementKind
    state: StockState
    quantity: int
    lot: str = ""
    best_before: date | None = None
    is_unnamed: bool = False
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """Movements that happened together, and why.

    `once`: a name of the event in its source; a posting of that source and name happens once.
    `ref`: what it is about, such as an order's or a transfer's id.
    """

    movements: tuple[Movement, ...]
    at: datetime
    source: str
    reason: str = ""
    ref: str = ""
    once: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """The posting there is now; `is_repeat`: it was made before, and nothing has changed."""

    posting_id: UUID
    is_repeat: bool
