"""The REST API of when the goods of a cart can be brought or collected."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.org.facade import places_by_key
from quanqu.sell.carts import facade
from quanqu.sell.carts.api.routes import router
from quanqu.sell.carts.api.schemas import Id
from quanqu.sell.slots.contracts import DAYS_AHEAD, SlotKind


class CartSlotQuery(Schema):
    """For which kind of delivery, and to where."""

    kind: SlotKind = SlotKind.DELIVERY
    postcode: Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")] = ""
    days: Annotated[int, Field(ge=1, le=DAYS_AHEAD)] = 7


class CartSlotOut(Schema):
    """A slot on a day at a place that has all of the cart."""

    id: str
    kind: SlotKind
    place: str
    place_name: str
    day: str
    starts_at: str
    ends_at: str
    cut_off_at: str
    left: int


class CartSlotsOut(Schema):
    """What is offered, the earliest first."""

    items: list[CartSlotOut]


@router.get("/carts/{cart_id}/slots", response=CartSlotsOut, summary="List slots for a cart")
def list_cart_slots(
    request: HttpRequest, cart_id: Path[Id], query: Query[CartSlotQuery]
) -> dict[str, Any]:
    """Slots of the places that have all of a cart and serve the postcode, the earliest first."""
    found = facade.cart_slots(
        actor=actor_of(request), cart_id=decode("crt", cart_id), kind=query.kind,
        postcode=query.postcode, days=query.days, now=utc_now(),
    )  # fmt: skip
    places = places_by_key(keys={one.place_key for one in found})
    return {
        "items": [
            {
                "id": encode("dsl", one.id),
                "kind": one.kind,
                "place": places[one.place_key].id,
                "place_name": places[one.place_key].name,
                "day": one.day.isoformat(),
                "starts_at": format_time(one.starts_at),
                "ends_at": format_time(one.ends_at),
                "cut_off_at": format_time(one.cut_off_at),
                "left": one.left,
            }
            for one in found
        ]
    }
