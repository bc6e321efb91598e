"""Hold an order up until a person lets it go on (fraud, address, goods), and note things."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.locking import Mark, lock_order, save_step
from quanqu.sell.checkout.contracts import (
    LiveOrder,
    LiveState,
    OrderHeldUpError,
    OrderHoldKind,
    OrderStepError,
    Step,
)
from quanqu.sell.checkout.models import Order, OrderHold
from quanqu.sell.checkout.queries.orders import view_of

__all__ = ["hold_up_order", "note_order", "put_hold", "release_order", "require_not_held_up"]

_ENDED = frozenset({LiveState.COMPLETED, LiveState.CANCELLED, LiveState.DELIVERED})


def hold_up_order(
    *, actor: Actor, order_id: UUID, kind: OrderHoldKind, note: str, now: datetime
) -> LiveOrder:
    """Hold an order up: no step of it is taken until it is released.  Its goods stay promised.

    Held up so already, it changes nothing.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError; OrderStepError for one that has ended.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        if LiveState(row.state) in _ENDED:
            raise OrderStepError(ref=encode("ord", row.id), state=row.state, step=Step.HOLD.value)
        if put_hold(row, kind, by=actor.id, note=note, now=now):
            told = f"{kind.value}: {note}" if note else kind.value
            save_step(row, Step.HOLD, LiveState(row.state), Mark(actor.id, now, told))
        return view_of(row)


def release_order(
    *, actor: Actor, order_id: UUID, kind: OrderHoldKind, note: str, now: datetime
) -> LiveOrder:
    """Let an order go on that was held up so.  Once more, it changes nothing.

    Emits: LiveOrdersMoved.  Raises: NotAllowedError, LiveOrderNotFoundError.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        held = OrderHold.objects.filter(
            order_key=row.key, kind=kind.value, released_at__isnull=True
        )
        if held.update(released_at=now, released_by=actor.id):
            told = f"{kind.value}: {note}" if note else kind.value
            save_step(row, Step.RELEASE, LiveState(row.state), Mark(actor.id, now, told))
        return view_of(row)


def note_order(*, actor: Actor, order_id: UUID, note: str, now: datetime) -> LiveOrder:
    """Note something among the steps of an order.

    Raises: NotAllowedError, LiveOrderNotFoundError.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        save_step(row, Step.NOTE, LiveState(row.state), Mark(actor.id, now, note))
        return view_of(row)


def require_not_held_up(row: Order) -> None:
    """Raise OrderHeldUpError where a person has to let an order go on, or money is due, first."""
    kinds = OrderHold.objects.filter(order_key=row.key, released_at__isnull=True)
    found = set(kinds.values_list("kind", flat=True))
    found |= {OrderHoldKind.PAYMENT.value} if row.due_minor else set()
    if found:
        raise OrderHeldUpError(ref=encode("ord", row.id), kinds=", ".join(sorted(found)))


def put_hold(row: Order, kind: OrderHoldKind, *, by: str, note: str, now: datetime) -> bool:
    """Hold a locked order up; tell whether it was not held up so before."""
    _, is_new = OrderHold.objects.get_or_create(
        order_key=row.key,
        kind=kind.value,
        released_at=None,
        defaults={"note": note, "put_at": now, "put_by": by},
    )
    return is_new
