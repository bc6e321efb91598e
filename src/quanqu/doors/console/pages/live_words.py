"""Words and tones of live orders: states, parts, steps, what holds them up, why they end."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveState,
    OrderHoldKind,
    PartState,
    Step,
)

__all__ = [
    "CANCEL_REASONS",
    "DELIVERIES",
    "HOLD_KINDS",
    "LIVE_STATES",
    "PART_STATES",
    "STEPS",
    "WAYS",
]

LIVE_STATES: Final[dict[LiveState, tuple[Promise, Tone, str]]] = {
    LiveState.AWAITING_PAYMENT: (_("Awaiting payment"), "warn", "hourglass"),
    LiveState.CONFIRMED: (_("Confirmed"), "info", ""),
    LiveState.PROCESSING: (_("In progress"), "info", ""),
    LiveState.READY_FOR_PICKUP: (_("Ready for pickup"), "info", ""),
    LiveState.SHIPPED: (_("Shipped"), "info", ""),
    LiveState.DELIVERED: (_("Delivered"), "good", ""),
    LiveState.COMPLETED: (_("Completed"), "good", "check"),
    LiveState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
WAYS: Final[dict[Delivery, tuple[LiveState, ...]]] = {
    Delivery.SHIP: (
        LiveState.AWAITING_PAYMENT, LiveState.CONFIRMED, LiveState.PROCESSING, LiveState.SHIPPED,
        LiveState.DELIVERED, LiveState.COMPLETED,
    ),
    Delivery.PICKUP: (
        LiveState.AWAITING_PAYMENT, LiveState.CONFIRMED, LiveState.PROCESSING,
        LiveState.READY_FOR_PICKUP, LiveState.COMPLETED,
    ),
    Delivery.CARRY_OUT: (LiveState.AWAITING_PAYMENT, LiveState.CONFIRMED, LiveState.COMPLETED),
}  # fmt: skip
"""The states an order goes through, by how its goods reach the buyer."""

PART_STATES: Final[dict[PartState, tuple[Promise, Tone, str]]] = {
    PartState.WAITING: (pgettext_lazy("goods", "Waiting"), "info", ""),
    PartState.PICKING: (_("Being picked"), "info", ""),
    PartState.READY: (pgettext_lazy("goods", "Ready"), "info", ""),
    PartState.GONE: (pgettext_lazy("goods", "Gone"), "good", "check"),
    PartState.CANCELLED: (_("Given free"), "hollow", "x"),
}
STEPS: Final[dict[Step, tuple[Promise, str]]] = {
    Step.PLACE: (_("Placed"), "shopping-cart"),
    Step.PAY: (_("Paid"), "check"),
    Step.PICK: (_("Picking began"), "package"),
    Step.MAKE_READY: (_("Made ready"), "package"),
    Step.HAND_OVER: (_("Handed over"), "check"),
    Step.SHIP: (_("Shipped"), "arrow-up-right"),
    Step.DELIVER: (_("Delivered"), "check"),
    Step.COMPLETE: (_("Completed"), "check"),
    Step.CANCEL: (_("Cancelled"), "x"),
    Step.RESOURCE: (_("Ships from elsewhere"), "shuffle"),
    Step.EDIT: (_("Changed"), "pencil"),
    Step.NOTE: (_("Note"), "pencil"),
    Step.HOLD: (_("Held up"), "lock"),
    Step.RELEASE: (_("Goes on"), "undo-2"),
    Step.MERGE: (_("Merged with another order"), "plus"),
    Step.UNMERGE: (_("Two orders again"), "undo-2"),
}
HOLD_KINDS: Final[dict[OrderHoldKind, Promise]] = {
    OrderHoldKind.GOODS: _("Goods are missing"),
    OrderHoldKind.FRAUD: _("Suspected fraud"),
    OrderHoldKind.PAYMENT: _("Payment to be checked"),
    OrderHoldKind.ADDRESS: _("Address to be checked"),
    OrderHoldKind.OTHER: _("Another reason"),
}
CANCEL_REASONS: Final[dict[CancelReason, Promise]] = {
    CancelReason.BUYER: _("The buyer wants it so"),
    CancelReason.SELLER: _("We cannot deliver"),
    CancelReason.PAYMENT_WINDOW: _("No money came in time"),
    CancelReason.OUT_OF_STOCK: _("The goods are not there"),
    CancelReason.NOT_COLLECTED: _("It was not collected"),
    CancelReason.FRAUD: _("Fraud"),
    CancelReason.MERGED: _("It is part of another order now"),
}
DELIVERIES: Final[dict[Delivery, Promise]] = {
    Delivery.SHIP: _("Sent"),
    Delivery.PICKUP: _("Collected"),
    Delivery.CARRY_OUT: _("Taken along"),
}
