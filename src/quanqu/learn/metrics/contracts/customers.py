"""Answers about customers over time: cohorts and RFM."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quanqu.kernel.money import Money
from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts.queries import Cell, Provenance

__all__ = [
    "BestCustomer",
    "BestCustomers",
    "Cohort",
    "CohortTable",
    "RfmGroup",
    "RfmSegment",
    "RfmTable",
]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first counted order was in `month`.

    `active[k]` of them ordered in the k-th month after it; `active[0]` is all of them.
    `repeaters` of them have ordered again to this day, be it in the same month.
    """

    month: date
    active: tuple[int, ...]
    repeaters: int | None = None

    @property
    def size(self) -> int:
        """How many customers the cohort has."""
        return self.active[0]

    @property
    def rates(self) -> tuple[float, ...]:
        """The share of the cohort that ordered in each month."""
        return tuple(count / self.size for count in self.active)

    @property
    def repeat_rate(self) -> float | None:
        """The share of the cohort that has ordered again to this day."""
        return None if self.repeaters is None else self.repeaters / self.size


@dataclass(frozen=True, slots=True)
class CohortTable:
    """All cohorts up to the last month with orders, the oldest first.

    `data` is from the first to the last business date with an order in the scope: a month that it
    does not reach over, or that is not over yet, may still grow.
    """

    cohorts: tuple[Cohort, ...]
    data: Period | None
    provenance: Provenance


class RfmSegment(StrEnum):
    """A kind of customer by recency, frequency and monetary fifth."""

    CHAMPIONS = "champions"
    LOYAL = "loyal"
    POTENTIAL = "potential"
    NEW = "new"
    NEEDING_ATTENTION = "needing_attention"
    AT_RISK = "at_risk"
    HIBERNATING = "hibernating"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class RfmGroup:
    """A segment: how many customers, their mean recency and frequency, what they spent."""

    segment: RfmSegment
    name: str
    customers: int
    mean_recency_days: float
    mean_orders: float
    gross_sales: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RfmTable:
    """Every segment; `grid` counts customers by fifth of recency (rows 1 to 5) and frequency."""

    as_of_on: date
    customers: int
    groups: tuple[RfmGroup, ...]
    grid: tuple[tuple[int, ...], ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class BestCustomer:
    """A customer among the best of one currency.

    `share_rate` is the customer's part of the gross sales of all known customers in it.
    """

    rank: int
    customer_id: str
    gross_sales: Money
    orders: int
    last_order_on: date
    share_rate: float


@dataclass(frozen=True, slots=True)
class BestCustomers:
    """Who spent most in a period: for each currency the best first, currencies by name."""

    period: Period
    rows: tuple[BestCustomer, ...]
    provenance: Provenance
