"""What carts tell."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["CartPlaced", "CartsAbandoned"]


@dataclass(frozen=True, slots=True)
class CartPlaced:
    """A cart became an order."""

    name: ClassVar[str] = "carts.placed"
    cart: str
    order: str


@dataclass(frozen=True, slots=True)
class CartsAbandoned:
    """Carts with goods in them were left lying; each is told once until it is touched again.

    Shapes: (cart id, place id, subject key or 0 for a guest).
    """

    name: ClassVar[str] = "carts.abandoned"
    carts: list[tuple[str, str, int]]
