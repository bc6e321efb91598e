"""Rules, movements and balances between companies."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from quanqu.sell.intercompany.contracts.words import MovementKind, PriceKind, Unpriced

__all__ = [
    "Balance",
    "CompanyFigures",
    "Consolidation",
    "MovementFilters",
    "MovementView",
    "Priced",
    "SettlementDraft",
    "Statement",
    "TransferRule",
    "TransferRuleView",
]


@dataclass(frozen=True, slots=True)
class TransferRule:
    """How goods of one company are priced that another gets, from a day on.

    `rate`: what cost_plus adds (0 to 10), or the share of sales (0 to 1).  `amounts`: of a unit by
    SKU, in minor units of `currency`: its cost for cost_plus, its price for fixed.
    """

    from_company_key: int
    to_company_key: int
    kind: PriceKind
    currency: str
    valid_from: date
    rate: Decimal = Decimal(0)
    amounts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TransferRuleView:
    """A rule as it was written down; `version` counts those of the two companies."""

    key: int
    rule: TransferRule
    version: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Priced:
    """What a movement costs: minor units, or why it has no price."""

    amount_minor: int | None
    unpriced: Unpriced | None = None


@dataclass(frozen=True, slots=True)
class MovementView:
    """Goods or money that went from one company to another. Units: minor units of `currency`.

    `amount_minor`: what the other owes for it (of a settlement: what was paid); None without a
    price.  `sales_minor`: what the buyer of the goods paid or got back.
    """

    id: UUID
    key: int
    kind: MovementKind
    from_company_key: int
    to_company_key: int
    order_id: UUID | None
    return_id: UUID | None
    line_no: int
    sku: str
    quantity: int
    sales_minor: int
    amount_minor: int | None
    unpriced: Unpriced | None
    currency: str
    rule_version: int | None
    note: str
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class MovementFilters:
    """Narrow movements; None or empty means any. `company_keys`: either side is one of them."""

    company_keys: frozenset[int] | None = None
    other_key: int | None = None
    kinds: frozenset[MovementKind] = frozenset()
    is_unpriced: bool = False
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """What one company of a pair has to get from the other (below zero: owes it). Minor units."""

    company_key: int
    other_key: int
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SettlementDraft:
    """Money one company pays another for what it owes. `id`: asked again under it, once."""

    id: UUID
    payer_key: int
    payee_key: int
    amount_minor: int
    currency: str
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A month between two companies, as `company_key` sees it. Units: minor units.

    Opening + charged - owed + paid = closing, in each currency.
    """

    company_key: int
    other_key: int
    first: date
    last: date
    currency: str
    opening_minor: int
    closing_minor: int
    movements: tuple[MovementView, ...]


@dataclass(frozen=True, slots=True)
class CompanyFigures:
    """A company's figures of a period, in one currency. Units: minor units.

    `sales_minor`, `refunds_minor`: with buyers outside of the group.  `given_minor`,
    `taken_minor`: priced transfers of goods to and from other companies of the group.
    """

    company_key: int
    currency: str
    sales_minor: int
    refunds_minor: int
    given_minor: int
    taken_minor: int


@dataclass(frozen=True, slots=True)
class Consolidation:
    """The companies in view and the group of them: what went between them is eliminated.

    `eliminated_minor`: by currency, what companies in view charged each other.  `unpriced`:
    movements of the period that have no price yet.
    """

    companies: tuple[CompanyFigures, ...]
    group: tuple[CompanyFigures, ...]
    eliminated_minor: dict[str, int]
    unpriced: int
