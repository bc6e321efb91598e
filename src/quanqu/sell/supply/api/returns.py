"""Returns to suppliers, and what they credit."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import get_place
from quanqu.sell.supply import facade
from quanqu.sell.supply.api import render
from quanqu.sell.supply.api.orders import items_of, places_of
from quanqu.sell.supply.api.schemas import CreditIn, Id, ReturnIn, ReturnOut, ReturnQuery
from quanqu.sell.supply.contracts import ReturnDraft, ReturnDraftLine, ReturnFilters

router = Router()


@router.get("/supplier-returns", response=PageOut[ReturnOut], summary="List returns to suppliers")
def list_returns(
    request: HttpRequest, query: Query[ReturnQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The returns to suppliers from places in scope, newest first."""
    actor = actor_of(request)
    filters = ReturnFilters(query.supplier or "", places_of(actor, query.unit), query.is_credited)
    found = facade.list_returns(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    shown = {row["id"]: row for row in render.returns(found.items)}
    return cursor_page(request, found, lambda row: shown[row.id])


@router.post("/supplier-returns", response={201: ReturnOut}, summary="Give goods back")
@idempotent
def return_goods(request: HttpRequest, body: ReturnIn) -> Status[dict[str, Any]]:
    """Take goods out of stock, back to a supplier; from on hand only what nobody is promised."""
    actor = actor_of(request)
    place = get_place(actor=actor, place_id=body.place)
    currency = facade.get_supplier(actor=actor, supplier_id=body.supplier).currency
    known = items_of(place.company_key, [line.sku for line in body.lines])
    lines = tuple(
        ReturnDraftLine(
            known[one.sku],
            one.quantity,
            None if one.unit_cost is None else Money.parse(one.unit_cost, currency).minor,
        )
        for one in body.lines
    )
    made = facade.return_goods(
        actor=actor,
        supplier_id=body.supplier,
        place_key=place.key,
        draft=ReturnDraft(body.reference, body.reason, body.taken_from, lines),
        now=utc_now(),
    )
    return Status(201, render.returns([made])[0])


@router.get("/supplier-returns/{return_id}", response=ReturnOut, summary="Get a return")
def get_return(request: HttpRequest, return_id: Path[Id]) -> dict[str, Any]:
    """A return to a supplier with its lines and credits."""
    return render.returns([facade.get_return(actor=actor_of(request), return_id=return_id)])[0]


@router.post(
    "/supplier-returns/{return_id}/credits", response={201: ReturnOut}, summary="Note a credit"
)
@idempotent
def record_credit(
    request: HttpRequest, return_id: Path[Id], body: CreditIn
) -> Status[dict[str, Any]]:
    """Note what the supplier credited, never more than is still expected."""
    actor = actor_of(request)
    there = facade.get_return(actor=actor, return_id=return_id)
    made = facade.record_credit(
        actor=actor,
        return_id=return_id,
        amount_minor=Money.parse(body.amount, there.expected.currency).minor,
        reference=body.reference,
        now=utc_now(),
    )
    return Status(201, render.returns([made])[0])
