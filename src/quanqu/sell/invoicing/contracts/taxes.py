"""How sales are taxed: rules, items, sellers, and what a calculation gives."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quanqu.sell.invoicing.contracts.words import LineKind, Regime, Rounding, TaxTreatment

__all__ = [
    "ItemTax",
    "RejectedTaxRow",
    "RulesTaken",
    "Seller",
    "SellerView",
    "TaxRule",
    "TaxRuleView",
    "Taxable",
    "TaxedLine",
    "TaxedSum",
    "TaxedTotal",
]


@dataclass(frozen=True, slots=True)
class TaxRule:
    """How a category is taxed in a region from a day on.

    `region`: ISO 3166-1, or with its part ("CN", "ES-CN").  `rate`: 0 to 1.  `is_included`: prices
    include it.  `reason_code`, `reason`: why nothing is charged (a VATEX code, words).  `source`:
    the law that says so.
    """

    region: str
    category: str
    treatment: TaxTreatment
    rate: Decimal
    valid_from: date
    source: str
    is_included: bool = True
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaxRuleView:
    """A rule as it was written down; `version` counts those of its region and category."""

    key: int
    company_key: int
    rule: TaxRule
    version: int
    is_in_force: bool
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ItemTax:
    """How an item is taxed and called: its category, and on a fapiao its class and unit.

    `class_code`: the 19 digits of the classification of goods and services for taxation (商品和服务
    税收分类编码).
    """

    sku: str
    category: str
    class_code: str = ""
    name: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RejectedTaxRow:
    """A row that cannot be taken in; `row` counts from 1, the head included."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class RulesTaken:
    """How many rules or items were new, and how many were there as they are."""

    added: int
    known: int


@dataclass(frozen=True, slots=True)
class Seller:
    """How a company writes invoices.

    `tax_id`: the unified social credit code in China, the VAT number elsewhere.  `category`,
    `shipping_category`: how goods are taxed that nothing else is said of, and their delivery.
    `series`, `red_series`: the numbers without gaps.  `payment_days`: for what is not paid yet.
    """

    regime: Regime
    region: str
    name: str
    tax_id: str
    country: str
    category: str
    shipping_category: str
    rounding: Rounding
    series: str = "A"
    red_series: str = "R"
    street: str = ""
    city: str = ""
    postcode: str = ""
    phone: str = ""
    bank: str = ""
    bank_account: str = ""
    class_code: str = ""
    shipping_class_code: str = ""
    unit: str = ""
    payment_days: int = 14


@dataclass(frozen=True, slots=True)
class SellerView:
    """A seller as it was last saved."""

    company_key: int
    seller: Seller
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class Taxable:
    """An amount to be taxed by a rule. Units: minor units; with tax where the rule says so."""

    amount_minor: int
    rule: TaxRule
    kind: LineKind = LineKind.GOODS


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line's share: net + tax + rounding = gross. Units: minor units."""

    net_minor: int
    tax_minor: int
    rounding_minor: int

    @property
    def gross_minor(self) -> int:
        """What the buyer pays for the line."""
        return self.net_minor + self.tax_minor + self.rounding_minor


@dataclass(frozen=True, slots=True)
class TaxedSum:
    """The lines of one treatment and rate. Units: minor units."""

    treatment: TaxTreatment
    rate: Decimal
    net_minor: int
    tax_minor: int
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaxedTotal:
    """What a calculation gives: the lines in their order, and the sums by treatment and rate."""

    lines: tuple[TaxedLine, ...]
    sums: tuple[TaxedSum, ...]

    @property
    def net_minor(self) -> int:
        """Without tax."""
        return sum(one.net_minor for one in self.lines)

    @property
    def tax_minor(self) -> int:
        """The tax."""
        return sum(one.tax_minor for one in self.lines)

    @property
    def rounding_minor(self) -> int:
        """What makes net and tax the amount that was paid."""
        return sum(one.rounding_minor for one in self.lines)

    @property
    def gross_minor(self) -> int:
        """What the buyer pays."""
        return sum(one.gross_minor for one in self.lines)
