"""When the goods of a cart can be brought or collected."""

from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.know.org.facade import places_by_key
from quanqu.sell.carts.queries.carts import get_cart
from quanqu.sell.inventory.facade import available_at
from quanqu.sell.slots.contracts import SlotKind, SlotOffer
from quanqu.sell.slots.facade import offered_slots

__all__ = ["cart_slots"]


def cart_slots(
    *, actor: Actor, cart_id: UUID, kind: SlotKind, postcode: str, now: datetime, days: int = 7
) -> list[SlotOffer]:
    """Return the slots in which all of a cart can be brought or collected, the earliest first.

    Of the places of the cart's company that have every line that is not saved for later, now.
    Raises: NotAllowedError, CartNotFoundError.
    """
    found = get_cart(actor=actor, cart_id=cart_id)
    wanted = {one.variant_key: one.quantity for one in found.lines if not one.is_saved}
    if not wanted:
        return []
    there = available_at(actor=SYSTEM, variant_keys=list(wanted))
    rows = zip(
        there.place_keys.tolist(), there.variant_keys.tolist(), there.units.tolist(), strict=True
    )
    enough: dict[int, int] = {}
    for place, item, units in rows:
        enough[place] = enough.get(place, 0) + (units >= wanted[item])
    full = {place for place, count in enough.items() if count == len(wanted)}
    company = places_by_key(keys=[found.row.place_key])[found.row.place_key].company_key
    mine = [key for key, one in places_by_key(keys=full).items() if one.company_key == company]
    return offered_slots(place_keys=mine, kind=kind, postcode=postcode, now=now, days=days)
