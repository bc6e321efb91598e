"""Move a live order from state to state, with its goods and its money."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.allowed import MANAGE, may_at
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveOrder,
    LiveOrderNotFoundError,
    LiveOrdersMoved,
    LiveState,
    PickupCodeError,
    Step,
)
from quanqu.sell.checkout.models import Order, StepTaken
from quanqu.sell.checkout.queries.orders import contact_of, view_of
from quanqu.sell.checkout.rules.states import GOODS_LEAVE, follow
from quanqu.sell.inventory.facade import consume_hold, release_hold
from quanqu.sell.payments.contracts import Channel, PaymentState, PaymentView
from quanqu.sell.payments.facade import (
    capture_payment,
    get_payments,
    get_tender,
    refund_payment,
    void_payment,
)

__all__ = ["Mark", "cancel_order", "give_money_back", "lock_order", "move_order", "save_step"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Who does something to an order, when, and what is told of it."""

    actor_id: str
    now: datetime
    detail: str = ""


def move_order(
    *,
    actor: Actor,
    order_id: UUID,
    step: Step,
    now: datetime,
    detail: str = "",
    pickup_code: str | None = None,
) -> LiveOrder:
    """Take a step: pick, make ready, hand over, ship, deliver, complete.

    Where the goods leave, they are sold from stock, and promised money is taken.  A pickup needs
    the code the buyer was given.  The same step again changes nothing.
    Locks: the order, then levels.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderStepError, PickupCodeError, what
    `capture_payment` raises.
    """
    if step in (Step.PLACE, Step.PAY, Step.CANCEL):
        raise ValueError(f"{step} is no step to take by itself")
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        if _was_last(row, step):
            return view_of(row)
        ref = encode("ord", row.id)
        state = follow(LiveState(row.state), step, Delivery(row.delivery), ref=ref)
        if step is Step.HAND_OVER and row.delivery == Delivery.PICKUP:
            told = contact_of(row.key).get("pickup_code", "")
            if not compare_digest(told.encode(), (pickup_code or "").encode()):
                raise PickupCodeError(ref=ref)
        if step in GOODS_LEAVE:
            consume_hold(actor=SYSTEM, request_id=row.hold_id, now=now, ref=ref)
            _take_promised_money(row, now)
        save_step(row, step, state, Mark(actor.id, now, detail))
        return view_of(row)


def cancel_order(
    *, actor: Actor, order_id: UUID, reason: CancelReason, now: datetime, detail: str = ""
) -> LiveOrder:
    """Cancel an order whose goods have not left: they are free again, money goes back.

    Once more, it changes nothing.  Locks: the order, then levels, then payments.
    Emits: LiveOrdersMoved.  Raises: NotAllowedError, LiveOrderNotFoundError, OrderStepError.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        if row.state == LiveState.CANCELLED:
            return view_of(row)
        state = follow(
            LiveState(row.state), Step.CANCEL, Delivery(row.delivery), ref=encode("ord", row.id)
        )
        release_hold(actor=SYSTEM, request_id=row.hold_id, now=now)
        row.cancel_reason = reason.value
        save_step(row, Step.CANCEL, state, Mark(actor.id, now, detail))
        give_money_back(row, now, "cancellation")
        return view_of(row)


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


def save_step(row: Order, step: Step, state: LiveState, mark: Mark) -> None:
    """Write where a locked order stands now, and how it came there.  Emits: LiveOrdersMoved."""
    row.state, row.version, row.changed_at = state.value, row.version + 1, mark.now
    row.save(update_fields=["state", "version", "changed_at", "cancel_reason", "hold_id"])
    StepTaken.objects.create(
        order_key=row.key,
        at=mark.now,
        actor=mark.actor_id,
        step=step.value,
        state=state.value,
        detail=mark.detail,
    )
    emit(LiveOrdersMoved([(encode("ord", row.id), state.value)]), now=mark.now)


def give_money_back(row: Order, now: datetime, why: str) -> None:
    """Give up what was promised for an order and give back what was taken, each payment once."""
    for payment in _payments_of(row):
        gone = payment.refunded_minor + payment.refunding_minor
        if payment.capturable_minor > 0:
            name = uuid5(payment.id, f"void {why}")
            void_payment(actor=SYSTEM, payment_id=payment.id, request_id=name, now=now)
        if payment.refundable_minor > 0:
            name = uuid5(payment.id, f"refund {why} after {gone}")
            refund_payment(
                actor=SYSTEM, payment_id=payment.id, request_id=name, now=now, reason=why
            )


def _take_promised_money(row: Order, now: datetime) -> None:
    """Take what is promised by a provider; a bill and cash on delivery are settled by hand."""
    for payment in _payments_of(row):
        is_asked = get_tender(code=payment.tender).channel is Channel.PROVIDER
        is_test = payment.state is PaymentState.AUTHORISED and payment.tender == "test"
        if payment.capturable_minor > 0 and (is_asked or is_test):
            capture_payment(
                actor=SYSTEM, payment_id=payment.id, request_id=uuid5(payment.id, "leaving"),
                now=now,
            )  # fmt: skip


def _payments_of(row: Order) -> list[PaymentView]:
    reference = encode("ord", row.id)
    return get_payments(actor=SYSTEM, references=[reference])[reference]


def _was_last(row: Order, step: Step) -> bool:
    last = StepTaken.objects.filter(order_key=row.key).order_by("-key").first()
    return last is not None and last.step == step.value
