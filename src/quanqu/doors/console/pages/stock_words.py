"""Words of stock: measures, states of goods, kinds of movements."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.inventory.contracts import (
    CountState,
    MovementKind,
    StockMeasure,
    StockState,
    StockTrouble,
    TransferState,
)

__all__ = ["COUNT_STATES", "KINDS", "MEASURES", "STATES", "TRANSFER_STATES", "TROUBLES"]

MEASURES: Final[dict[StockMeasure, Promise]] = {
    StockMeasure.AVAILABLE: _("Available"),
    StockMeasure.ON_HAND: _("On hand"),
    StockMeasure.HELD: _("Held"),
    StockMeasure.ALLOCATED: _("Allocated"),
    StockMeasure.SAFETY: _("Safety stock"),
    StockMeasure.FENCED: _("Kept for channels"),
    StockMeasure.IN_TRANSIT: _("In transit"),
    StockMeasure.INCOMING: _("Incoming"),
    StockMeasure.DAMAGED: _("Damaged"),
    StockMeasure.QUALITY_HOLD: _("Quality hold"),
}
TROUBLES: Final[dict[StockTrouble, Promise]] = {
    StockTrouble.OUT: _("Out of stock somewhere"),
    StockTrouble.BELOW_SAFETY: _("Below safety stock somewhere"),
}
STATES: Final[dict[StockState, Promise]] = {
    StockState.ON_HAND: _("On hand"),
    StockState.IN_TRANSIT: _("In transit"),
    StockState.INCOMING: _("Incoming"),
    StockState.DAMAGED: _("Damaged"),
    StockState.QUALITY_HOLD: _("Quality hold"),
}
KINDS: Final[dict[MovementKind, tuple[Promise, Tone]]] = {
    MovementKind.RECEIPT: (_("Receipt"), "good"),
    MovementKind.SALE: (_("Sale"), "info"),
    MovementKind.RETURN: (_("Customer return"), "good"),
    MovementKind.TRANSFER_OUT: (_("Transfer out"), "accent"),
    MovementKind.TRANSFER_IN: (_("Transfer in"), "accent"),
    MovementKind.COUNT: (_("Count"), "warn"),
    MovementKind.DAMAGE: (_("Damage"), "bad"),
    MovementKind.QUALITY_HOLD: (_("Put on quality hold"), "warn"),
    MovementKind.QUALITY_RELEASE: (_("Released from quality hold"), "good"),
    MovementKind.WRITE_OFF: (_("Write-off"), "bad"),
    MovementKind.SUPPLIER_RETURN: (_("Return to supplier"), "info"),
    MovementKind.INCOMING: (_("Ordered from supplier"), "hollow"),
    MovementKind.CORRECTION: (_("Correction"), "warn"),
}
COUNT_STATES: Final[dict[CountState, tuple[Promise, Tone, str]]] = {
    CountState.COUNTING: (_("Being counted"), "info", ""),
    CountState.RECOUNTING: (_("Being counted again"), "warn", "refresh-cw"),
    CountState.REVIEW: (_("To be approved"), "accent", "eye"),
    CountState.APPROVED: (_("Approved"), "good", "check"),
    CountState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
TRANSFER_STATES: Final[dict[TransferState, tuple[Promise, Tone, str]]] = {
    TransferState.DRAFT: (_("Draft"), "", ""),
    TransferState.SENT: (_("On the way"), "info", "arrow-right"),
    TransferState.PARTLY_RECEIVED: (_("Partly arrived"), "warn", ""),
    TransferState.RECEIVED: (_("Arrived"), "good", ""),
    TransferState.CLOSED: (_("Closed"), "good", "check"),
    TransferState.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
