"""Proposals of what to order again, with the figures behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from quanqu.kernel.money import Money
from quanqu.sell.replenishment.contracts.words import PolicyMethod, ProposalKind, ProposalState

__all__ = ["Accepted", "Figures", "Proposal", "ProposalFilters", "ProposalSort", "Run"]


@dataclass(frozen=True, slots=True)
class Figures:
    """Why so much is proposed.

    Units: sale units; demand as floats over the span its name tells; days.  `net` is the inventory
    position; `lead_lines` the delivered lines its lead time rests on (0: as agreed).
    `forecast_days`: how many of the days looked at the forecast covers; 0 with a method that uses
    none.
    """

    method: PolicyMethod
    on_hand: int
    in_transit: int
    incoming: int
    planned: int
    held: int
    allocated: int
    net: int
    reorder_point: int
    target: int
    safety_stock: int
    service_rate: float
    lead_days: int
    lead_deviation_days: float
    lead_lines: int
    review_days: int
    cover_days: int
    protection_demand: float
    cover_demand: float
    demand_deviation: float
    forecast_days: int
    looked_days: int
    wanted: int
    pack_size: int
    minimum_quantity: int
    unit_cost_minor: int
    currency: str
    supplier_name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal; `quantity` is what was worked out, `asked` what a person put in its place."""

    key: int
    id: UUID
    company_key: int
    place_key: int
    variant_key: int
    state: ProposalState
    kind: ProposalKind
    supplier_id: str
    from_place_key: int | None
    quantity: int
    asked: int | None
    shortage: int
    figures: Figures
    made_at: datetime
    updated_at: datetime
    settled_at: datetime | None
    settled_by: str
    reason: str
    quiet_until: date | None
    document_id: str

    @property
    def units(self) -> int:
        """What would be ordered now."""
        return self.quantity if self.asked is None else self.asked

    @property
    def amount(self) -> Money | None:
        """What the purchase would come to; None where nothing is bought."""
        if self.kind is not ProposalKind.PURCHASE:
            return None
        return Money(self.figures.unit_cost_minor * self.units, self.figures.currency)


class ProposalSort(StrEnum):
    """In which order proposals come: the deepest below its reorder point first, or the newest."""

    URGENT = "urgent"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class ProposalFilters:
    """Narrow a list of proposals."""

    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    states: frozenset[ProposalState] = frozenset()
    kinds: frozenset[ProposalKind] = frozenset()
    supplier_id: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document that proposals became: a purchase order or a transfer, still a draft."""

    document_id: str
    kind: ProposalKind
    place_key: int
    from_place_key: int | None
    supplier_id: str
    proposal_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What a company's stock was found to need the last time it was looked at."""

    company_key: int
    at: datetime
    policies: int
    proposed: int
    unsourced: int
    unforecast: int
