"""Suppliers, what they sell at which cost, and a company's rules of buying."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from quanqu.kernel.money import Money

__all__ = [
    "BuyingRules",
    "CatalogueImport",
    "ItemCost",
    "ItemCostDraft",
    "RejectedRow",
    "Supplier",
    "SupplierContact",
    "SupplierDraft",
    "SupplierFilters",
]


@dataclass(frozen=True, slots=True)
class SupplierContact:
    """Whom to talk to at a supplier: encrypted at rest, masked unless revealed."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    is_masked: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class SupplierDraft:
    """A supplier as it is told. Units: `minimum_minor` minor units of `currency`."""

    code: str
    name: str
    currency: str
    lead_time_days: int = 0
    minimum_minor: int = 0
    contact: SupplierContact = SupplierContact()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier of a company."""

    key: int
    id: str
    company_key: int
    code: str
    name: str
    currency: str
    lead_time_days: int
    minimum: Money
    contact: SupplierContact
    is_active: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SupplierFilters:
    """Narrow a list of suppliers: a part of the name or code, companies, active or not."""

    text: str = ""
    company_keys: frozenset[int] | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class ItemCostDraft:
    """What an item costs at a supplier from a day on.

    Units: `cost_minor` minor units of the supplier's currency for one sale unit; `pack_size` and
    `minimum_quantity` sale units.
    """

    variant_key: int
    cost_minor: int
    valid_from: date
    valid_to: date | None = None
    supplier_code: str = ""
    pack_size: int = 1
    minimum_quantity: int = 1


@dataclass(frozen=True, slots=True)
class ItemCost:
    """A cost as it was recorded; it is never changed, another one follows it."""

    supplier_id: str
    variant_key: int
    supplier_code: str
    cost: Money
    pack_size: int
    minimum_quantity: int
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class BuyingRules:
    """How a company buys.

    Units: `approval_limit_minor` minor units of `currency`, above which a second person approves
    (None: never); `over_rate` 0–1 of an ordered quantity that may come in excess.
    """

    company_key: int
    currency: str
    approval_limit_minor: int | None = None
    over_rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of a catalogue that was not taken, and why; `row` counts from 1 below the head."""

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueImport:
    """What became of a supplier's catalogue."""

    import_id: UUID
    rows: int
    taken: int
    unchanged: int
    head: tuple[str, ...]
    rejected: tuple[RejectedRow, ...]
