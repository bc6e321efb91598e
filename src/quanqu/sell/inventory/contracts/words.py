"""The words of stock: states of goods, kinds of movements, states of holds."""

from enum import StrEnum
from typing import Final

__all__ = [
    "EFFECTS",
    "HOLD_STATES_THAT_CLAIM",
    "LARGEST_QUANTITY",
    "MOST_LINES",
    "HoldState",
    "MovementKind",
    "StockState",
]

LARGEST_QUANTITY: Final = 1_000_000_000
"""The largest quantity of one line or movement, in sale units."""
MOST_LINES: Final = 500
"""The most lines of one request to hold, or entries of one posting."""


class StockState(StrEnum):
    """Where and how goods are, as the ledger counts them; what is claimed of them is beside it."""

    ON_HAND = "on_hand"
    DAMAGED = "damaged"
    QUALITY_HOLD = "quality_hold"
    IN_TRANSIT = "in_transit"
    INCOMING = "incoming"


class MovementKind(StrEnum):
    """Why a quantity changed."""

    RECEIPT = "receipt"
    SALE = "sale"
    RETURN = "return"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    COUNT = "count"
    DAMAGE = "damage"
    QUALITY_HOLD = "quality_hold"
    QUALITY_RELEASE = "quality_release"
    WRITE_OFF = "write_off"
    SUPPLIER_RETURN = "supplier_return"
    INCOMING = "incoming"
    CORRECTION = "correction"


class HoldState(StrEnum):
    """What became of a hold; `held` ends by itself, `allocated` waits for the goods to leave."""

    HELD = "held"
    ALLOCATED = "allocated"
    CONSUMED = "consumed"
    RELEASED = "released"
    EXPIRED = "expired"
    SHORT = "short"


HOLD_STATES_THAT_CLAIM: Final = frozenset({HoldState.HELD, HoldState.ALLOCATED})

_HAND, _BROKEN, _QUALITY = StockState.ON_HAND, StockState.DAMAGED, StockState.QUALITY_HOLD
_ROAD, _DUE = StockState.IN_TRANSIT, StockState.INCOMING
EFFECTS: Final[dict[MovementKind, dict[StockState, frozenset[int]]]] = {
    MovementKind.RECEIPT: {_HAND: frozenset({1}), _DUE: frozenset({-1})},
    MovementKind.SALE: {_HAND: frozenset({-1})},
    MovementKind.RETURN: {
        _HAND: frozenset({1}), _BROKEN: frozenset({1}), _QUALITY: frozenset({1}),
    },
    MovementKind.TRANSFER_OUT: {_HAND: frozenset({-1}), _ROAD: frozenset({1})},
    MovementKind.TRANSFER_IN: {_HAND: frozenset({1}), _ROAD: frozenset({-1})},
    MovementKind.COUNT: {_HAND: frozenset({-1, 1})},
    MovementKind.DAMAGE: {_HAND: frozenset({-1}), _BROKEN: frozenset({1})},
    MovementKind.QUALITY_HOLD: {_HAND: frozenset({-1}), _QUALITY: frozenset({1})},
    MovementKind.QUALITY_RELEASE: {
        _HAND: frozenset({1}), _BROKEN: frozenset({1}), _QUALITY: frozenset({-1}),
    },
    MovementKind.WRITE_OFF: {_BROKEN: frozenset({-1}), _QUALITY: frozenset({-1})},
    MovementKind.SUPPLIER_RETURN: {
        _HAND: frozenset({-1}), _BROKEN: frozenset({-1}), _QUALITY: frozenset({-1}),
    },
    MovementKind.INCOMING: {_DUE: frozenset({-1, 1})},
    MovementKind.CORRECTION: {state: frozenset({-1, 1}) for state in StockState},
}  # fmt: skip
"""Which states a kind of movement changes, and in which direction."""
