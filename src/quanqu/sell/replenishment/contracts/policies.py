"""How items are kept in stock at places, and the demand that is expected there."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quanqu.sell.replenishment.contracts.words import MOST_COVER_DAYS, PolicyMethod

__all__ = ["ForecastPeriod", "ForecastSet", "PolicyDraft", "PolicyFilters", "PolicyView"]


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """How an item is kept in stock at a place.

    Units: `minimum` (the reorder point) and `maximum` (the target) sale units; with a forecast they
    are the least of either.  `service_rate`: the chance, 0.5 to 0.9999, that a cycle passes without
    a stock-out; `review_days` between two looks, `cover_days` an order is to last.
    `most_cover_days`: more stock than that many days of demand is too much.
    `supplier_id`: who is asked first; empty: the cheapest.
    """

    place_key: int
    variant_key: int
    method: PolicyMethod = PolicyMethod.MIN_MAX
    minimum: int = 0
    maximum: int = 0
    service_rate: Decimal = Decimal("0.95")
    review_days: int = 1
    cover_days: int = 7
    supplier_id: str = ""
    is_transfer_first: bool = True
    most_cover_days: int = MOST_COVER_DAYS


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy as it stands."""

    key: int
    company_key: int
    draft: PolicyDraft
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyFilters:
    """Narrow a list of policies: places, companies, items, method."""

    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    method: PolicyMethod | None = None


@dataclass(frozen=True, slots=True)
class ForecastPeriod:
    """What is expected to be asked of an item at a place within a span of days.

    Units: `quantity` and `standard_error` sale units over the whole period, not negative.
    """

    place_key: int
    variant_key: int
    starts_on: date
    days: int
    quantity: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class ForecastSet:
    """Forecasts pushed together; for each item and place it names, they replace older ones."""

    made_at: datetime
    source: str
    periods: tuple[ForecastPeriod, ...]
