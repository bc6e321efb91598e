"""What learn.metrics offers."""

from quanqu.learn.metrics.queries.answers import query
from quanqu.learn.metrics.queries.definitions import get_metric, list_metrics
from quanqu.learn.metrics.queries.extent import data_span
from quanqu.learn.metrics.queries.lifetimes import get_best_customers, get_cohorts, get_rfm
from quanqu.learn.metrics.queries.overview import overview
from quanqu.learn.metrics.queries.quality import get_quality

__all__ = [
    "data_span",
    "get_best_customers",
    "get_cohorts",
    "get_metric",
    "get_quality",
    "get_rfm",
    "list_metrics",
    "overview",
    "query",
]
