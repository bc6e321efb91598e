"""What crosses the room's border: questions, answers and errors."""

from quanqu.learn.metrics.contracts.customers import (
    BestCustomer,
    BestCustomers,
    Cohort,
    CohortTable,
    RfmGroup,
    RfmSegment,
    RfmTable,
)
from quanqu.learn.metrics.contracts.errors import (
    DimensionNotAllowedError,
    MetricQueryError,
    UnknownMetricError,
)
from quanqu.learn.metrics.contracts.overview import Overview, OverviewQuery, Panel, Spark, Tile
from quanqu.learn.metrics.contracts.quality import FieldCoverage, QualityReport, TableQuality
from quanqu.learn.metrics.contracts.queries import (
    Cell,
    Filter,
    MetricInfo,
    MetricQuery,
    MetricResult,
    MetricRow,
    Provenance,
    RateUsed,
)
from quanqu.learn.metrics.contracts.words import (
    PRODUCT_DIMENSIONS,
    TIME_DIMENSIONS,
    Comparison,
    Dimension,
    Direction,
    Unit,
)

__all__ = [
    "PRODUCT_DIMENSIONS",
    "TIME_DIMENSIONS",
    "BestCustomer",
    "BestCustomers",
    "Cell",
    "Cohort",
    "CohortTable",
    "Comparison",
    "Dimension",
    "DimensionNotAllowedError",
    "Direction",
    "FieldCoverage",
    "Filter",
    "MetricInfo",
    "MetricQuery",
    "MetricQueryError",
    "MetricResult",
    "MetricRow",
    "Overview",
    "OverviewQuery",
    "Panel",
    "Provenance",
    "QualityReport",
    "RateUsed",
    "RfmGroup",
    "RfmSegment",
    "RfmTable",
    "Spark",
    "TableQuality",
    "Tile",
    "Unit",
    "UnknownMetricError",
]
