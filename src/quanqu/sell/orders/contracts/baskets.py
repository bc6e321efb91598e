"""What was bought together, without who bought it."""

from dataclasses import dataclass

__all__ = ["Basket", "Baskets"]


@dataclass(frozen=True, slots=True)
class Basket:
    """The goods of an order and roughly where they went.

    Shapes: `lines` are (item, quantity, value), each item once.  Units: sale units, minor units of
    the order's currency.
    """

    place_key: int
    country: str
    postcode_area: str
    lines: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Baskets:
    """Baskets of a time, as many as were asked for of the `orders` there are."""

    orders: int
    baskets: tuple[Basket, ...]
