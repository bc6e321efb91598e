"""Kits: items that are sold as one and are made of others."""

from dataclasses import dataclass
from typing import Final

__all__ = ["MOST_PARTS", "Kit", "KitPart"]

MOST_PARTS: Final = 50


@dataclass(frozen=True, slots=True)
class KitPart:
    """An item of a kit. Units: `quantity` sale units of it in one kit, at least 1."""

    variant_key: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Kit:
    """An item without stock of its own, and what one of it is made of."""

    variant_key: int
    parts: tuple[KitPart, ...]
