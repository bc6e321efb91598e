"""How fast and how fully suppliers deliver."""

from dataclasses import dataclass
from datetime import date

__all__ = ["BuyingTerms", "ExpectedReceipt", "LeadTime", "ReceivedCost"]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Lines that were delivered, of a supplier or of one item of it (`variant_key`).

    Units: days from sending to the last receipt of a line; rates 0–1, None where there is nothing
    to divide by.
    """

    supplier_id: str
    supplier_name: str
    variant_key: int | None
    count: int
    mean_days: float
    median_days: float
    p90_days: float
    on_time_rate: float | None
    fill_rate: float | None


@dataclass(frozen=True, slots=True)
class BuyingTerms:
    """At which terms a supplier sells an item now.

    Units: `cost_minor` minor units of `currency` for one sale unit; `pack_size` and
    `minimum_quantity` sale units; days.  `delivered_lines` are those behind `mean_days` and
    `deviation_days` (sample standard deviation), which are None without any.
    """

    company_key: int
    variant_key: int
    supplier_id: str
    supplier_name: str
    currency: str
    cost_minor: int
    pack_size: int
    minimum_quantity: int
    agreed_days: int
    delivered_lines: int
    mean_days: float | None
    deviation_days: float | None


@dataclass(frozen=True, slots=True)
class ExpectedReceipt:
    """What is still to come of a line of an open purchase order.

    Units: sale units; `due_on` None where nobody said when.
    """

    place_key: int
    variant_key: int
    due_on: date | None
    units: int
    order_id: str


@dataclass(frozen=True, slots=True)
class ReceivedCost:
    """What a company ever received of an item, and what that cost, landed. Units: minor units."""

    company_key: int
    variant_key: int
    currency: str
    units: int
    cost_minor: int
