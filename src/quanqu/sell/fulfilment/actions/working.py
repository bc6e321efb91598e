"""The work of a place: a row for each part of an order, locked by whoever does something to it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.checkout.contracts import (
    Delivery,
    LiveLine,
    LiveOrder,
    LiveOrderDetail,
    PartState,
    PartView,
    Step,
)
from quanqu.sell.checkout.facade import advance_part
from quanqu.sell.fulfilment.actions.allowed import WORK
from quanqu.sell.fulfilment.contracts import PartWorkError, PartWorkNotFoundError
from quanqu.sell.fulfilment.models import Work
from quanqu.sell.fulfilment.queries.work import find_part
from quanqu.sell.fulfilment.rules.promises import due_on
from quanqu.sell.inventory.facade import unreleased
from quanqu.sell.sourcing.contracts import PlaceOffer
from quanqu.sell.sourcing.facade import get_offer

__all__ = ["OPEN", "Held", "lock_work", "require_open", "start_part", "work_of"]

OPEN: Final = frozenset({PartState.WAITING, PartState.PICKING, PartState.READY})


class Held:
    """A part of an order whose work is locked."""

    def __init__(self, work: Work, detail: LiveOrderDetail, part: PartView) -> None:
        self.work = work
        self.order = detail.order
        self.part = part
        self.lines: tuple[LiveLine, ...] = tuple(
            one for one in detail.lines if one.part_no == part.no
        )

    @property
    def ref(self) -> str:
        """The order's outside id."""
        return encode("ord", self.order.id)

    def refuse(self, problem: str) -> PartWorkError:
        """Return the refusal of something done to the part."""
        return PartWorkError(ref=self.order.number, part=self.part.no, problem=problem)


def lock_work(actor: Actor, order_id: UUID, part_no: int) -> Held:
    """Lock a part of an order for its place's work, as far as the actor works there.

    Locks: the work.  Raises: NotAllowedError, PartWorkNotFoundError.
    """
    actor.require(WORK)
    scope = actor.scope(WORK)
    found = find_part(order_id, part_no)
    if found is None or not (scope.everything or found[1].place_key in scope.places):
        raise PartWorkNotFoundError(ref=encode("ord", order_id), part=part_no)
    detail, part = found
    place = places_by_key(keys=[part.place_key])[part.place_key]
    offer = get_offer(actor=SYSTEM, place_id=place.id)
    Work.objects.bulk_create([work_of(detail.order, part, place, offer)], ignore_conflicts=True)
    work = Work.objects.select_for_update().get(order_id=order_id, part_no=part_no)
    again = find_part(order_id, part_no)  # as it is now that nobody else works at it
    if again is None:
        raise PartWorkNotFoundError(ref=encode("ord", order_id), part=part_no)
    return Held(work, *again)


def work_of(order: LiveOrder, part: PartView, place: PlaceInfo, offer: PlaceOffer) -> Work:
    """Return the work that a part of an order is."""
    is_pickup = order.delivery is not Delivery.SHIP
    zone = place.details.time_zone
    return Work(
        order_id=order.id,
        part_no=part.no,
        place_key=part.place_key,
        company_key=order.company_key,
        number=order.number,
        delivery=order.delivery.value,
        subject_key=order.subject_key,
        placed_at=order.placed_at,
        promised_at=order.slot_starts_at
        or due_on(offer, order.placed_at, zone, is_pickup=is_pickup, wanted_on=part.wanted_on),
    )


def require_open(held: Held, *states: PartState) -> None:
    """Refuse unless a part stands so. Raises: PartWorkError."""
    if held.part.state not in (states or OPEN):
        raise held.refuse(f"it is {held.part.state.value}")


def start_part(held: Held, now: datetime) -> None:
    """Begin to pick a part, if nobody has.

    Raises: what `advance_part` raises; PartWorkError where something of it may not leave yet.
    """
    ats = {(held.part.place_key, line.variant_key) for line in held.lines}
    if early := unreleased(ats=ats, now=now):
        raise held.refuse(f"it leaves from {max(early.values()).isoformat()} on")
    if held.part.state is PartState.WAITING:
        advance_part(
            actor=SYSTEM, order_id=held.order.id, part_no=held.part.no, step=Step.PICK, now=now
        )
    if held.work.started_at is None:
        held.work.started_at = now
        held.work.save(update_fields=["started_at"])
