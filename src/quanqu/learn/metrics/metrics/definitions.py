"""The whole list of metrics: each defined in this package's lists and nowhere else."""

from collections.abc import Mapping
from typing import Final

from quanqu.learn.metrics.contracts import UnknownMetricError
from quanqu.learn.metrics.metrics.catalogue import Metric
from quanqu.learn.metrics.metrics.of_customers import CUSTOMERS
from quanqu.learn.metrics.metrics.of_orders import ORDERS
from quanqu.learn.metrics.metrics.of_products import PRODUCTS
from quanqu.learn.metrics.metrics.of_sales import SALES

METRICS: Final[Mapping[str, Metric]] = {
    metric.code: metric for metric in (*SALES, *ORDERS, *PRODUCTS, *CUSTOMERS)
}


def metric(code: str) -> Metric:
    """Return the definition of a metric. Raises: UnknownMetricError."""
    try:
        return METRICS[code]
    except KeyError:
        raise UnknownMetricError(metric=code) from None
