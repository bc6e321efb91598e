"""Questions about metrics and their answers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts.words import Comparison, Dimension, Direction, Unit

__all__ = [
    "Cell",
    "Filter",
    "MetricInfo",
    "MetricQuery",
    "MetricResult",
    "MetricRow",
    "Provenance",
    "RateUsed",
]


@dataclass(frozen=True, slots=True)
class MetricInfo:
    """A metric in words, in the language of the reader."""

    code: str
    name: str
    description: str
    formula: str
    unit: Unit
    grain: str
    good_direction: Direction
    dimensions: tuple[Dimension, ...]
    is_by_currency: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Keep rows whose dimension has one of the values; an empty text stands for "not known"."""

    dimension: Dimension
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """Metrics × dimensions × period × comparison.

    `places` narrows the actor's scope.  `order_by` is the code of one of the metrics or dimensions;
    with `limit`, amounts of several currencies are ranked each among their own.
    """

    metrics: tuple[str, ...]
    period: Period
    dimensions: tuple[Dimension, ...] = ()
    comparison: Comparison = Comparison.NONE
    filters: tuple[Filter, ...] = ()
    places: frozenset[int] | None = None
    reporting_currency: str | None = None
    order_by: str | None = None
    is_descending: bool = True
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: minor units for money, else a number; `currency` is None where it has none.

    `change` is (value - comparison) / |comparison|: None without a comparison or when it is 0.
    """

    currency: str | None
    value: int | float | None
    comparison: int | float | None = None
    change: float | None = None


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One combination of dimension values, and for each metric its cells, one a currency.

    `keys` and `labels` follow the dimensions of the question: a date for time, an outside id, code
    or name for the rest, None for "not known".  `compared_on` is the start of the time bucket that
    the row is compared with; `is_complete` is false for a bucket that may still grow or was cut,
    None without a bucket.  `is_comparison_complete` says the same of the bucket compared with.
    """

    keys: tuple[str | date | None, ...]
    labels: tuple[str | None, ...]
    cells: tuple[tuple[Cell, ...], ...]
    compared_on: date | None = None
    is_complete: bool | None = None
    is_comparison_complete: bool | None = None


@dataclass(frozen=True, slots=True)
class RateUsed:
    """A stated exchange rate that took part in an answer."""

    currency: str
    to_currency: str
    valid_on: date
    rate: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an answer comes from: how fresh it is and what was done to amounts of money.

    `as_of`: every change committed before is in the answer.  `converted_to` is None when amounts
    stand in their own currencies; `missing_rates` names those that no stated rate could convert.
    `has_simulated`: the scope holds places whose facts were generated, not observed.
    """

    as_of: datetime
    lake_version: str
    currencies: tuple[str, ...] = ()
    converted_to: str | None = None
    rates: tuple[RateUsed, ...] = ()
    missing_rates: tuple[str, ...] = ()
    has_simulated: bool = False


@dataclass(frozen=True, slots=True)
class MetricResult:
    """The answer: rows in the order asked for; `row_count` is their number before the limit.

    `data` is from the first to the last business date with an order in the scope; the period
    `is_complete` when it lies within and is over.  `is_comparison_complete` says the same of the
    compared one, None without any.
    """

    metrics: tuple[MetricInfo, ...]
    dimensions: tuple[Dimension, ...]
    period: Period
    compared: Period | None
    rows: tuple[MetricRow, ...]
    row_count: int
    data: Period | None
    is_complete: bool
    is_comparison_complete: bool | None
    provenance: Provenance
