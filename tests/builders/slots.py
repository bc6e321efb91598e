"""Slots for tests."""

from uuid import UUID, uuid4

from tests.builders.checkout import NOW
from tests.builders.goods import Shop

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.ids import encode, new_id
from quanqu.know.org.contracts import PlaceInfo
from quanqu.sell.slots.contracts import SlotDraft, SlotKind, SlotRule
from quanqu.sell.slots.facade import save_slot

__all__ = ["deliver_at", "make_slot"]


def make_slot(
    shop: Shop,
    *,
    capacity: int = 3,
    day: int | None = None,
    kind: SlotKind = SlotKind.DELIVERY,
    starts: int = 20 * 60,
    cut_off: int = 120,
    postcodes: tuple[str, ...] = (),
    slot_id: UUID | None = None,
) -> SlotRule:
    """Keep a slot of two hours at the store, on the weekday of NOW if none is told."""
    weekday = NOW.weekday() if day is None else day
    draft = SlotDraft(kind, weekday, starts, starts + 120, capacity, cut_off, postcodes)
    return save_slot(
        actor=SYSTEM, place_id=shop.store.id, slot_id=slot_id or uuid4(), draft=draft, now=NOW
    )


def deliver_at(place: PlaceInfo) -> dict[str, str]:
    """Keep a slot of a place on Mondays, and return its id."""
    draft = SlotDraft(SlotKind.DELIVERY, 0, 960, 1_080, 9, 120, ("2000",))
    made = save_slot(actor=SYSTEM, place_id=place.id, slot_id=new_id(), draft=draft, now=NOW)
    return {"slot_id": encode("dsl", made.id)}
