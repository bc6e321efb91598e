"""Orders to suppliers: read, answered and shipped by the supplier, taken back by the retailer."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.dropship import facade
from quanqu.sell.dropship.api import render
from quanqu.sell.dropship.api.schemas import (
    AnswerIn,
    DropshipOrderDetailOut,
    DropshipOrderOut,
    DropshipOrderQuery,
    EventIn,
    Id,
    ParcelIn,
    ShipToOut,
    WithdrawalIn,
)
from quanqu.sell.dropship.contracts import Answer, DropshipAnswerError, DropshipFilters, ParcelTold

router = Router()
_ORDER = "/dropship/orders/{dropship_id}"


@router.get("/dropship/orders", response=PageOut[DropshipOrderOut], summary="List drop-ship orders")
def list_orders(
    request: HttpRequest, query: Query[DropshipOrderQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The orders to suppliers in scope, the newest first; a supplier's key sees its own."""
    filters = DropshipFilters(
        unit_id=query.unit,
        states=(query.state,) if query.state else (),
        supplier_id=query.supplier,
        late_at=utc_now() if query.late else None,
        search=query.search,
    )
    found = facade.list_orders(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.order(row, places))


@router.get(_ORDER, response=DropshipOrderDetailOut, summary="Get a drop-ship order")
def get_order(request: HttpRequest, dropship_id: Path[Id]) -> dict[str, Any]:
    """An order to a supplier with its lines, parcels and story."""
    key = decode("dso", dropship_id)
    return render.order_detail(facade.get_order(actor=actor_of(request), order_id=key))


@router.get(f"{_ORDER}/address", response=ShipToOut | None, summary="Get where to ship to")
def get_address(request: HttpRequest, dropship_id: Path[Id]) -> dict[str, str] | None:
    """Where the goods go, in clear, for as long as the supplier is to ship them; the audit trail
    keeps that it was read."""
    told = facade.ship_to(
        actor=actor_of(request), order_id=decode("dso", dropship_id), now=utc_now()
    )
    names = ("name", "phone", "street", "postcode", "city", "region", "country")
    return None if told is None else {name: getattr(told, name) for name in names}


@router.post(
    f"{_ORDER}/answer", response=DropshipOrderDetailOut, summary="Answer a drop-ship order"
)
@idempotent
def answer_order(request: HttpRequest, dropship_id: Path[Id], body: AnswerIn) -> dict[str, Any]:
    """Accept it, accept some of its lines, or reject it; what is not accepted ships from
    elsewhere."""
    rejected = {one.line: one.reason for one in body.rejected}
    if len(rejected) < len(body.rejected):
        raise DropshipAnswerError(line=body.rejected[0].line, problem="a line is named twice")
    answer = Answer(rejected, body.is_rejected, body.reason, body.promised_on, body.note)
    done = facade.answer_order(
        actor=actor_of(request), order_id=decode("dso", dropship_id), answer=answer, now=utc_now()
    )
    return render.order_detail(done)


@router.post(f"{_ORDER}/parcels", response=DropshipOrderDetailOut, summary="Tell of a sent parcel")
@idempotent
def ship_parcel(request: HttpRequest, dropship_id: Path[Id], body: ParcelIn) -> dict[str, Any]:
    """A parcel with its carrier and tracking number; with the last one the order has shipped."""
    lines: dict[int, int] = {}
    for one in body.lines:
        lines[one.line] = lines.get(one.line, 0) + one.quantity
    parcel = ParcelTold(body.carrier, body.tracking_number, lines, body.weight_g, body.expected_on)
    done = facade.ship_parcel(
        actor=actor_of(request), order_id=decode("dso", dropship_id), parcel=parcel, now=utc_now()
    )
    return render.order_detail(done)


@router.post(
    f"{_ORDER}/parcels/{{parcel_id}}/events",
    response=DropshipOrderDetailOut,
    summary="Tell of a drop-shipped parcel",
)
@idempotent
def note_sent(
    request: HttpRequest, dropship_id: Path[Id], parcel_id: Path[Id], body: EventIn
) -> dict[str, Any]:
    """On the way, tried in vain, delivered, or back."""
    actor = actor_of(request)
    done = facade.note_sent(
        actor=actor,
        order_id=decode("dso", dropship_id),
        parcel_id=parcel_id,
        state=body.state,
        event_id=str(call_name(request, actor) or new_id()),
        now=utc_now(),
        at=body.at,
        detail=body.detail,
    )
    return render.order_detail(done)


@router.post(
    f"{_ORDER}/withdrawal", response=DropshipOrderDetailOut, summary="Take a drop-ship order back"
)
@idempotent
def withdraw_order(
    request: HttpRequest, dropship_id: Path[Id], body: WithdrawalIn
) -> dict[str, Any]:
    """Before anything left: the goods come from elsewhere."""
    done = facade.withdraw_order(
        actor=actor_of(request), order_id=decode("dso", dropship_id), reason=body.reason,
        now=utc_now(),
    )  # fmt: skip
    return render.order_detail(done)
