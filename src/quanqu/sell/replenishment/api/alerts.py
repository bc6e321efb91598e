"""Alerts of stock: what is out, runs out, or is too much."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.api import render
from quanqu.sell.replenishment.api.naming import places_of
from quanqu.sell.replenishment.api.schemas import AlertOut, AlertQuery, CountOut
from quanqu.sell.replenishment.contracts import AlertFilters

__all__ = ["router"]

router = Router()


@router.get("/replenishment/alerts", response=PageOut[AlertOut], summary="List stock alerts")
def list_alerts(
    request: HttpRequest, query: Query[AlertQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What is out of stock, runs out before more comes, or is too much; the newest first."""
    actor = actor_of(request)
    filters = _filters(actor, query)
    found = facade.list_alerts(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    rendered = iter(render.alerts(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.get("/replenishment/alerts/count", response=CountOut, summary="Count stock alerts")
def count_alerts(request: HttpRequest, query: Query[AlertQuery]) -> dict[str, int]:
    """How many alerts the filters leave."""
    actor = actor_of(request)
    return {"count": facade.count_alerts(actor=actor, filters=_filters(actor, query))}


def _filters(actor: Actor, query: AlertQuery) -> AlertFilters:
    return AlertFilters(
        place_keys=places_of(actor, query.unit),
        kinds=frozenset(query.kind),
        is_open=query.is_open,
    )
