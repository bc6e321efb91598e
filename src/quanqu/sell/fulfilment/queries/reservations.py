"""Goods that are kept at a place for somebody who comes to try them, as its desk sees them."""

from dataclasses import replace
from uuid import UUID

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.text import mask_name, normal_text
from quanqu.sell.checkout.contracts import ReservationView
from quanqu.sell.checkout.facade import find_reservation, orders_with_code, reservations_at
from quanqu.sell.fulfilment.contracts import ReservationNotFoundError
from quanqu.sell.fulfilment.queries.work import place_in_scope

__all__ = ["get_reservation", "list_reservations"]

_CODE = 6


def list_reservations(*, actor: Actor, place_id: str, text: str = "") -> list[ReservationView]:
    """Return what is kept at a place to be tried, the first to end first, at most 500.

    `text`: part of an order's number or of the name of who comes, or the whole code: names are
    masked, and only who works there finds by them or by a code.
    Raises: NotAllowedError, FulfilmentPlaceError.
    """
    place = place_in_scope(actor, place_id)
    kept = reservations_at(place_key=place.key)
    wanted = normal_text(text).lower()
    scope = actor.scope("fulfilment.work")
    may_find = scope.everything or place.key in scope.places
    coded: set[UUID] = set()
    if may_find and len(wanted) == _CODE and wanted.isdecimal():
        coded = orders_with_code(order_ids=[one.order.id for one in kept], code=wanted)
    return [
        _masked(one)
        for one in kept
        if one.order.id in coded
        or wanted in one.order.number.lower()
        or (may_find and wanted in normal_text(one.name).lower())
    ]


def get_reservation(*, actor: Actor, order_id: UUID) -> ReservationView:
    """Return what somebody reserved at a place of the actor's, wherever it stands but bought.

    Raises: NotAllowedError, ReservationNotFoundError.
    """
    actor.require("fulfilment.view")
    scope = actor.scope("fulfilment.view")
    found = find_reservation(order_id=order_id)
    if found is None or not (scope.everything or found.order.pickup_place_key in scope.places):
        raise ReservationNotFoundError(ref=encode("ord", order_id))
    return _masked(found)


def _masked(one: ReservationView) -> ReservationView:
    return replace(one, name=mask_name(one.name) if one.name else "")
