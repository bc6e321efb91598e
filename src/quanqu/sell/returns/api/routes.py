"""The REST API of returns: find an order, ask what may come back, open, watch, photos."""

import base64
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import (
    PageOut,
    PageParams,
    call_name,
    cursor_page,
    idempotent,
    names_call,
)
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.money import Money
from quanqu.kernel.time import utc_now
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import place_refs, places_by_key
from quanqu.sell.returns import facade
from quanqu.sell.returns.api import render
from quanqu.sell.returns.api.schemas import (
    CasePhotoOut,
    Id,
    PhotoIn,
    ReturnCaseDetailOut,
    ReturnCaseIn,
    ReturnCaseOut,
    ReturnQuery,
    SaleQuestion,
    SalesOut,
    VerdictOut,
)
from quanqu.sell.returns.contracts import (
    PhotoError,
    ReturnAsk,
    ReturnDraft,
    ReturnFilters,
    ReturnPlaceError,
)

router = Router()


@router.post("/returns/orders", response=SalesOut, summary="Find what may come back")
def find_orders(request: HttpRequest, body: SaleQuestion) -> dict[str, Any]:
    """The orders of a number that may come back to a place of the company that sold them.

    Those of other places are found by their whole number and total alone.
    """
    actor, place = actor_of(request), _place(actor_of(request), body.place)
    proof = None
    if body.order_total is not None:
        proof = Money.parse(body.order_total, body.currency or place.currency).minor
    found = facade.find_sale(actor=actor, text=body.number, place_key=place.key, proof=proof)
    return {"items": render.sales(found)}


@router.post("/returns/preview", response=VerdictOut, summary="Ask what may come back")
def preview_return(request: HttpRequest, body: ReturnCaseIn) -> dict[str, Any]:
    """What the policy says of a return and what would go back; nothing is changed."""
    actor = actor_of(request)
    draft, currency = _draft(actor, body)
    told = facade.preview_return(actor=actor, draft=draft, now=utc_now())
    return render.verdict(told, currency)


@router.post("/returns", response={201: ReturnCaseOut}, summary="Open a return")
@names_call
def open_return(request: HttpRequest, body: ReturnCaseIn) -> Status[dict[str, Any]]:
    """Claim units of an order; without doubts of the policy it is approved at once.

    The return itself remembers its Idempotency-Key.
    """
    actor = actor_of(request)
    draft, _ = _draft(actor, body, call_name(request, actor))
    made = facade.open_return(actor=actor, draft=draft, now=utc_now())
    return Status(201, render.case(made, render.places_of([made])))


@router.get("/returns", response=PageOut[ReturnCaseOut], summary="List returns")
def list_returns(
    request: HttpRequest, query: Query[ReturnQuery], page: Query[PageParams]
) -> dict[str, Any]:
    """The returns to places in scope, newest first."""
    filters = ReturnFilters(
        unit_id=query.unit or None,
        states=frozenset({query.state} if query.state else ()),
        order_id=decode("ord", query.order) if query.order else None,
        reason=query.reason,
        first=query.first,
        last=query.last,
        is_open=query.is_open,
    )
    found = facade.list_returns(
        actor=actor_of(request), filters=filters, cursor=page.cursor, limit=page.limit
    )
    places = render.places_of(found.items)
    return cursor_page(request, found, lambda row: render.case(row, places))


@router.get("/returns/{rma_id}", response=ReturnCaseDetailOut, summary="Get a return")
def get_return(request: HttpRequest, rma_id: Path[Id]) -> dict[str, Any]:
    """A return with its lines, the steps it took, its ledger and photos."""
    found = facade.get_return(actor=actor_of(request), return_id=decode("ret", rma_id))
    return render.detail(found)


@router.post("/returns/{rma_id}/photos", response={201: CasePhotoOut}, summary="Add a photo")
@idempotent
def add_photo(request: HttpRequest, rma_id: Path[Id], body: PhotoIn) -> Status[dict[str, Any]]:
    """Keep a photo, checked by its content, without what it says of where and when."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except ValueError:  # no base64, or letters beyond ASCII
        raise PhotoError(problem="it is no base64") from None
    made = facade.add_photo(
        actor=actor_of(request), return_id=decode("ret", rma_id), content=content, now=utc_now()
    )
    return Status(201, render.photo(made))


@router.get("/returns/{rma_id}/photos/{photo_id}", summary="Get a photo")
def get_photo(request: HttpRequest, rma_id: Path[Id], photo_id: Path[Id]) -> HttpResponse:
    """A photo of a return, for who may handle it."""
    media_type, content = facade.get_photo(
        actor=actor_of(request),
        return_id=decode("ret", rma_id),
        photo_id=decode("rph", photo_id),
    )
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


def _draft(actor: Actor, body: ReturnCaseIn, name: Any = None) -> tuple[ReturnDraft, str]:
    """Return what is asked for by keys, and the order's currency.

    Raises: NotAllowedError, ReturnPlaceError, MoneyFormatError.
    """
    place = _place(actor, body.place)
    order_id = decode("ord", body.order)
    currency = facade.currency_of(order_id=order_id) or place.currency
    proof = None if body.order_total is None else Money.parse(body.order_total, currency).minor
    draft = ReturnDraft(
        id=name or new_id(),
        order_id=order_id,
        place_key=place.key,
        lines=tuple(ReturnAsk(one.line, one.quantity, one.reason, one.note) for one in body.lines),
        proof=proof,
        by_parcel=body.by_parcel,
        has_receipt=body.has_receipt,
        is_exception=body.is_exception,
        note=body.note,
    )
    return draft, currency


def _place(actor: Actor, place_id: str) -> PlaceInfo:
    ref = place_refs(place_ids=[place_id]).get(place_id)
    scope = actor.scope("returns.manage")
    actor.require("returns.manage")
    if ref is None or not (scope.everything or ref.key in scope.places):
        raise ReturnPlaceError(ref=place_id)
    return places_by_key(keys=[ref.key])[ref.key]
