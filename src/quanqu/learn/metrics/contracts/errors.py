"""What a question about metrics can have wrong."""

from typing import ClassVar

from quanqu.kernel.errors import InvalidError, NotFoundError

__all__ = ["DimensionNotAllowedError", "MetricQueryError", "UnknownMetricError"]


class UnknownMetricError(NotFoundError):
    """There is no metric of that code."""

    code: ClassVar[str] = "metrics.unknown_metric"
    template: ClassVar[str] = "There is no metric {metric}."


class DimensionNotAllowedError(InvalidError):
    """The metric cannot be divided or filtered by that dimension."""

    code: ClassVar[str] = "metrics.dimension_not_allowed"
    template: ClassVar[str] = "{metric} cannot be divided by {dimension}. It knows {allowed}."


class MetricQueryError(InvalidError):
    """The question contradicts itself."""

    code: ClassVar[str] = "metrics.bad_query"
    template: ClassVar[str] = "{reason}"
