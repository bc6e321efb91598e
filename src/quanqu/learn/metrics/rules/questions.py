"""Whether a question about metrics makes sense."""

from collections.abc import Mapping

from quanqu.learn.metrics.contracts import (
    TIME_DIMENSIONS,
    Dimension,
    DimensionNotAllowedError,
    MetricQuery,
    MetricQueryError,
)

MOST_METRICS = 64
MOST_DIMENSIONS = 4
MOST_ROWS = 10_000


def check_query(query: MetricQuery, known: Mapping[str, tuple[Dimension, ...]]) -> None:
    """Refuse a question that has no answer. Shapes: `known` has the dimensions of each metric.

    Raises: MetricQueryError, DimensionNotAllowedError.
    """
    if problem := _problem(query):
        raise MetricQueryError(reason=problem)
    wanted = {*query.dimensions, *(one.dimension for one in query.filters)}
    for code, allowed in known.items():
        for dimension in sorted(wanted - set(allowed)):
            raise DimensionNotAllowedError(
                metric=code, dimension=str(dimension), allowed=", ".join(allowed)
            )


def _problem(query: MetricQuery) -> str | None:
    times = [d for d in query.dimensions if d in TIME_DIMENSIONS]
    ordering = {*query.metrics, *map(str, query.dimensions), None}
    problems = {
        "Ask for at least one metric.": not query.metrics,
        f"Ask for at most {MOST_METRICS} metrics.": len(query.metrics) > MOST_METRICS,
        "Name each metric once.": len(set(query.metrics)) < len(query.metrics),
        f"Divide by at most {MOST_DIMENSIONS} dimensions.": len(query.dimensions) > MOST_DIMENSIONS,
        "Name each dimension once.": len(set(query.dimensions)) < len(query.dimensions),
        "Divide by one of day, week, month, quarter and year.": len(times) > 1,
        "Time is chosen by the period, not by a filter.": any(
            one.dimension in TIME_DIMENSIONS for one in query.filters
        ),
        "Give each filter at least one value.": any(not one.values for one in query.filters),
        "Order by a metric or dimension of the question.": query.order_by not in ordering,
        f"Ask for 1 to {MOST_ROWS} rows.": not 1 <= query.limit <= MOST_ROWS,
    }
    return next((text for text, is_wrong in problems.items() if is_wrong), None)
