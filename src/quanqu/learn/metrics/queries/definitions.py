"""Metrics in words."""

from quanqu.infra.auth.contracts import Actor
from quanqu.learn.metrics.contracts import MetricInfo
from quanqu.learn.metrics.metrics.catalogue import Metric
from quanqu.learn.metrics.metrics.definitions import METRICS, metric
from quanqu.learn.metrics.queries.sight import PERMISSION
from quanqu.learn.metrics.rules.assembly import Formula


def list_metrics(*, actor: Actor) -> tuple[MetricInfo, ...]:
    """Return every metric in the language that is active. Raises: NotAllowedError."""
    actor.require(PERMISSION)
    return tuple(info_of(one) for one in METRICS.values())


def get_metric(*, actor: Actor, code: str) -> MetricInfo:
    """Return one metric in words. Raises: NotAllowedError, UnknownMetricError."""
    actor.require(PERMISSION)
    return info_of(metric(code))


def info_of(one: Metric) -> MetricInfo:
    """Return a definition in words."""
    return MetricInfo(
        code=one.code,
        name=str(one.name),
        description=str(one.description),
        formula=str(one.formula),
        unit=one.unit,
        grain=one.grain,
        good_direction=one.good_direction,
        dimensions=one.dimensions,
        is_by_currency=one.is_by_currency,
    )


def formula_of(one: Metric) -> Formula:
    """Return a definition as what its figure is computed from."""
    return Formula(one.unit, one.plus, one.minus, one.per, one.is_by_currency, one.is_additive)
