"""Take slots for new orders, and write when each is brought or collected."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from quanqu.sell.checkout.actions.writing import NewOrder
from quanqu.sell.checkout.contracts import Delivery, OrderDraft, SlotChoice
from quanqu.sell.slots.contracts import SlotAsk, SlotKind, SlotTimes
from quanqu.sell.slots.facade import reserve_slots, slots_of

__all__ = ["take_slots"]

_NOWHERE = 0


def take_slots(orders: Sequence[NewOrder], *, now: datetime) -> dict[UUID, SlotTimes]:
    """Take the slots that orders which are just written ask for, all or none; return when each is.

    Locks: slots and their days.  Raises: what `reserve_slots` raises.
    """
    asks = [_ask(one.draft, one.draft.slot) for one in orders if one.draft.slot is not None]
    if not asks:
        return {}
    reserve_slots(asks=asks, now=now)
    times = slots_of(order_ids=[one.order_id for one in asks])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE checkout_order o SET slot_starts_at = t.s, slot_ends_at = t.e "
            "FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS t(id, s, e) "
            "WHERE o.id = t.id",
            [
                list(times),
                [one.starts_at for one in times.values()],
                [one.ends_at for one in times.values()],
            ],
        )
    return times


def _ask(draft: OrderDraft, slot: SlotChoice) -> SlotAsk:
    sources = {one.from_place_key for one in draft.lines}
    place = sources.pop() if len(sources) == 1 else None
    is_pickup = draft.delivery is Delivery.PICKUP
    return SlotAsk(
        order_id=draft.id,
        slot_id=slot.slot_id,
        day=slot.day,
        kind=SlotKind.PICKUP if is_pickup else SlotKind.DELIVERY,
        place_key=(draft.pickup_place_key if is_pickup else place) or _NOWHERE,
        postcode=draft.contact.postcode if draft.contact and not is_pickup else "",
    )
