"""Move a live order from state to state, with its goods and its money."""

from collections.abc import Sequence
from datetime import datetime
from hmac import compare_digest
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.edit_money import balance_money, payments_of
from quanqu.sell.checkout.actions.holding_up import require_not_held_up
from quanqu.sell.checkout.actions.locking import (
    Mark,
    give_goods_free,
    lock_order,
    lock_part,
    parts_of,
    save_step,
    set_part,
)
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveOrder,
    LiveState,
    OrderStepError,
    PartState,
    PickupCodeError,
    Step,
)
from quanqu.sell.checkout.models import Order, Part, StepTaken
from quanqu.sell.checkout.queries.orders import contact_of, view_of
from quanqu.sell.checkout.rules.parts import OPEN, after_step, state_of_order
from quanqu.sell.checkout.rules.states import GOODS_LEAVE, PART_STEPS, follow
from quanqu.sell.inventory.facade import consume_hold
from quanqu.sell.payments.contracts import Channel, PaymentState, PaymentView
from quanqu.sell.payments.facade import (
    capture_payment,
    get_tender,
    refund_payment,
    void_payment,
)

__all__ = [
    "advance_part",
    "cancel_locked",
    "cancel_order",
    "check_code",
    "give_money_back",
    "move_order",
    "take_promised_money",
]


def move_order(
    *,
    actor: Actor,
    order_id: UUID,
    step: Step,
    now: datetime,
    detail: str = "",
    pickup_code: str | None = None,
) -> LiveOrder:
    """Take a step with all parts of an order: pick, make ready, hand over, ship, deliver, complete.

    Where the goods leave, they are sold from stock, and promised money is taken.  A pickup needs
    the code the buyer was given.  The same step again changes nothing.
    Locks: the order, then levels.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, OrderStepError, PartStepError,
    OrderHeldUpError, PickupCodeError, what `capture_payment` raises.
    """
    if step not in PART_STEPS | {Step.DELIVER, Step.COMPLETE}:
        raise ValueError(f"{step} is no step to take by itself")
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        if _was_last(row, step, None):
            return view_of(row)
        state = follow(
            LiveState(row.state), step, Delivery(row.delivery), ref=encode("ord", row.id)
        )
        if step in PART_STEPS:
            parts = [one for one in parts_of(row) if one.state in OPEN]
            _take(row, parts, step, now, pickup_code)
        save_step(row, step, state, Mark(actor.id, now, detail))
        return view_of(row)


def advance_part(
    *,
    actor: Actor,
    order_id: UUID,
    part_no: int,
    step: Step,
    now: datetime,
    detail: str = "",
    pickup_code: str | None = None,
) -> LiveOrder:
    """Take a step with one part of an order, by whoever may at the order's place or at the part's:
    pick, make ready, ship, hand over.

    The order follows: it is being processed with its first part, and shipped with its last.  The
    same step again changes nothing.  Locks: the order, then levels.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, PartNotFoundError, OrderStepError,
    PartStepError, OrderHeldUpError, PickupCodeError, what `capture_payment` raises.
    """
    if step not in PART_STEPS:
        raise ValueError(f"{step} is no step of a part")
    with transaction.atomic():
        row, part = lock_part(order_id, part_no, actor)
        if _was_last(row, step, part_no):
            return view_of(row)
        ref, delivery = encode("ord", row.id), Delivery(row.delivery)
        if LiveState(row.state) not in _UNDER_WAY:
            raise OrderStepError(ref=ref, state=row.state, step=step.value)
        _take(row, [part], step, now, pickup_code)
        states = [PartState(part.state if one.no == part_no else one.state)
                  for one in parts_of(row)]  # fmt: skip
        state = state_of_order(states, delivery)
        save_step(row, step, state, Mark(actor.id, now, detail, part_no))
        return view_of(row)


_UNDER_WAY: Final = frozenset(
    {LiveState.CONFIRMED, LiveState.PROCESSING, LiveState.READY_FOR_PICKUP}
)


def cancel_order(
    *, actor: Actor, order_id: UUID, reason: CancelReason, now: datetime, detail: str = ""
) -> LiveOrder:
    """Cancel an order none of whose goods have left: they are free again, money goes back.

    Once more, it changes nothing.  Locks: the order, then levels, then payments.
    Emits: LiveOrdersMoved.  Raises: NotAllowedError, LiveOrderNotFoundError, OrderStepError.
    """
    with transaction.atomic():
        row = lock_order(order_id, actor=actor)
        if row.state != LiveState.CANCELLED:
            cancel_locked(row, reason, Mark(actor.id, now, detail))
        return view_of(row)


def cancel_locked(row: Order, reason: CancelReason, mark: Mark) -> None:
    """Cancel a locked order. Raises: OrderStepError."""
    ref, parts = encode("ord", row.id), parts_of(row)
    state = follow(LiveState(row.state), Step.CANCEL, Delivery(row.delivery), ref=ref)
    if any(one.state == PartState.GONE for one in parts):
        raise OrderStepError(ref=ref, state="partly gone", step=Step.CANCEL.value)
    give_goods_free(row, parts, mark.now)
    row.cancel_reason = reason.value
    row.due_minor = row.over_minor = 0
    row.save(update_fields=["due_minor", "over_minor"])
    save_step(row, Step.CANCEL, state, mark)
    give_money_back(row, mark.now, "cancellation")


def _take(
    row: Order, parts: Sequence[Part], step: Step, now: datetime, pickup_code: str | None
) -> None:
    """Take a step with parts of a locked order."""
    ref, delivery = encode("ord", row.id), Delivery(row.delivery)
    after = [after_step(PartState(one.state), step, delivery, ref=ref, part=one.no)
             for one in parts]  # fmt: skip
    require_not_held_up(row)
    if step is Step.HAND_OVER and delivery is Delivery.PICKUP:
        check_code(row, pickup_code)
    for part, state in sorted(zip(parts, after, strict=True), key=lambda one: one[0].place_key):
        if step in GOODS_LEAVE:
            consume_hold(actor=SYSTEM, request_id=part.hold_id, now=now, ref=ref)
        set_part(part, state, now)
    if step in GOODS_LEAVE:
        take_promised_money(row, now)


def check_code(row: Order, pickup_code: str | None) -> None:
    """Refuse what is not the code the buyer was given. Raises: PickupCodeError."""
    told = contact_of(row.key).get("pickup_code", "")
    if not compare_digest(told.encode(), (pickup_code or "").encode()):
        raise PickupCodeError(ref=encode("ord", row.id))


def give_money_back(row: Order, now: datetime, why: str) -> None:
    """Give up what was promised for an order and give back what was taken, each payment once."""
    for payment in payments_of(row):
        gone = payment.refunded_minor + payment.refunding_minor
        if payment.capturable_minor > 0:
            name = uuid5(payment.id, f"void {why}")
            void_payment(actor=SYSTEM, payment_id=payment.id, request_id=name, now=now)
        if payment.refundable_minor > 0:
            name = uuid5(payment.id, f"refund {why} after {gone}")
            refund_payment(
                actor=SYSTEM, payment_id=payment.id, request_id=name, now=now, reason=why
            )


def take_promised_money(row: Order, now: datetime) -> None:
    """Take what is promised by a provider; a bill and cash on delivery are settled by hand.

    What is promised beyond the total is not taken: where a payment can be taken in part only that
    part, else all of it, and the rest goes back.
    """
    over = row.over_minor
    for payment in payments_of(row):
        is_asked = get_tender(code=payment.tender).channel is Channel.PROVIDER
        is_test = payment.state is PaymentState.AUTHORISED and payment.tender == "test"
        if payment.capturable_minor > 0 and (is_asked or is_test):
            over -= _capture(payment, over, now)
    if row.over_minor:
        balance_money(row, uuid5(row.id, f"leaving {row.version}"), now)
        row.save(update_fields=["due_minor", "over_minor"])


def _capture(payment: PaymentView, over: int, now: datetime) -> int:
    """Take a promise less what is beyond the need, where it can be parted; return the rest."""
    tender = get_tender(code=payment.tender)
    rest = min(over, payment.capturable_minor)
    name = uuid5(payment.id, "leaving")
    if rest and rest == payment.capturable_minor and tender.can_void:
        void_payment(actor=SYSTEM, payment_id=payment.id, request_id=name, now=now)
        return rest
    amount = payment.capturable_minor - rest
    is_part = bool(rest) and amount > 0 and tender.can_capture_part
    capture_payment(
        actor=SYSTEM, payment_id=payment.id, request_id=name, now=now,
        amount_minor=amount if is_part else None, is_last=is_part,
    )  # fmt: skip
    return rest if is_part else 0


def _was_last(row: Order, step: Step, part_no: int | None) -> bool:
    """Tell whether this was the last step of the order, or of the part."""
    taken = StepTaken.objects.filter(order_key=row.key).exclude(step__in=_ASIDE)
    if part_no is not None:
        taken = taken.filter(part_no=part_no)
    last = taken.order_by("-key").first()
    return last is not None and (last.step, last.part_no) == (step.value, part_no)


_ASIDE: Final = [one.value for one in (Step.NOTE, Step.HOLD, Step.RELEASE, Step.EDIT)]
