"""The shapes of metrics in the API."""

import re
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.learn.metrics.contracts import Comparison, Dimension, Direction, Unit

Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_]*$", examples=["net_sales"])]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
FilterText = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, examples=["plc_01hz0000000000000000000000"])]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso_day(value: object) -> object:
    """Let only full-date texts through (RFC 3339): a number is no day."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("a day is written as 2026-11-22")
    return value


Day = Annotated[
    date,
    BeforeValidator(iso_day),
    Field(ge=date(1970, 1, 1), le=date(2199, 12, 31), examples=["2026-11-01"]),
]


class MetricOut(Schema):
    """A metric in words, in the language of the caller."""

    code: str
    name: str
    description: str
    formula: str
    unit: Unit = Field(
        description="money: text in the currency's decimals. rate: 0.125 is 12.5 %. days, items "
        "and ratio: numbers with decimals. count: a whole number."
    )
    grain: str = Field(description="What is counted.")
    good_direction: Direction
    dimensions: list[Dimension] = Field(description="By what it can be divided and filtered.")
    is_by_currency: bool = Field(description="It rests on money: one cell a currency.")


class PeriodIO(Schema):
    """Whole days, both included."""

    first: Day
    last: Day


class FilterIn(Schema):
    """Keep rows whose dimension has one of the values; an empty text is "not known"."""

    dimension: Dimension
    values: Annotated[list[FilterText], Field(min_length=1, max_length=1000)]


class MetricQueryIn(Schema):
    """Metrics × dimensions × period × comparison."""

    metrics: Annotated[
        list[Code], Field(min_length=1, max_length=64, description="Codes of `GET /metrics`.")
    ]
    period: PeriodIO
    dimensions: Annotated[
        list[Dimension],
        Field(
            max_length=4,
            description="At most one of day, week, month, quarter and year; none: one row.",
        ),
    ] = []
    comparison: Comparison = Field(
        Comparison.NONE,
        description="previous: as many days before. previous_months: the same days as many months "
        "before as the period touches. year_before: the same calendar days.",
    )
    filters: Annotated[list[FilterIn], Field(max_length=20)] = []
    places: Annotated[
        list[PlaceId] | None, Field(max_length=5000, description="Narrow the caller's scope.")
    ] = None
    reporting_currency: CurrencyCode | None = Field(
        None, description="Turn money into it by the stated rates; if one is missing, none is."
    )
    order_by: Annotated[
        str | None,
        Field(max_length=60, description="One of the metrics or dimensions asked for."),
    ] = None
    is_descending: Annotated[bool, Field(strict=True)] = True
    limit: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=10_000,
            description="Rows; by a metric, the first of each currency.",
        ),
    ] = 1000


class CellOut(Schema):
    """A figure: money in the currency's own decimals as text, else a number."""

    currency: str | None
    value: str | float | int | None = Field(description="null: there is nothing to divide by.")
    comparison: str | float | int | None
    change: float | None = Field(description="(value − comparison) ÷ |comparison|.")


class MetricRowOut(Schema):
    """One combination of dimension values; for each metric one cell a currency."""

    keys: dict[str, str | None] = Field(
        description="By dimension: an ISO date for buckets of time, an id, code or name for the "
        "rest; null for what is not known."
    )
    labels: dict[str, str] = Field(description="Names for keys that are ids, codes or numbers.")
    compared_on: date | None = Field(description="The first day of the bucket compared with.")
    is_complete: bool | None = Field(
        description="Of a bucket of time: false if it may still grow or was cut by the period."
    )
    is_comparison_complete: bool | None = Field(description="So is the bucket compared with.")
    cells: dict[str, list[CellOut]]


class RateOut(Schema):
    """A stated exchange rate that took part."""

    currency: str
    to_currency: str
    valid_on: date
    rate: str
    source: str


class ProvenanceOut(Schema):
    """How fresh the answer is and what was done to money."""

    as_of: str = Field(description="Every change before this time is in the answer.")
    lake_version: str = Field(description="The same text: the same data.")
    currencies: list[str]
    converted_to: str | None
    rates: list[RateOut]
    missing_rates: list[str] = Field(description="Currencies no stated rate could convert.")
    has_simulated: bool = Field(description="The scope holds places with simulated facts.")


class MetricResultOut(Schema):
    """The answer to a question."""

    metrics: list[MetricOut]
    dimensions: list[Dimension]
    period: PeriodIO
    compared: PeriodIO | None
    data: PeriodIO | None = Field(description="From the first to the last order of the scope.")
    is_complete: bool = Field(description="The period is over and the data reaches over it.")
    is_comparison_complete: bool | None = Field(description="So is the period compared with.")
    row_count: int = Field(description="Rows before the limit.")
    rows: list[MetricRowOut]
    provenance: ProvenanceOut


class CohortOut(Schema):
    """Customers by month of first order; `active` and `rates` by months since, from 0."""

    month: date
    size: int
    active: list[int]
    rates: list[float]
    repeaters: int | None = Field(description="Those who have ordered again to this day.")
    repeat_rate: float | None


class CohortsOut(Schema):
    """All cohorts, the oldest first."""

    cohorts: list[CohortOut]
    data: PeriodIO | None = Field(description="Months that it does not reach over may still grow.")
    provenance: ProvenanceOut


class OverviewQueryIn(PeriodIO):
    """The period of the overview, what it is held against and in which currency."""

    comparison: Comparison = Comparison.PREVIOUS
    reporting_currency: CurrencyCode | None = None


class SparkOut(Schema):
    """The course of a figure over the buckets; null where there was nothing."""

    currency: str | None
    values: list[str | float | int | None]


class TileOut(Schema):
    """One metric over the whole period and its course."""

    metric: str
    cells: list[CellOut]
    sparks: list[SparkOut]


class PanelOut(Schema):
    """Metrics by one dimension."""

    dimension: Dimension
    metrics: list[str]
    rows: list[MetricRowOut]


class OverviewOut(Schema):
    """What the overview page shows; `complete` says it of each bucket."""

    period: PeriodIO
    compared: PeriodIO | None
    data: PeriodIO | None
    is_complete: bool
    bucket: Dimension
    buckets: list[date]
    complete: list[bool]
    tiles: list[TileOut]
    trend: PanelOut
    channels: PanelOut
    regions: PanelOut
    products: PanelOut
    cohorts: list[CohortOut]
    provenance: ProvenanceOut


class BestCustomerOut(Schema):
    """A customer among the best of a currency."""

    rank: int
    customer: str
    gross_sales: MoneyOut
    orders: int
    last_order_on: date
    share_rate: float = Field(description="Of the gross sales of all known customers.")


class BestCustomersOut(Schema):
    """Who spent most in a period, currency by currency."""

    period: PeriodIO
    rows: list[BestCustomerOut]
    provenance: ProvenanceOut


class RfmGroupOut(Schema):
    """A segment of customers."""

    segment: str
    name: str
    customers: int
    mean_recency_days: float
    mean_orders: float
    gross_sales: list[CellOut]


class RfmOut(Schema):
    """Segments and the grid of recency (rows) by frequency (columns), fifths 1 to 5."""

    as_of_on: date
    customers: int
    groups: list[RfmGroupOut]
    grid: list[list[int]]
    provenance: ProvenanceOut


class FieldOut(Schema):
    """How full a column is."""

    column: str
    filled: int
    coverage_rate: float | None


class TableOut(Schema):
    """One table: rows, repeated keys, references that lead nowhere."""

    table: str
    rows: int
    duplicates: int
    orphans: dict[str, int]
    fields: list[FieldOut]


class QualityOut(Schema):
    """The state of the data."""

    tables: list[TableOut]
    provenance: ProvenanceOut
