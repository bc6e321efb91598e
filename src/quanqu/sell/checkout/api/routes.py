"""The REST API of live orders: place, watch, move, cancel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.db.facade import Work
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    lean_call,
    names_call,
)
from quanqu.kernel.ids import decode, encode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api import render
from quanqu.sell.checkout.api.naming import draft_of
from quanqu.sell.checkout.api.schemas import (
    CancelIn,
    HandOverIn,
    Id,
    LiveOrderDetailOut,
    LiveOrderIn,
    LiveOrderOut,
    LiveQuery,
    StepIn,
)
from quanqu.sell.checkout.contracts import Delivery, LiveFilters, Step
from quanqu.sell.checkout.queries.places import places_of
from quanqu.sell.payments.facade import get_payments

router = Router(tags=["live orders"])


@router.post("/live-orders", response={201: LiveOrderOut}, summary="Place an order")
@names_call
def place_order(request: HttpRequest, body: LiveOrderIn) -> dict[str, Any]:
    """Promise the goods and ask for the money, or do nothing.

    The order itself remembers its Idempotency-Key, for as long as it is known.
    """
    actor = actor_of(request)
    return place_for(actor, body, call_name(request, actor), utc_now())


def _names_sources(body: LiveOrderIn) -> bool:
    """Tell whether the order says where its goods come from; sourcing takes longer to."""
    return body.delivery is Delivery.PICKUP or all(one.from_place for one in body.lines)


@lean_call("live-orders", body=LiveOrderIn, fits=_names_sources)
def place_for(
    actor: Actor, body: LiveOrderIn, once: UUID | None, now: datetime
) -> Work[dict[str, Any]]:
    """Place an order for a caller, under the name of the call if it has one."""
    draft = draft_of(actor, body, once or new_id(), now)
    placed = yield from facade.placing(actor=actor, draft=draft, now=now)
    return render.order(placed, places_of(render.places_named(placed)))


@router.get("/live-orders", response=PageOut[LiveOrderOut], summary="List live orders")
def list_live_orders(
    request: HttpRequest, query: Query[LiveQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The live orders in scope, newest first."""
    filters = LiveFilters(
        query.unit, (query.state,) if query.state else (), query.delivery, query.is_held_up,
        query.search,
    )  # fmt: skip
    found = facade.list_live_orders(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={key for row in found.items for key in render.places_named(row)})
    return cursor_page(request, found, lambda row: render.order(row, places))


@router.get("/live-orders/{live_order_id}", response=LiveOrderDetailOut, summary="Get a live order")
def get_live_order(request: HttpRequest, live_order_id: Path[Id]) -> dict[str, Any]:
    """A live order with its lines, payments and the steps it took."""
    return detail_of(request, decode("ord", live_order_id))


@router.post(
    "/live-orders/{live_order_id}/picking", response=LiveOrderDetailOut, summary="Begin to pick"
)
@idempotent
def pick(request: HttpRequest, live_order_id: Path[Id], body: StepIn) -> dict[str, Any]:
    """The goods are being picked."""
    return _moved(request, live_order_id, Step.PICK, body)


@router.post(
    "/live-orders/{live_order_id}/readiness",
    response=LiveOrderDetailOut,
    summary="Ready for pickup",
)
@idempotent
def make_ready(request: HttpRequest, live_order_id: Path[Id], body: StepIn) -> dict[str, Any]:
    """The goods wait for the buyer."""
    return _moved(request, live_order_id, Step.MAKE_READY, body)


@router.post(
    "/live-orders/{live_order_id}/handover",
    response=LiveOrderDetailOut,
    summary="Hand the goods over",
)
@idempotent
def hand_over(request: HttpRequest, live_order_id: Path[Id], body: HandOverIn) -> dict[str, Any]:
    """The buyer has the goods: they leave stock, promised money is taken."""
    return _moved(request, live_order_id, Step.HAND_OVER, body, body.pickup_code)


@router.post("/live-orders/{live_order_id}/shipment", response=LiveOrderDetailOut, summary="Ship")
@idempotent
def ship(request: HttpRequest, live_order_id: Path[Id], body: StepIn) -> dict[str, Any]:
    """The goods are on their way: they leave stock, promised money is taken."""
    return _moved(request, live_order_id, Step.SHIP, body)


@router.post(
    "/live-orders/{live_order_id}/delivery", response=LiveOrderDetailOut, summary="Delivered"
)
@idempotent
def deliver(request: HttpRequest, live_order_id: Path[Id], body: StepIn) -> dict[str, Any]:
    """The buyer has what was shipped."""
    return _moved(request, live_order_id, Step.DELIVER, body)


@router.post(
    "/live-orders/{live_order_id}/completion", response=LiveOrderDetailOut, summary="Complete"
)
@idempotent
def complete(request: HttpRequest, live_order_id: Path[Id], body: StepIn) -> dict[str, Any]:
    """Nothing is left to do."""
    return _moved(request, live_order_id, Step.COMPLETE, body)


@router.post(
    "/live-orders/{live_order_id}/cancellation", response=LiveOrderDetailOut, summary="Cancel"
)
@idempotent
def cancel(request: HttpRequest, live_order_id: Path[Id], body: CancelIn) -> dict[str, Any]:
    """Cancel an order whose goods have not left: they are free again, money goes back."""
    key = decode("ord", live_order_id)
    facade.cancel_order(
        actor=actor_of(request), order_id=key, reason=body.reason, now=utc_now(),
        detail=body.detail,
    )  # fmt: skip
    return detail_of(request, key)


def _moved(
    request: HttpRequest, order_id: str, step: Step, body: StepIn, pickup_code: str | None = None
) -> dict[str, Any]:
    key = decode("ord", order_id)
    facade.move_order(
        actor=actor_of(request), order_id=key, step=step, now=utc_now(), detail=body.detail,
        pickup_code=pickup_code,
    )  # fmt: skip
    return detail_of(request, key)


def detail_of(request: HttpRequest, order_id: UUID) -> dict[str, Any]:
    """Return an order the caller may see, with its payments: whoever sees it sees those."""
    found = facade.get_live_order(actor=actor_of(request), order_id=order_id)
    name = encode("ord", order_id)
    return render.detail(found, get_payments(actor=SYSTEM, references=[name])[name])
