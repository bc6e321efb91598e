"""Words and tones of drop-shipping."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.doors.console.kit.filters import Option
from quanqu.doors.console.shell.frame import Frame
from quanqu.sell.dropship.contracts import (
    DropshipState,
    DropStep,
    DueKind,
    LineState,
    PauseReason,
    RejectReason,
)

__all__ = [
    "DROPSHIP_STATES",
    "DROP_STEPS",
    "DUE_KINDS",
    "LINE_STATES",
    "PAUSES",
    "REJECT_REASONS",
    "clock_text",
    "dropship_chip",
    "line_chip",
    "may_dropship",
    "state_options",
]

DROPSHIP_STATES: Final[dict[DropshipState, tuple[Promise, Tone, str]]] = {
    DropshipState.PLACED: (_("Waits for an answer"), "warn", "hourglass"),
    DropshipState.ACCEPTED: (pgettext_lazy("drop-ship", "Accepted"), "info", "check"),
    DropshipState.SHIPPED: (pgettext_lazy("drop-ship", "Shipped"), "good", "truck"),
    DropshipState.REJECTED: (pgettext_lazy("drop-ship", "Rejected"), "bad", "x"),
    DropshipState.TIMED_OUT: (_("Not answered in time"), "bad", "clock"),
    DropshipState.WITHDRAWN: (_("Taken back"), "hollow", "undo-2"),
    DropshipState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
LINE_STATES: Final[dict[LineState, tuple[Promise, Tone]]] = {
    LineState.OPEN: (_("Not answered"), "warn"),
    LineState.ACCEPTED: (pgettext_lazy("drop-ship", "Accepted"), "good"),
    LineState.REJECTED: (pgettext_lazy("drop-ship", "Rejected"), "bad"),
    LineState.DROPPED: (_("Not wanted any more"), "hollow"),
}
REJECT_REASONS: Final[dict[RejectReason, Promise]] = {
    RejectReason.OUT_OF_STOCK: _("Out of stock"),
    RejectReason.DISCONTINUED: _("No longer made"),
    RejectReason.CANNOT_SHIP: _("Cannot be shipped there"),
    RejectReason.PRICE: _("The cost is not right"),
    RejectReason.OTHER: pgettext_lazy("reason", "Something else"),
    RejectReason.NO_OFFER: _("No offer for the item"),
}
PAUSES: Final[dict[PauseReason, Promise]] = {
    PauseReason.REJECTED: _("Paused: the supplier had none"),
    PauseReason.STALE: _("Paused: stock stated too long ago"),
}
DROP_STEPS: Final[dict[DropStep, tuple[Promise, str]]] = {
    DropStep.PLACE: (_("Ordered from the supplier"), "plus"),
    DropStep.CHANGE: (_("Asked anew"), "pencil"),
    DropStep.SEND: (_("The supplier's system took it"), "arrow-up-right"),
    DropStep.ANSWER: (_("Answered"), "check"),
    DropStep.PARCEL: (_("A parcel was given to its carrier"), "package"),
    DropStep.SHIP: (pgettext_lazy("drop-ship", "Shipped"), "truck"),
    DropStep.TIME_OUT: (_("Not answered in time"), "clock"),
    DropStep.WITHDRAW: (_("Taken back"), "undo-2"),
    DropStep.CANCEL: (_("Cancelled"), "x"),
}
DUE_KINDS: Final[dict[DueKind, tuple[Promise, Tone]]] = {
    DueKind.GOODS: (_("Goods shipped"), ""),
    DueKind.PAYMENT: (_("Payment"), "good"),
}


def dropship_chip(state: DropshipState) -> Cell:
    """Return where an order to a supplier stands as a chip."""
    title, tone, icon = DROPSHIP_STATES[state]
    return chip(str(title), tone, icon)


def line_chip(state: LineState) -> Cell:
    """Return what was said of a line as a chip."""
    title, tone = LINE_STATES[state]
    return chip(str(title), tone)


def clock_text(minute: int | None) -> str:
    """Write a minute of the day as HH:MM; nothing for none."""
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def may_dropship(frame: Frame, right: str, place_key: int) -> bool:
    """Tell whether the reader holds a right of drop-shipping at a supplier's place."""
    scope = frame.person.scope(right)
    return scope.everything or place_key in scope.places


def state_options(frame: Frame) -> list[Option]:
    """Return the states to filter by."""
    return [Option(code.value, str(words[0])) for code, words in DROPSHIP_STATES.items()]
