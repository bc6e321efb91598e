"""Purchase orders: made, changed and moved on."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import get_place, places_by_key, resolve_scope
from quanqu.sell.catalog.facade import variant_keys
from quanqu.sell.supply import facade
from quanqu.sell.supply.api import render
from quanqu.sell.supply.api.schemas import (
    CountOut,
    DiscrepancyOut,
    Id,
    PurchaseDetailOut,
    PurchaseFields,
    PurchaseIn,
    PurchaseOut,
    PurchaseQuery,
    PurchaseSortQuery,
    ReasonIn,
)
from quanqu.sell.supply.contracts import (
    PurchaseDraft,
    PurchaseFilters,
    PurchaseLineDraft,
    PurchaseLineError,
)

__all__ = ["items_of", "places_of", "router"]

router = Router()


@router.get("/purchase-orders", response=PageOut[PurchaseOut], summary="List purchase orders")
def list_orders(
    request: HttpRequest,
    query: Query[PurchaseQuery],
    order: Query[PurchaseSortQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """The purchase orders to places in scope, newest first unless `sort` says otherwise."""
    actor = actor_of(request)
    found = facade.list_orders(
        actor=actor,
        filters=_filters(actor, query),
        cursor=page.cursor,
        limit=page.limit,
        sort=order.sort,
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.purchase_order(row, places))


@router.get("/purchase-orders/count", response=CountOut, summary="Count purchase orders")
def count_orders(request: HttpRequest, query: Query[PurchaseQuery]) -> dict[str, int]:
    """How many purchase orders the filters leave."""
    actor = actor_of(request)
    return {"count": facade.count_orders(actor=actor, filters=_filters(actor, query))}


@router.get(
    "/purchase-orders/discrepancies", response=list[DiscrepancyOut], summary="Discrepancies"
)
def list_discrepancies(request: HttpRequest, query: Query[PurchaseQuery]) -> list[dict[str, Any]]:
    """How lines differ from what was ordered: short, over, damaged, late; newest orders first."""
    actor = actor_of(request)
    found = facade.list_discrepancies(
        actor=actor, filters=_filters(actor, query), today=utc_now().date()
    )
    return render.discrepancies(found)


@router.post("/purchase-orders", response={201: PurchaseDetailOut}, summary="Draft an order")
@idempotent
def create_order(request: HttpRequest, body: PurchaseIn) -> Status[dict[str, Any]]:
    """Make a draft of an order to a supplier, for a place."""
    actor = actor_of(request)
    place = get_place(actor=actor, place_id=body.place)
    order_id = facade.create_order(
        actor=actor,
        supplier_id=body.supplier,
        place_key=place.key,
        draft=_draft(actor, body.supplier, place.company_key, body),
        now=utc_now(),
    )
    return Status(201, _shown(actor, order_id))


@router.get(
    "/purchase-orders/{purchase_id}", response=PurchaseDetailOut, summary="Get a purchase order"
)
def get_order(request: HttpRequest, purchase_id: Path[Id]) -> dict[str, Any]:
    """A purchase order with its lines and history."""
    return _shown(actor_of(request), purchase_id)


@router.put("/purchase-orders/{purchase_id}", response=PurchaseDetailOut, summary="Change an order")
@idempotent
def change_order(
    request: HttpRequest, purchase_id: Path[Id], body: PurchaseFields
) -> dict[str, Any]:
    """Replace what is ordered: a draft freely, what was sent with fewer units or other days."""
    actor = actor_of(request)
    there = facade.get_order(actor=actor, order_id=purchase_id).order
    draft = _draft(actor, there.supplier_id, there.company_key, body)
    facade.change_order(actor=actor, order_id=purchase_id, draft=draft, now=utc_now())
    return _shown(actor, purchase_id)


@router.post(
    "/purchase-orders/{purchase_id}/submission", response=PurchaseDetailOut, summary="Submit"
)
@idempotent
def submit_order(request: HttpRequest, purchase_id: Path[Id]) -> dict[str, Any]:
    """Hand a draft in; within the company's limit it is approved at once."""
    actor = actor_of(request)
    facade.submit_order(actor=actor, order_id=purchase_id, now=utc_now())
    return _shown(actor, purchase_id)


@router.post(
    "/purchase-orders/{purchase_id}/approval", response=PurchaseDetailOut, summary="Approve"
)
@idempotent
def approve_order(request: HttpRequest, purchase_id: Path[Id]) -> dict[str, Any]:
    """Approve a submitted order; above the limit, somebody else than who submitted it."""
    actor = actor_of(request)
    facade.approve_order(actor=actor, order_id=purchase_id, now=utc_now())
    return _shown(actor, purchase_id)


@router.post(
    "/purchase-orders/{purchase_id}/rejection", response=PurchaseDetailOut, summary="Reject"
)
@idempotent
def reject_order(request: HttpRequest, purchase_id: Path[Id], body: ReasonIn) -> dict[str, Any]:
    """Give a submitted order back to be changed, with the reason."""
    actor = actor_of(request)
    facade.reject_order(actor=actor, order_id=purchase_id, reason=body.reason, now=utc_now())
    return _shown(actor, purchase_id)


@router.post(
    "/purchase-orders/{purchase_id}/dispatch", response=PurchaseDetailOut, summary="Note as sent"
)
@idempotent
def send_order(request: HttpRequest, purchase_id: Path[Id]) -> dict[str, Any]:
    """Note that an approved order went to the supplier: its goods are incoming now."""
    actor = actor_of(request)
    facade.send_order(actor=actor, order_id=purchase_id, now=utc_now())
    return _shown(actor, purchase_id)


@router.post("/purchase-orders/{purchase_id}/closure", response=PurchaseDetailOut, summary="Close")
@idempotent
def close_order(request: HttpRequest, purchase_id: Path[Id], body: ReasonIn) -> dict[str, Any]:
    """End an order of which goods came; the rest is no longer incoming."""
    actor = actor_of(request)
    facade.close_order(actor=actor, order_id=purchase_id, reason=body.reason, now=utc_now())
    return _shown(actor, purchase_id)


@router.post(
    "/purchase-orders/{purchase_id}/cancellation", response=PurchaseDetailOut, summary="Cancel"
)
@idempotent
def cancel_order(request: HttpRequest, purchase_id: Path[Id], body: ReasonIn) -> dict[str, Any]:
    """Cancel an order of which nothing came, with the reason."""
    actor = actor_of(request)
    facade.cancel_order(actor=actor, order_id=purchase_id, reason=body.reason, now=utc_now())
    return _shown(actor, purchase_id)


def places_of(actor: Actor, unit_id: str | None) -> frozenset[int] | None:
    """Return the places of a unit in scope; None is all of them."""
    if not unit_id:
        return None
    scope = resolve_scope(actor=actor, permission="supply.view", unit_id=unit_id)
    return None if scope.everything else scope.places


def _shown(actor: Actor, order_id: str) -> dict[str, Any]:
    return render.purchase_detail(facade.get_order(actor=actor, order_id=order_id))


def _filters(actor: Actor, query: PurchaseQuery) -> PurchaseFilters:
    return PurchaseFilters(
        text=query.search,
        place_keys=places_of(actor, query.unit),
        states=frozenset(query.state),
        supplier_id=query.supplier or "",
        due_from=query.first,
        due_to=query.last,
        overdue_on=utc_now().date() if query.is_overdue else None,
    )


def _draft(actor: Actor, supplier_id: str, company_key: int, body: PurchaseFields) -> PurchaseDraft:
    currency = facade.get_supplier(actor=actor, supplier_id=supplier_id).currency
    known = items_of(company_key, [line.sku for line in body.lines])
    lines = tuple(
        PurchaseLineDraft(
            variant_key=known[one.sku],
            quantity=one.quantity,
            unit_cost_minor=None
            if one.unit_cost is None
            else Money.parse(one.unit_cost, currency).minor,
            expected_on=one.expected_on,
        )
        for one in body.lines
    )
    return PurchaseDraft(lines, body.expected_on, body.note)


def items_of(company_key: int, skus: Sequence[str]) -> dict[str, int]:
    """Return the items of SKUs. Raises: PurchaseLineError by the line of an unknown one."""
    found = variant_keys(company_key=company_key, skus=skus)
    known = dict(zip(found["sku"].to_pylist(), found["variant_key"].to_pylist(), strict=True))
    for number, sku in enumerate(skus, 1):
        if known.get(sku) is None:
            raise PurchaseLineError(line=number, reason=f"the company sells no item {sku!r}")
    return known
