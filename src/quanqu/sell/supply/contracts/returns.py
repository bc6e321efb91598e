"""Goods that go back to a supplier, and what it credits for them."""

from dataclasses import dataclass
from datetime import datetime

from quanqu.kernel.money import Money
from quanqu.sell.supply.contracts.words import ReturnFrom

__all__ = [
    "Credit",
    "ReturnDraft",
    "ReturnDraftLine",
    "ReturnFilters",
    "SupplierReturn",
    "SupplierReturnLine",
]


@dataclass(frozen=True, slots=True)
class ReturnDraftLine:
    """An item to give back. Without a cost, it is credited at what the item costs today."""

    variant_key: int
    quantity: int
    unit_cost_minor: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """Goods to give back, all from one stock of a place, and why.

    The same `reference` to a supplier with the same lines again is the return that is there.
    """

    reference: str
    reason: str
    taken_from: ReturnFrom
    lines: tuple[ReturnDraftLine, ...]


@dataclass(frozen=True, slots=True)
class SupplierReturnLine:
    """A line as it went back. Units: sale units."""

    line_no: int
    variant_key: int
    quantity: int
    unit_cost: Money


@dataclass(frozen=True, slots=True)
class Credit:
    """What a supplier credited."""

    amount: Money
    reference: str
    recorded_at: datetime
    actor_name: str


@dataclass(frozen=True, slots=True)
class SupplierReturn:
    """Goods that went back, what is expected for them and what was credited."""

    key: int
    id: str
    company_key: int
    place_key: int
    supplier_id: str
    supplier_name: str
    reference: str
    reason: str
    taken_from: ReturnFrom
    returned_at: datetime
    actor_name: str
    expected: Money
    credited: Money
    lines: tuple[SupplierReturnLine, ...]
    credits: tuple[Credit, ...]


@dataclass(frozen=True, slots=True)
class ReturnFilters:
    """Narrow a list of returns: to a supplier, at places, credited in full or not."""

    supplier_id: str = ""
    place_keys: frozenset[int] | None = None
    is_credited: bool | None = None
