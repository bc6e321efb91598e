"""The REST API of the parts of live orders, of what holds orders up, and of notes."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api import render
from quanqu.sell.checkout.api.routes import detail_of, router
from quanqu.sell.checkout.api.schemas import (
    HandOverIn,
    HoldUpIn,
    Id,
    LiveOrderDetailOut,
    MovePartIn,
    NoteIn,
    PartNo,
    PartQuery,
    PartWorkOut,
    ReleaseIn,
    StepIn,
)
from quanqu.sell.checkout.contracts import PartFilters, Step

_PART = "/live-orders/{live_order_id}/parts/{part}"


@router.get("/live-order-parts", response=PageOut[PartWorkOut], summary="List parts to be sent")
def list_parts(
    request: HttpRequest, query: Query[PartQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """What leaves places in scope, the oldest first, of orders that are paid."""
    filters = PartFilters(query.unit, (query.state,) if query.state else (), query.delivery)
    found = facade.list_parts(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    keys = {key for row in found.items
            for key in (row.part.place_key, *render.places_named(row.order))}  # fmt: skip
    places = places_by_key(keys=keys)
    return cursor_page(request, found, lambda row: render.part_work(row, places))


@router.post(f"{_PART}/picking", response=LiveOrderDetailOut, summary="Begin to pick a part")
@idempotent
def pick_part(
    request: HttpRequest, live_order_id: Path[Id], part: Path[PartNo], body: StepIn
) -> dict[str, Any]:
    """The goods of a part are being picked."""
    return _advanced(request, live_order_id, part, Step.PICK, body)


@router.post(f"{_PART}/readiness", response=LiveOrderDetailOut, summary="A part is ready")
@idempotent
def make_part_ready(
    request: HttpRequest, live_order_id: Path[Id], part: Path[PartNo], body: StepIn
) -> dict[str, Any]:
    """The goods of a part are packed, or wait for the buyer."""
    return _advanced(request, live_order_id, part, Step.MAKE_READY, body)


@router.post(f"{_PART}/shipment", response=LiveOrderDetailOut, summary="Ship a part")
@idempotent
def ship_part(
    request: HttpRequest, live_order_id: Path[Id], part: Path[PartNo], body: StepIn
) -> dict[str, Any]:
    """The goods of a part leave stock; with the last part the order is shipped."""
    return _advanced(request, live_order_id, part, Step.SHIP, body)


@router.post(f"{_PART}/handover", response=LiveOrderDetailOut, summary="Hand a part over")
@idempotent
def hand_part_over(
    request: HttpRequest, live_order_id: Path[Id], part: Path[PartNo], body: HandOverIn
) -> dict[str, Any]:
    """The buyer has the goods of a part."""
    return _advanced(request, live_order_id, part, Step.HAND_OVER, body, body.pickup_code)


@router.post(f"{_PART}/move", response=LiveOrderDetailOut, summary="Ship lines from elsewhere")
@idempotent
def move_part(
    request: HttpRequest, live_order_id: Path[Id], part: Path[PartNo], body: MovePartIn
) -> dict[str, Any]:
    """A place found too little or refuses: sourcing looks elsewhere, else the order is held up."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    facade.move_part(
        actor=actor, order_id=key, part_no=part, lines=body.lines, cause=body.cause,
        move_id=call_name(request, actor) or new_id(), now=utc_now(),
    )  # fmt: skip
    return detail_of(request, key)


@router.post(
    "/live-orders/{live_order_id}/holds", response=LiveOrderDetailOut, summary="Hold an order up"
)
@idempotent
def hold_up(request: HttpRequest, live_order_id: Path[Id], body: HoldUpIn) -> dict[str, Any]:
    """No step of the order is taken until it is released; its goods stay promised."""
    key = decode("ord", live_order_id)
    facade.hold_up_order(
        actor=actor_of(request), order_id=key, kind=body.kind, note=body.note, now=utc_now()
    )
    return detail_of(request, key)


@router.post(
    "/live-orders/{live_order_id}/releases", response=LiveOrderDetailOut, summary="Let it go on"
)
@idempotent
def release(request: HttpRequest, live_order_id: Path[Id], body: ReleaseIn) -> dict[str, Any]:
    """Let an order go on that was held up."""
    key = decode("ord", live_order_id)
    facade.release_order(
        actor=actor_of(request), order_id=key, kind=body.kind, note=body.note, now=utc_now()
    )
    return detail_of(request, key)


@router.post("/live-orders/{live_order_id}/notes", response=LiveOrderDetailOut, summary="Note")
@idempotent
def note(request: HttpRequest, live_order_id: Path[Id], body: NoteIn) -> dict[str, Any]:
    """Note something among the steps of an order."""
    key = decode("ord", live_order_id)
    facade.note_order(actor=actor_of(request), order_id=key, note=body.note, now=utc_now())
    return detail_of(request, key)


def _advanced(
    request: HttpRequest,
    order_id: str,
    part: int,
    step: Step,
    body: StepIn,
    pickup_code: str | None = None,
) -> dict[str, Any]:
    key = decode("ord", order_id)
    facade.advance_part(
        actor=actor_of(request), order_id=key, part_no=part, step=step, now=utc_now(),
        detail=body.detail, pickup_code=pickup_code,
    )  # fmt: skip
    return detail_of(request, key)
