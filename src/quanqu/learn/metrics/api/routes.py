"""Definitions, the one query, cohorts, RFM and the state of the data."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.time import Period, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.learn.metrics import facade
from quanqu.learn.metrics.api.examples import asking
from quanqu.learn.metrics.api.render import (
    best_out,
    cohort_out,
    metric_out,
    overview_out,
    provenance_out,
    result_out,
    rfm_out,
)
from quanqu.learn.metrics.api.schemas import (
    BestCustomersOut,
    Code,
    CohortsOut,
    MetricOut,
    MetricQueryIn,
    MetricResultOut,
    OverviewOut,
    OverviewQueryIn,
    PeriodIO,
    PlaceId,
    QualityOut,
    RfmOut,
)
from quanqu.learn.metrics.contracts import Filter, MetricQuery, OverviewQuery

router = Router(tags=["metrics"])

Places = Annotated[
    list[PlaceId] | None, Query(description="Ids of places: narrow the caller's scope.")
]


@router.get("/metrics", response=list[MetricOut], summary="List metrics")
def list_metrics(request: HttpRequest) -> list[dict[str, Any]]:
    """Every metric: what it means, how it is computed, by what it can be divided."""
    return [metric_out(info) for info in facade.list_metrics(actor=actor_of(request))]


@router.post(
    "/metrics/query",
    response=MetricResultOut,
    summary="Ask for figures",
    openapi_extra=asking(),
)
def query_metrics(request: HttpRequest, body: MetricQueryIn) -> dict[str, Any]:
    """Metrics × dimensions × period × comparison, within the caller's scope.

    Amounts of several currencies stand side by side and are added only by stated rates. Without
    dimensions there is one row; with a bucket of time alone every bucket has one, also empty ones.
    """
    question = MetricQuery(
        metrics=tuple(body.metrics),
        period=Period(body.period.first, body.period.last),
        dimensions=tuple(body.dimensions),
        comparison=body.comparison,
        filters=tuple(Filter(one.dimension, tuple(one.values)) for one in body.filters),
        places=_places(body.places),
        reporting_currency=body.reporting_currency,
        order_by=body.order_by,
        is_descending=body.is_descending,
        limit=body.limit,
    )
    return result_out(facade.query(actor=actor_of(request), query=question, now=utc_now()))


@router.get("/metrics/{code}", response=MetricOut, summary="Get a metric")
def get_metric(request: HttpRequest, code: Path[Code]) -> dict[str, Any]:
    """One metric in words."""
    return metric_out(facade.get_metric(actor=actor_of(request), code=code))


@router.get("/overview", response=OverviewOut, summary="The overview")
def get_overview(
    request: HttpRequest, query: Query[OverviewQueryIn], place: Places = None
) -> dict[str, Any]:
    """Everything the overview page shows, in one answer; each figure is that of the query.

    `trend` and the sparks of `tiles` follow `buckets`: days, weeks or months by the length of the
    period. `regions` are countries, or regions where all sales are in one country.
    """
    found = facade.overview(
        actor=actor_of(request),
        query=OverviewQuery(
            period=Period(query.first, query.last),
            comparison=query.comparison,
            places=_places(place),
            reporting_currency=query.reporting_currency,
        ),
        now=utc_now(),
    )
    return overview_out(found)


@router.get("/cohorts", response=CohortsOut, summary="Cohort retention")
def get_cohorts(request: HttpRequest, place: Places = None) -> dict[str, Any]:
    """Customers by month of first order, how many ordered in each month since, and ever again."""
    found = facade.get_cohorts(actor=actor_of(request), now=utc_now(), places=_places(place))
    cohorts = [cohort_out(one) for one in found.cohorts]
    provenance = provenance_out(found.provenance)
    return {"cohorts": cohorts, "data": found.data, "provenance": provenance}


@router.get("/rfm", response=RfmOut, summary="RFM segments")
def get_rfm(request: HttpRequest, period: Query[PeriodIO], place: Places = None) -> dict[str, Any]:
    """The customers of a period by recency, frequency and money."""
    found = facade.get_rfm(
        actor=actor_of(request),
        period=Period(period.first, period.last),
        now=utc_now(),
        places=_places(place),
    )
    return rfm_out(found)


@router.get("/best-customers", response=BestCustomersOut, summary="Best customers")
def get_best_customers(
    request: HttpRequest,
    period: Query[PeriodIO],
    place: Places = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Customers a currency.")] = 20,
) -> dict[str, Any]:
    """Who spent most in a period, by gross sales; `GET /customers/{id}` says more of them."""
    found = facade.get_best_customers(
        actor=actor_of(request),
        period=Period(period.first, period.last),
        now=utc_now(),
        places=_places(place),
        limit=limit,
    )
    return best_out(found)


@router.get("/data-quality", response=QualityOut, summary="State of the data")
def get_quality(request: HttpRequest) -> dict[str, Any]:
    """For each table: how full its fields are, repeated keys, references that lead nowhere.

    `customers_by_identifier` counts the customers who have an identifier of each type: a phone
    number, an e-mail address, a member number.
    """
    found = facade.get_quality(actor=actor_of(request), now=utc_now())
    tables = [
        {
            "table": one.table,
            "rows": one.rows,
            "duplicates": one.duplicates,
            "orphans": one.orphans,
            "fields": [
                {"column": f.column, "filled": f.filled, "coverage_rate": f.coverage_rate}
                for f in one.fields
            ],
        }
        for one in found.tables
    ]
    return {"tables": tables, "provenance": provenance_out(found.provenance)}


def _places(ids: list[str] | None) -> frozenset[int] | None:
    """Return the keys of places by their outside ids; unknown ones show nothing."""
    if ids is None:
        return None
    wanted = set(ids)
    return frozenset(key for key, place in places_by_key().items() if place.id in wanted)
