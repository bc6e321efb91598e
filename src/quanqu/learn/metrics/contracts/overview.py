"""The overview: a few figures, their course, and where they come from."""

from dataclasses import dataclass
from datetime import date

from quanqu.kernel.time import Period
from quanqu.learn.metrics.contracts.customers import Cohort
from quanqu.learn.metrics.contracts.queries import Cell, MetricInfo, MetricRow, Provenance
from quanqu.learn.metrics.contracts.words import Comparison, Dimension

__all__ = ["Overview", "OverviewQuery", "Panel", "Spark", "Tile"]


@dataclass(frozen=True, slots=True)
class OverviewQuery:
    """Which part of the actor's scope, which period, held against what."""

    period: Period
    comparison: Comparison = Comparison.PREVIOUS
    places: frozenset[int] | None = None
    reporting_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Spark:
    """The course of a figure over the buckets of the trend; None where there was nothing."""

    currency: str | None
    values: tuple[int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One metric over the whole period, one cell and one spark line a currency."""

    metric: MetricInfo
    cells: tuple[Cell, ...]
    sparks: tuple[Spark, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Metrics by one dimension, as `query` answers them."""

    dimension: Dimension
    metrics: tuple[MetricInfo, ...]
    rows: tuple[MetricRow, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the overview page shows.

    `complete` says of each bucket whether it holds all that will be counted in it, as in a
    `MetricRow`; `is_complete` says it of the period.
    """

    period: Period
    compared: Period | None
    bucket: Dimension
    buckets: tuple[date, ...]
    complete: tuple[bool, ...]
    data: Period | None
    is_complete: bool
    tiles: tuple[Tile, ...]
    trend: Panel
    channels: Panel
    regions: Panel
    products: Panel
    cohorts: tuple[Cohort, ...]
    provenance: Provenance
