"""Lock live orders with their parts, and write where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.allowed import MANAGE, may_at
from quanqu.sell.checkout.contracts import (
    LiveOrderNotFoundError,
    LiveOrdersMoved,
    LiveState,
    PartNotFoundError,
    PartState,
    Step,
)
from quanqu.sell.checkout.models import Order, Part, StepTaken
from quanqu.sell.checkout.rules.parts import OPEN
from quanqu.sell.inventory.facade import release_hold
from quanqu.sell.slots.facade import release_slot

__all__ = [
    "Mark",
    "give_goods_free",
    "lock_order",
    "lock_part",
    "parts_of",
    "save_step",
    "set_part",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who does something to an order, when, and what is told of it."""

    actor_id: str
    now: datetime
    detail: str = ""
    part_no: int | None = None


def lock_order(order_id: UUID, *, actor: Actor | None = None) -> Order:
    """Lock an order, as far as the actor may manage orders at its place (None: this room).

    Raises: NotAllowedError, LiveOrderNotFoundError.
    """
    if actor is not None:
        actor.require(MANAGE)
    row = Order.objects.select_for_update().filter(id=order_id).first()
    if row is None or (actor is not None and not may_at(actor, MANAGE, row.place_key)):
        raise LiveOrderNotFoundError(ref=encode("ord", order_id))
    return row


def lock_part(order_id: UUID, part_no: int, actor: Actor) -> tuple[Order, Part]:
    """Lock an order and return it with a part, as far as the actor may manage orders at its place
    or at the part's.

    Raises: NotAllowedError, LiveOrderNotFoundError, PartNotFoundError.
    """
    actor.require(MANAGE)
    row = lock_order(order_id)
    parts = {one.no: one for one in parts_of(row)}
    is_head = may_at(actor, MANAGE, row.place_key)
    mine = {no for no, one in parts.items() if is_head or may_at(actor, MANAGE, one.place_key)}
    if not is_head and not mine:
        raise LiveOrderNotFoundError(ref=encode("ord", order_id))
    if part_no not in mine:
        raise PartNotFoundError(ref=encode("ord", order_id), part=part_no)
    return row, parts[part_no]


def parts_of(row: Order) -> list[Part]:
    """Return the parts of a locked order."""
    return list(Part.objects.filter(order_key=row.key).order_by("no"))


def set_part(part: Part, state: PartState, now: datetime) -> None:
    """Write where a part of a locked order stands."""
    part.state, part.changed_at = state.value, now
    Part.objects.filter(order_key=part.order_key, no=part.no).update(
        state=part.state, hold_id=part.hold_id, changed_at=now
    )


def give_goods_free(row: Order, parts: Sequence[Part], now: datetime) -> None:
    """Give the goods of the parts that are still there free."""
    for one in sorted(parts, key=lambda part: part.place_key):
        if one.state in OPEN:
            release_hold(actor=SYSTEM, request_id=one.hold_id, now=now)
            set_part(one, PartState.CANCELLED, now)


def save_step(row: Order, step: Step, state: LiveState, mark: Mark) -> None:
    """Write where a locked order stands now, and how it came there.  Emits: LiveOrdersMoved."""
    row.state, row.version, row.changed_at = state.value, row.version + 1, mark.now
    row.save(update_fields=["state", "version", "changed_at", "cancel_reason",
                            "is_reservation"])  # fmt: skip
    StepTaken.objects.create(
        order_key=row.key,
        at=mark.now,
        actor=mark.actor_id,
        step=step.value,
        state=state.value,
        detail=mark.detail,
        part_no=mark.part_no,
    )
    if state is LiveState.CANCELLED and row.slot_starts_at is not None:
        release_slot(order_id=row.id, now=mark.now)
    emit(LiveOrdersMoved([(encode("ord", row.id), state.value)]), now=mark.now)
