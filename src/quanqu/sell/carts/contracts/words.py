"""The words of carts."""

from enum import StrEnum
from typing import Final

__all__ = ["LARGEST_UNITS", "MOST_CART_LINES", "CartKind", "CartState"]

MOST_CART_LINES: Final = 200
"""The most lines of a cart, those saved for later too."""
LARGEST_UNITS: Final = 1_000_000
"""The most units of a line."""


class CartState(StrEnum):
    """Where a cart stands.

    placing: it is being made an order and does not change meanwhile.  merged: its lines are in
    another cart.  expired: nobody touched it for long.
    """

    OPEN = "open"
    PLACING = "placing"
    PLACED = "placed"
    MERGED = "merged"
    EXPIRED = "expired"


class CartKind(StrEnum):
    """Who fills a cart: a shopper, or a person at a store's desk for a shopper."""

    SHOPPER = "shopper"
    DESK = "desk"
