"""The REST API of parcels: their labels, and what becomes of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, call_name, cursor_page, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.fulfilment import facade
from quanqu.sell.fulfilment.api import work_render as render
from quanqu.sell.fulfilment.api.types import Id
from quanqu.sell.fulfilment.api.work_schemas import (
    LabelIn,
    NoteIn,
    ParcelDetailOut,
    ParcelOut,
    ParcelQuery,
)
from quanqu.sell.fulfilment.contracts import ParcelFilters

router = Router()


@router.get("/parcels", response=PageOut[ParcelOut], summary="List parcels")
def list_parcels(
    request: HttpRequest, query: Query[ParcelQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The parcels of the places in scope, the newest first."""
    filters = ParcelFilters(
        unit_id=query.unit,
        states=(query.state,) if query.state else (),
        order_id=decode("ord", query.order) if query.order else None,
        tracking_no=query.tracking_number,
    )
    found = facade.list_parcels(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = places_by_key(keys={row.place_key for row in found.items})
    return cursor_page(request, found, lambda row: render.parcel(row, places))


@router.get("/parcels/{parcel_id}", response=ParcelDetailOut, summary="Get a parcel")
def get_parcel(request: HttpRequest, parcel_id: Path[Id]) -> dict[str, Any]:
    """A parcel with what is in it and the way it went."""
    return render.parcel_detail(facade.get_parcel(actor=actor_of(request), parcel_id=parcel_id))


@router.get("/parcels/{parcel_id}/label", response={200: None}, summary="Get a label")
def get_label(request: HttpRequest, parcel_id: Path[Id]) -> HttpResponse:
    """The label of a parcel as PDF; an address is on it."""
    label = facade.get_label(actor=actor_of(request), parcel_id=parcel_id)
    return HttpResponse(label, content_type="application/pdf")


@router.post("/parcels/{parcel_id}/label", response=ParcelOut, summary="Label a parcel")
@idempotent
def label_parcel(request: HttpRequest, parcel_id: Path[Id], body: LabelIn) -> dict[str, Any]:
    """Let a carrier know of a packed parcel: it gets a number, a label and a price."""
    done = facade.label_parcel(
        actor=actor_of(request), parcel_id=parcel_id, carrier_id=body.carrier,
        service=body.service, now=utc_now(),
    )  # fmt: skip
    return render.parcels([done])[0]


@router.post("/parcels/{parcel_id}/cancellation", response=ParcelOut, summary="Unpack a parcel")
@idempotent
def unpack_parcel(request: HttpRequest, parcel_id: Path[Id]) -> dict[str, Any]:
    """Open a parcel that has not left; its goods are to be packed again."""
    done = facade.unpack_parcel(actor=actor_of(request), parcel_id=parcel_id, now=utc_now())
    return render.parcels([done])[0]


@router.post("/parcels/{parcel_id}/events", response=ParcelDetailOut, summary="Tell of a parcel")
@idempotent
def note_parcel(request: HttpRequest, parcel_id: Path[Id], body: NoteIn) -> dict[str, Any]:
    """On the way, tried in vain, delivered with its proof, or back; with the last parcel of an
    order that is delivered, the order is."""
    actor = actor_of(request)
    facade.note_parcel(
        actor=actor,
        parcel_id=parcel_id,
        event_id=str(call_name(request, actor) or new_id()),
        state=body.state,
        now=utc_now(),
        at=body.at,
        detail=body.detail,
        signed_by=body.signed_by,
        photo_sha256=body.photo_sha256,
    )
    return render.parcel_detail(facade.get_parcel(actor=actor, parcel_id=parcel_id))
