"""Purchase orders: drafts, what is read of them, how lists of them are narrowed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from quanqu.kernel.money import Money
from quanqu.sell.supply.contracts.words import DiscrepancyKind, OrderAct, PurchaseState

__all__ = [
    "Discrepancy",
    "HistoryEntry",
    "PurchaseDetail",
    "PurchaseDraft",
    "PurchaseFilters",
    "PurchaseLine",
    "PurchaseLineDraft",
    "PurchaseOrder",
    "PurchaseSort",
]


@dataclass(frozen=True, slots=True)
class PurchaseLineDraft:
    """An item to order. Units: `quantity` sale units; without a cost, the supplier's counts."""

    variant_key: int
    quantity: int
    unit_cost_minor: int | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class PurchaseDraft:
    """What to order: lines by item, none twice; when it is expected, if that is known."""

    lines: tuple[PurchaseLineDraft, ...]
    expected_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A purchase order of a list."""

    key: int
    id: str
    number: str
    company_key: int
    place_key: int
    supplier_id: str
    supplier_name: str
    state: PurchaseState
    version: int
    total: Money
    ordered: int
    received: int
    expected_on: date | None
    created_at: datetime
    sent_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PurchaseLine:
    """A line: what was ordered, what came of it, what is still to come. Units: sale units.

    `received` counts the damaged units, too; `most` is what may come with the tolerance.
    """

    line_no: int
    variant_key: int
    supplier_code: str
    ordered: int
    most: int
    received: int
    damaged: int
    open: int
    unit_cost: Money
    expected_on: date | None

    @property
    def amount(self) -> Money:
        """What the line comes to as ordered."""
        return Money(self.unit_cost.minor * self.ordered, self.unit_cost.currency)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that was done to an order; `lines` is what they were before a change."""

    at: datetime
    actor_id: str
    actor_name: str
    act: OrderAct
    state: PurchaseState
    version: int
    reason: str
    lines: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PurchaseDetail:
    """A purchase order whole."""

    order: PurchaseOrder
    lines: tuple[PurchaseLine, ...]
    history: tuple[HistoryEntry, ...]
    note: str
    submitted_by: str
    needs_second_person: bool


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """How a line differs from what was ordered; `units` is by how many (late: units late)."""

    order_id: str
    number: str
    supplier_name: str
    place_key: int
    line_no: int
    variant_key: int
    kind: DiscrepancyKind
    units: int


class PurchaseSort(StrEnum):
    """In which order purchase orders come."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class PurchaseFilters:
    """Narrow a list: the beginning of a number, places, companies, states, supplier, due days."""

    text: str = ""
    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    states: frozenset[PurchaseState] = frozenset()
    supplier_id: str = ""
    currency: str = ""
    due_from: date | None = None
    due_to: date | None = None
    overdue_on: date | None = None
