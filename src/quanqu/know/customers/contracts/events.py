"""What the room tells others."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "CustomersMerged",
    "CustomersSplit",
]


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Customers became one: pairs of (kept customer key, gone customer key)."""

    name: ClassVar[str] = "customers.customers_merged"
    pairs: list[tuple[int, int]]
    cause: str


@dataclass(frozen=True, slots=True)
class CustomersSplit:
    """Customers came apart again: pairs of (remaining customer key, separated customer key)."""

    name: ClassVar[str] = "customers.customers_split"
    pairs: list[tuple[int, int]]
    cause: str
