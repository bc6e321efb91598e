"""What checkout asks others: the prices of a changed order, and whose goods an order may have."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

__all__ = ["LineToPrice", "RepriceQuestion", "Repricer", "SourceGuard"]


@dataclass(frozen=True, slots=True)
class LineToPrice:
    """A line as it is to be after an edit. Units: sale units, minor units.

    `agreed_minor`: what was agreed before, or is agreed with it now; None: a new line without a
    price of its own.  `asked_minor`: what the order's place asks now; None: nothing in its
    currency.
    """

    variant_key: int
    quantity: int
    agreed_minor: int | None
    asked_minor: int | None


@dataclass(frozen=True, slots=True)
class RepriceQuestion:
    """An order as it is to be after an edit."""

    order_id: UUID
    company_key: int
    place_key: int
    currency: str
    subject_key: int | None
    lines: tuple[LineToPrice, ...]


class Repricer(Protocol):
    """Who prices changed orders: promotions, price lists, tiers."""

    def reprice(self, *, question: RepriceQuestion) -> Sequence[int | None]:
        """Return the unit price of each line, in their order; None where there is none.

        Called inside the transaction of the edit: nothing outside is asked.
        """


class SourceGuard(Protocol):
    """Who says whether orders of a company may have goods of other companies of the group."""

    def givers(self, *, taker_key: int, company_keys: Collection[int], on: date) -> Collection[int]:
        """Return which of other companies let a company have their goods on a day."""
