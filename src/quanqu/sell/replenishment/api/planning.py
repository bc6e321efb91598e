"""How items are kept in stock, what is expected of them, and looking at what they need."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import UnitKind, UnitNotFoundError
from quanqu.know.org.facade import find_unit, resolve_scope
from quanqu.sell.replenishment import facade
from quanqu.sell.replenishment.api import render
from quanqu.sell.replenishment.api.naming import MANAGE, items_at, places_of
from quanqu.sell.replenishment.api.schemas import (
    CountOut,
    ForecastIn,
    ItemsIn,
    PoliciesIn,
    PolicyOut,
    PolicyQuery,
    RunIn,
    RunOut,
)
from quanqu.sell.replenishment.contracts import (
    ForecastPeriod,
    ForecastSet,
    PolicyDraft,
    PolicyFilters,
)

__all__ = ["router"]

router = Router()


@router.get("/replenishment/policies", response=PageOut[PolicyOut], summary="List policies")
def list_policies(
    request: HttpRequest, query: Query[PolicyQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """How items are kept in stock at places in scope, the newest first."""
    actor = actor_of(request)
    filters = PolicyFilters(place_keys=places_of(actor, query.unit), method=query.method)
    found = facade.list_policies(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    rendered = iter(render.policies(found.items))
    return cursor_page(request, found, lambda _row: next(rendered))


@router.put("/replenishment/policies", response=CountOut, summary="Set policies")
@idempotent
def set_policies(request: HttpRequest, body: PoliciesIn) -> dict[str, int]:
    """Set how items are kept in stock at places; all or none."""
    actor = actor_of(request)
    ats = items_at(actor, body.policies)
    drafts = [
        PolicyDraft(
            place_key=place,
            variant_key=item,
            method=one.method,
            minimum=one.minimum,
            maximum=one.maximum,
            service_rate=one.service_rate,
            review_days=one.review_days,
            cover_days=one.cover_days,
            supplier_id=one.supplier or "",
            is_transfer_first=one.is_transfer_first,
            most_cover_days=one.most_cover_days,
        )
        for (place, item), one in zip(ats, body.policies, strict=True)
    ]
    facade.set_policies(actor=actor, drafts=drafts, now=utc_now())
    return {"count": len(drafts)}


@router.post("/replenishment/policy-stops", response=CountOut, summary="Stop policies")
@idempotent
def stop_policies(request: HttpRequest, body: ItemsIn) -> dict[str, int]:
    """Propose these items no more at these places; the count is of those that had a policy."""
    actor = actor_of(request)
    return {"count": facade.stop_policies(actor=actor, ats=items_at(actor, body.items))}


@router.post("/replenishment/forecasts", response=CountOut, summary="Push forecasts")
@idempotent
def push_forecast(request: HttpRequest, body: ForecastIn) -> dict[str, int]:
    """Put forecasts in the place of older ones; the count is of periods that count now."""
    actor = actor_of(request)
    ats = items_at(actor, body.periods)
    periods = tuple(
        ForecastPeriod(place, item, one.starts_on, one.days, one.quantity, one.standard_error)
        for (place, item), one in zip(ats, body.periods, strict=True)
    )
    told = ForecastSet(body.made_at, body.source, periods)
    return {"count": facade.push_forecast(actor=actor, forecasts=told, now=utc_now())}


@router.get("/replenishment/runs", response=list[RunOut], summary="Last looks")
def list_runs(request: HttpRequest) -> list[dict[str, Any]]:
    """What the stock of companies in scope was found to need, the latest first."""
    return render.runs(facade.list_runs(actor=actor_of(request)))


@router.post("/replenishment/runs", response=RunOut, summary="Look at stock now")
@idempotent
def look_at_stock(request: HttpRequest, body: RunIn) -> dict[str, Any]:
    """Work out what a company's places need now; proposals follow."""
    actor = actor_of(request)
    resolve_scope(actor=actor, permission=MANAGE, unit_id=body.company)
    unit = find_unit(ref=body.company)
    if unit.kind is not UnitKind.COMPANY:
        raise UnitNotFoundError(ref=body.company)
    found = facade.look_at_stock(actor=actor, company_key=unit.key, now=utc_now())
    return render.runs([found])[0]
