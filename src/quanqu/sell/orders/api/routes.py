"""The REST API of orders and refunds."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page
from quanqu.kernel.errors import InvalidError
from quanqu.kernel.ids import decode
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.customers.facade import get_customer
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.catalog.facade import variant_labels
from quanqu.sell.orders import facade
from quanqu.sell.orders.api import render
from quanqu.sell.orders.api.schemas import (
    CustomerTotalsOut,
    DeliveryAddressOut,
    Id,
    LookupQuery,
    OrderCountOut,
    OrderDetailOut,
    OrderOut,
    OrderQuery,
    RefundOut,
    RefundQuery,
    SortQuery,
)
from quanqu.sell.orders.contracts import OrderFilters, OrderRow, RefundFilters

router = Router(tags=["orders"])


@router.get("/orders", response=PageOut[OrderOut], summary="List orders")
def list_orders(
    request: HttpRequest,
    query: Query[OrderQuery],
    order: Query[SortQuery],
    page: Query[PageParams],
) -> dict[str, Any]:
    """The orders in scope, newest first unless `sort` says otherwise."""
    actor = actor_of(request)
    found = facade.list_orders(
        actor=actor,
        filters=_filters(actor, query),
        cursor=page.cursor,
        limit=page.limit,
        sort=order.sort,
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.order(row, places))


@router.get("/orders/count", response=OrderCountOut, summary="Count orders")
def count_orders(request: HttpRequest, query: Query[OrderQuery]) -> dict[str, Any]:
    """How many orders the filters leave."""
    actor = actor_of(request)
    found = facade.count_orders(actor=actor, filters=_filters(actor, query))
    return {"count": found.value, "is_exact": found.is_exact}


@router.get("/orders/lookup", response=list[OrderOut], summary="Find by an outside id")
def lookup(request: HttpRequest, query: Query[LookupQuery]) -> list[dict[str, Any]]:
    """The orders of an outside id: at a place (its code), in a channel, or anywhere in scope."""
    found = facade.find_by_external(
        actor=actor_of(request),
        external_id=query.external_id,
        place=query.place,
        channel=query.channel or "",
    )
    return _rendered(found)


@router.get("/orders/totals", response=list[CustomerTotalsOut], summary="What a customer bought")
def customer_totals(request: HttpRequest, customer: Query[Id]) -> list[dict[str, Any]]:
    """What a customer bought in scope, one entry a currency."""
    actor = actor_of(request)
    found = facade.customer_totals(actor=actor, subject_keys=_subjects(actor, customer) or ())
    return [render.totals(row) for row in found]


@router.get("/orders/{order_id}", response=OrderDetailOut, summary="Get an order")
def get_order(request: HttpRequest, order_id: Path[Id]) -> dict[str, Any]:
    """An order with its lines, payments, refunds and history; its address masked."""
    return render.order_detail(facade.get_order(actor=actor_of(request), order_id=order_id))


@router.post("/orders/{order_id}/reveal", response=DeliveryAddressOut, summary="Reveal the address")
def reveal(request: HttpRequest, order_id: Path[Id]) -> Any:
    """The delivery address in clear; the audit trail keeps who asked."""
    return facade.reveal_address(actor=actor_of(request), order_id=order_id, now=utc_now())


@router.get("/refunds", response=PageOut[RefundOut], summary="List refunds")
def list_refunds(
    request: HttpRequest, query: Query[RefundQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The refunds in scope, newest first."""
    actor = actor_of(request)
    filters = RefundFilters(
        place_keys=_places(actor, query.unit),
        kinds=frozenset(query.kind),
        first=query.first,
        last=query.last,
        subject_keys=_subjects(actor, query.customer),
        is_linked=query.is_linked,
        text=query.search,
    )
    found = facade.list_refunds(actor=actor, filters=filters, cursor=page.cursor, limit=page.limit)
    places = places_by_key(keys={row.place_key for row in found.items})
    keys = {line.variant_key for row in found.items for line in row.lines if line.variant_key}
    labels = variant_labels(variant_keys=keys)
    return cursor_page(request, found, lambda row: render.refund(row, places, labels))


def _rendered(rows: tuple[OrderRow, ...]) -> list[dict[str, Any]]:
    places = places_by_key(keys={row.place_key for row in rows})
    return [render.order(row, places) for row in rows]


def _filters(actor: Actor, query: OrderQuery) -> OrderFilters:
    if (query.min_total or query.max_total) and not query.currency:
        raise InvalidError("min_total and max_total need a currency.")
    low, high = (
        Money.parse(text, query.currency).minor if text else None
        for text in (query.min_total, query.max_total)
    )
    return OrderFilters(
        place_keys=_places(actor, query.unit),
        channel=query.channel or "",
        statuses=frozenset(query.status),
        first=query.first,
        last=query.last,
        subject_keys=_subjects(actor, query.customer),
        text=query.search,
        currency=query.currency,
        min_total_minor=low,
        max_total_minor=high,
    )


def _places(actor: Actor, unit_id: str | None) -> frozenset[int] | None:
    if not unit_id:
        return None
    scope = resolve_scope(actor=actor, permission="orders.view", unit_id=unit_id)
    return None if scope.everything else scope.places


def _subjects(actor: Actor, customer_id: str | None) -> frozenset[int] | None:
    if not customer_id:
        return None
    customer = get_customer(actor=actor, customer_id=decode("cus", customer_id))
    return frozenset(customer.subject_keys)
