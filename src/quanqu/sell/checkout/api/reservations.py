"""The REST API of goods that are reserved to be tried: the code, a later end, the store's rule."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.org.facade import place_refs, resolve_scope
from quanqu.sell.checkout import facade
from quanqu.sell.checkout.api.naming import places_in_scope
from quanqu.sell.checkout.api.routes import detail_of, router
from quanqu.sell.checkout.api.schemas import Id, LiveOrderDetailOut
from quanqu.sell.checkout.contracts import LONGEST_RESERVATION, LiveOrderNotFoundError

_RULE = "/places/{place_id}/reservation-rule"


class PickupCodeOut(Schema):
    """The code a buyer shows; none for an order that needs none."""

    pickup_code: str | None


class ExtensionIn(Schema):
    """Until when goods are to be kept."""

    until: AwareDatetime


class ReserveRuleBody(Schema):
    """For how many hours a store keeps what is to be tried."""

    hours: Annotated[int, Field(strict=True, ge=1, le=LONGEST_RESERVATION // timedelta(hours=1))]


@router.get(
    "/live-orders/{live_order_id}/pickup-code",
    response=PickupCodeOut,
    summary="Get the code of a pickup or a reservation",
)
def get_pickup_code(request: HttpRequest, live_order_id: Path[Id]) -> dict[str, Any]:
    """For whoever tells it to the buyer; the desk asks the buyer for it."""
    code = facade.pickup_code_of(actor=actor_of(request), order_id=decode("ord", live_order_id))
    return {"pickup_code": code or None}


@router.post(
    "/live-orders/{live_order_id}/extension",
    response=LiveOrderDetailOut,
    summary="Keep reserved goods for longer",
)
@idempotent
def extend_reservation(
    request: HttpRequest, live_order_id: Path[Id], body: ExtensionIn
) -> dict[str, Any]:
    """Up to 7 days from when they were reserved."""
    key = decode("ord", live_order_id)
    facade.extend_reservation(
        actor=actor_of(request), order_id=key, until=body.until, now=utc_now()
    )
    return detail_of(request, key)


@router.get(_RULE, response=ReserveRuleBody, summary="Get how long a store keeps reserved goods")
def get_reserve_rule(request: HttpRequest, place_id: Path[Id]) -> dict[str, int]:
    """The hours a reservation lasts that asks for no time of its own."""
    scope = resolve_scope(actor=actor_of(request), permission="orders.view")
    place = place_refs(place_ids=[place_id]).get(place_id)
    if place is None or not (scope.everything or place.key in scope.places):
        raise LiveOrderNotFoundError(ref=f"place {place_id}")
    return {"hours": facade.reserve_hours(place_key=place.key)}


@router.put(_RULE, response=ReserveRuleBody, summary="Set how long a store keeps reserved goods")
@idempotent
def set_reserve_rule(
    request: HttpRequest, place_id: Path[Id], body: ReserveRuleBody
) -> dict[str, int]:
    """For reservations to come; 1 to 168 hours."""
    actor = actor_of(request)
    place = places_in_scope(actor, [place_id])[place_id]
    hours = facade.set_reserve_hours(
        actor=actor, place_key=place.key, hours=body.hours, now=utc_now()
    )
    return {"hours": hours}
