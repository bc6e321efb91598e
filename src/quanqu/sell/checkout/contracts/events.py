"""What live orders tell."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["LiveOrdersMoved"]


@dataclass(frozen=True, slots=True)
class LiveOrdersMoved:
    """Live orders came to a state: (order id, state), in the order it happened."""

    name: ClassVar[str] = "checkout.orders_moved"
    orders: list[tuple[str, str]]
