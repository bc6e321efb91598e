"""The state machine of a live order. Source: docs/rules/checkout.md."""

from typing import Final

from quanqu.sell.checkout.contracts import Delivery, LiveState, OrderStepError, Step
from quanqu.sell.orders.contracts import OrderStatus

__all__ = ["GOODS_LEAVE", "PART_STEPS", "STATUS", "STEPS", "follow", "recorded_as"]

_S = LiveState
STEPS: Final[dict[LiveState, dict[Step, LiveState]]] = {
    _S.AWAITING_PAYMENT: {Step.PAY: _S.CONFIRMED, Step.CANCEL: _S.CANCELLED},
    _S.CONFIRMED: {
        Step.PICK: _S.PROCESSING, Step.HAND_OVER: _S.COMPLETED, Step.CANCEL: _S.CANCELLED,
    },
    _S.PROCESSING: {
        Step.MAKE_READY: _S.READY_FOR_PICKUP, Step.SHIP: _S.SHIPPED, Step.CANCEL: _S.CANCELLED,
    },
    _S.READY_FOR_PICKUP: {Step.HAND_OVER: _S.COMPLETED, Step.CANCEL: _S.CANCELLED},
    _S.SHIPPED: {Step.DELIVER: _S.DELIVERED},
    _S.DELIVERED: {Step.COMPLETE: _S.COMPLETED},
    _S.COMPLETED: {},
    _S.CANCELLED: {Step.PAY: _S.CONFIRMED},
}  # fmt: skip
"""What may follow.  Money that comes after the payment window may confirm an order again, where the
goods are still there."""

_ONLY: Final[dict[Step, frozenset[Delivery]]] = {
    Step.MAKE_READY: frozenset({Delivery.PICKUP}),
    Step.SHIP: frozenset({Delivery.SHIP}),
    Step.HAND_OVER: frozenset({Delivery.PICKUP, Delivery.CARRY_OUT}),
}
GOODS_LEAVE: Final = frozenset({Step.SHIP, Step.HAND_OVER})
"""Steps by which the goods leave the place."""

PART_STEPS: Final = frozenset({Step.PICK, Step.MAKE_READY, Step.SHIP, Step.HAND_OVER})
"""Steps that parts take, together or each for itself."""

STATUS: Final[dict[LiveState, OrderStatus]] = {
    _S.AWAITING_PAYMENT: OrderStatus.PLACED,
    _S.CONFIRMED: OrderStatus.PAID,
    _S.PROCESSING: OrderStatus.PROCESSING,
    _S.READY_FOR_PICKUP: OrderStatus.PROCESSING,
    _S.SHIPPED: OrderStatus.SHIPPED,
    _S.DELIVERED: OrderStatus.DELIVERED,
    _S.COMPLETED: OrderStatus.COMPLETED,
    _S.CANCELLED: OrderStatus.CANCELLED,
}
"""What a live order is among the orders of all channels."""


def recorded_as(state: LiveState, *, is_reservation: bool) -> OrderStatus:
    """Return what a live order is among the orders of all channels: goods that are kept to be tried
    are a draft, also once that ended; they are no sale and no sale that was called off."""
    return OrderStatus.DRAFT if is_reservation else STATUS[state]


def follow(state: LiveState, step: Step, delivery: Delivery, *, ref: str) -> LiveState:
    """Return where a step leads. Raises: OrderStepError."""
    wanted = STEPS[state].get(step)
    is_handed_early = (
        step is Step.HAND_OVER and state is LiveState.CONFIRMED and delivery is Delivery.PICKUP
    )
    if wanted is None or delivery not in _ONLY.get(step, frozenset(Delivery)) or is_handed_early:
        raise OrderStepError(ref=ref, state=state.value, step=step.value)
    return wanted
