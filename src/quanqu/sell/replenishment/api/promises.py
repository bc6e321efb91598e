"""What can be promised of goods to come, and what was promised of them."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.facade import get_hold
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.api import render
from quanqu.sell.replenishment.api.naming import items_at
from quanqu.sell.replenishment.api.schemas import (
    Id,
    PromiseOut,
    PromiseQuery,
    PromisingIn,
    PromisingOut,
)
from quanqu.sell.replenishment.contracts import PromiseFilters

__all__ = ["router"]

router = Router()
_VIEW = "stock.view"


@router.post("/replenishment/promising", response=list[PromisingOut], summary="Promise by day")
def promising(request: HttpRequest, body: PromisingIn) -> list[dict[str, Any]]:
    """From which day how many units of items at places can be promised, deliveries counted."""
    actor = actor_of(request)
    ats = items_at(actor, body.items, _VIEW)
    steps: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for step in facade.promising(
        actor=actor,
        variant_keys={item for _, item in ats},
        place_keys={place for place, _ in ats},
        now=utc_now(),
    ):
        told = {"from_on": step.from_on.isoformat(), "units": step.units}
        steps.setdefault((step.place_key, step.variant_key), []).append(told)
    return [
        {"place": one.place, "sku": one.sku, "steps": steps.get(at, [])}
        for at, one in zip(ats, body.items, strict=True)
    ]


@router.get("/replenishment/promises", response=PageOut[PromiseOut], summary="List promises")
def list_promises(
    request: HttpRequest, query: Query[PromiseQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What holds wait for at places in scope and when it is to be there, the newest first."""
    actor = actor_of(request)
    found = facade.list_promises(
        actor=actor, filters=_filters(actor, query), cursor=page.cursor, limit=page.limit
    )
    rendered = iter(render.promises(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.post(
    "/replenishment/holds/{hold_id}/promise",
    response=list[PromiseOut],
    summary="Promise a hold's days",
)
@idempotent
def promise_hold(request: HttpRequest, hold_id: Path[Id]) -> list[dict[str, Any]]:
    """Work out when what a hold waits for is to be there; empty where everything is there."""
    actor = actor_of(request)
    hold = get_hold(actor=actor, request_id=decode("hld", hold_id))
    return render.promises(facade.promise_hold(request_id=hold.request_id, now=utc_now()))


def _filters(actor: Actor, query: PromiseQuery) -> PromiseFilters:
    places = None
    if query.unit:
        scope = resolve_scope(actor=actor, permission=_VIEW, unit_id=query.unit)
        places = None if scope.everything else scope.places
    return PromiseFilters(places, is_at_risk=query.is_at_risk)
