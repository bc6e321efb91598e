"""The REST API of changes of placed orders."""

from typing import Any

from django.http import HttpRequest
from ninja import Path

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import call_name, idempotent
from quanqu.kernel.ids import decode, new_id
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import place_refs, places_by_key
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api import render
from quanqu.sell.checkout.api.edit_schemas import DueIn, EditIn, EditsOut
from quanqu.sell.checkout.api.naming import items_at, minor_of, places_in_scope, tenders_of
from quanqu.sell.checkout.api.routes import detail_of, router
from quanqu.sell.checkout.api.schemas import Id, LiveOrderDetailOut
from quanqu.sell.checkout.contracts import LineDraft, LineJoin, LinePlace, LineSplit, OrderEdit

_EDITS = "/live-orders/{live_order_id}/edits"


@router.get(_EDITS, response=EditsOut, summary="List what was changed of an order")
def list_edits(request: HttpRequest, live_order_id: Path[Id]) -> dict[str, Any]:
    """Each change with the order before and after it."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    head = facade.get_live_order(actor=actor, order_id=key).order
    found = facade.list_edits(actor=actor, order_id=key)
    named = {line["from_place_key"] for one in found for told in (one.before, one.after)
             for line in told["lines"]}  # fmt: skip
    places = places_by_key(keys=named)
    return {"items": [render.edit(one, head.currency, places) for one in found]}


@router.post(_EDITS, response=LiveOrderDetailOut, summary="Change a placed order")
@idempotent
def edit_order(request: HttpRequest, live_order_id: Path[Id], body: EditIn) -> dict[str, Any]:
    """Add, take away, split and join lines, other units, places, address, a gift message.

    Goods are held and given free and the difference is paid or goes back, all of it or nothing.
    `edition` is that of the order as it was looked at: refused where it changed meanwhile.
    """
    actor, key = actor_of(request), decode("ord", live_order_id)
    head = facade.get_live_order(actor=actor, order_id=key).order
    place = places_by_key(keys=[head.place_key])[head.place_key]
    named = {one.from_place for told in (body.add, body.lines, body.splits) for one in told}
    named.discard(None)
    places = places_in_scope(actor, [one for one in named if one]) if named else {}
    items = items_at(place_refs(place_ids=[place.id])[place.id], body.add, place.id)
    contact = body.contact.dict(exclude_none=True) if body.contact else {}
    edit = OrderEdit(
        id=call_name(request, actor) or new_id(),
        order_id=key,
        edition=body.edition,
        add=tuple(
            LineDraft(
                item,
                one.quantity,
                places[one.from_place].key if one.from_place else None,
                minor_of(one.unit_price, head.currency),
            )
            for item, one in zip(items, body.add, strict=True)
        ),
        quantities={one.line: one.quantity for one in body.lines if one.quantity is not None},
        places=tuple(
            LinePlace(one.line, places[one.from_place].key) for one in body.lines if one.from_place
        ),
        splits=tuple(
            LineSplit(
                one.line,
                one.quantity,
                places[one.from_place].key if one.from_place else None,
                one.contact.dict() if one.contact else None,
                one.wanted_on,
            )
            for one in body.splits
        ),
        joins=tuple(LineJoin(one.line, one.into) for one in body.joins),
        contact=contact,
        gift_message=body.gift.message if body.gift else None,
        hides_prices=body.gift.hides_prices if body.gift else None,
        shipping_minor=minor_of(body.shipping, head.currency),
        tenders=tenders_of(body.tenders, head.currency),
        reason=body.reason,
    )
    facade.edit_order(actor=actor, edit=edit, now=utc_now())
    return detail_of(request, key)


@router.post(
    "/live-orders/{live_order_id}/payments",
    response=LiveOrderDetailOut,
    summary="Pay what is due of an order",
)
@idempotent
def pay_difference(request: HttpRequest, live_order_id: Path[Id], body: DueIn) -> dict[str, Any]:
    """Pay what an edit added; until then no goods leave."""
    actor, key = actor_of(request), decode("ord", live_order_id)
    head = facade.get_live_order(actor=actor, order_id=key).order
    facade.pay_difference(
        actor=actor, order_id=key, pay_id=call_name(request, actor) or new_id(),
        tenders=tenders_of(body.tenders, head.currency), now=utc_now(),
    )  # fmt: skip
    return detail_of(request, key)
