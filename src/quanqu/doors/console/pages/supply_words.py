"""Words and tones of buying: states of an order, what was done to it, how deliveries differ."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quanqu.doors.console.kit.cells import Cell, Tone, chip
from quanqu.doors.console.rules.numbers import grouped
from quanqu.sell.catalog.contracts import VariantLabel
from quanqu.sell.supply.contracts import (
    ChargeKind,
    DiscrepancyKind,
    OrderAct,
    PurchaseState,
    ShareBasis,
)

__all__ = [
    "ACTS",
    "CHARGES",
    "DISCREPANCIES",
    "PURCHASE_STATES",
    "SHARES",
    "differing_chip",
    "item_title",
    "state_chip",
]

PURCHASE_STATES: Final[dict[PurchaseState, tuple[Promise, Tone, str]]] = {
    PurchaseState.DRAFT: (_("Draft"), "", ""),
    PurchaseState.SUBMITTED: (_("To be approved"), "warn", "hourglass"),
    PurchaseState.APPROVED: (_("Approved"), "info", ""),
    PurchaseState.SENT: (pgettext_lazy("purchase order", "Sent"), "info", "arrow-up-right"),
    PurchaseState.PARTLY_RECEIVED: (_("Partly received"), "info", ""),
    PurchaseState.RECEIVED: (pgettext_lazy("purchase order", "Received"), "good", "check"),
    PurchaseState.CLOSED: (pgettext_lazy("purchase order", "Closed"), "hollow", "check"),
    PurchaseState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
ACTS: Final[dict[OrderAct, tuple[Promise, str]]] = {
    OrderAct.CREATE: (_("Drafted"), "plus"),
    OrderAct.CHANGE: (_("Changed"), "pencil"),
    OrderAct.SUBMIT: (_("Submitted"), "arrow-right"),
    OrderAct.APPROVE: (_("Approved"), "check"),
    OrderAct.REJECT: (_("Rejected"), "undo-2"),
    OrderAct.SEND: (_("Sent to the supplier"), "arrow-up-right"),
    OrderAct.RECEIVE: (_("Goods received"), "package"),
    OrderAct.CLOSE: (pgettext_lazy("purchase order", "Closed"), "archive"),
    OrderAct.CANCEL: (_("Cancelled"), "x"),
}
DISCREPANCIES: Final[dict[DiscrepancyKind, tuple[Promise, Tone]]] = {
    DiscrepancyKind.SHORT: (_("short"), "bad"),
    DiscrepancyKind.OVER: (pgettext_lazy("delivery", "over"), "warn"),
    DiscrepancyKind.DAMAGED: (_("damaged"), "bad"),
    DiscrepancyKind.LATE: (_("late"), "warn"),
}
CHARGES: Final[dict[ChargeKind, Promise]] = {
    ChargeKind.FREIGHT: _("Freight"),
    ChargeKind.DUTY: _("Duty"),
    ChargeKind.INSURANCE: _("Insurance"),
    ChargeKind.OTHER: _("Other cost"),
}
SHARES: Final[dict[ShareBasis, Promise]] = {
    ShareBasis.VALUE: _("by value"),
    ShareBasis.QUANTITY: _("by quantity"),
    ShareBasis.WEIGHT: _("by weight"),
}


def state_chip(state: PurchaseState) -> Cell:
    """Return a state as a chip."""
    title, tone, icon = PURCHASE_STATES[state]
    return chip(str(title), tone, icon)


def differing_chip(kind: DiscrepancyKind, units: int) -> Cell | None:
    """Return how many units differ and how, None where none do."""
    title, tone = DISCREPANCIES[kind]
    return chip(f"{grouped(units)} {title}", tone) if units > 0 else None


def item_title(label: VariantLabel | None) -> str:
    """Return what an item is called, its SKU where it has no name."""
    return (label.name or label.sku) if label else "–"
