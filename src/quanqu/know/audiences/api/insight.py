"""A saved audience beside everybody, and in time."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.insight_schemas import (
    CompositionOut,
    DaySizesOut,
    DaysQuery,
    FieldsQuery,
    ForecastStateOut,
    MembersOnOut,
    OnQuery,
    composition_out,
    forecast_out,
    sizes_out,
)
from quanqu.know.audiences.api.schemas import AudienceId

router = Router(tags=["audiences"])


@router.get(
    "/audiences/{audience_id}/composition", response=CompositionOut, summary="Composition of one"
)
def compose_members(
    request: HttpRequest, audience_id: Path[AudienceId], query: Query[FieldsQuery]
) -> dict[str, Any]:
    """The members at the last refresh beside everybody in scope, trait by trait, with indices."""
    found = facade.compose_members(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        today=utc_now().date(),
        fields=tuple(dict.fromkeys(query.field)),
    )
    return composition_out(found)


@router.get("/audiences/{audience_id}/sizes", response=DaySizesOut, summary="Sizes by day")
def size_by_day(
    request: HttpRequest, audience_id: Path[AudienceId], query: Query[DaysQuery]
) -> dict[str, Any]:
    """How many were in it at the end of each day, from the refreshes, at most 800 days."""
    found = facade.size_by_day(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        first=query.first,
        last=query.last,
    )
    return sizes_out(found)


@router.get(
    "/audiences/{audience_id}/members/count", response=MembersOnOut, summary="Members of a day"
)
def count_members_on(
    request: HttpRequest, audience_id: Path[AudienceId], query: Query[OnQuery]
) -> dict[str, Any]:
    """How many customers were in it at any time of a day; who they were: `members?on=`."""
    members = facade.count_members_on(
        actor=actor_of(request), audience_id=decode("aud", audience_id), on=query.on
    )
    return {"on": query.on, "members": members}


@router.get("/audiences/{audience_id}/forecast", response=ForecastStateOut, summary="Size forecast")
def forecast_size(request: HttpRequest, audience_id: Path[AudienceId]) -> dict[str, Any]:
    """How many will be in it in the next 30 days, with the back-test; null until it was asked for
    and worked out for the rules in force."""
    found = facade.forecast_size(actor=actor_of(request), audience_id=decode("aud", audience_id))
    return forecast_out(found)


@router.post(
    "/audiences/{audience_id}/forecast", response={202: ForecastStateOut}, summary="Forecast anew"
)
def ask_forecast(request: HttpRequest, audience_id: Path[AudienceId]) -> dict[str, Any]:
    """Have the forecast worked out anew; the answer is the one of before, ask again soon."""
    actor, identity = actor_of(request), decode("aud", audience_id)
    facade.ask_forecast(actor=actor, audience_id=identity)
    return forecast_out(facade.forecast_size(actor=actor, audience_id=identity))
