"""What crosses sell.carts: drafts, carts, events and errors."""

from quanqu.sell.carts.contracts.carts import (
    CartDetail,
    CartDraft,
    CartFilters,
    CartLine,
    CartLineDraft,
    CartRow,
    PlacingDraft,
)
from quanqu.sell.carts.contracts.errors import (
    CartItemError,
    CartLineError,
    CartNotFoundError,
    CartOfAnotherError,
    CartReusedError,
    CartStateError,
)
from quanqu.sell.carts.contracts.events import CartPlaced, CartsAbandoned
from quanqu.sell.carts.contracts.words import (
    LARGEST_UNITS,
    MOST_CART_LINES,
    CartKind,
    CartState,
)

__all__ = [
    "LARGEST_UNITS",
    "MOST_CART_LINES",
    "CartDetail",
    "CartDraft",
    "CartFilters",
    "CartItemError",
    "CartKind",
    "CartLine",
    "CartLineDraft",
    "CartLineError",
    "CartNotFoundError",
    "CartOfAnotherError",
    "CartPlaced",
    "CartReusedError",
    "CartRow",
    "CartState",
    "CartStateError",
    "CartsAbandoned",
    "PlacingDraft",
]
