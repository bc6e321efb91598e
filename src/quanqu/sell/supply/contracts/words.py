"""The words of supply: states of a purchase order, what is done to it, limits of numbers."""

from enum import StrEnum
from typing import Final

__all__ = [
    "LARGEST_AMOUNT",
    "MOST_LINES",
    "OPEN_STATES",
    "ChargeKind",
    "DiscrepancyKind",
    "OrderAct",
    "PurchaseState",
    "ReturnFrom",
    "ShareBasis",
]

MOST_LINES: Final = 100
"""The most lines of a purchase order: a receipt of all of them is one posting of stock."""
LARGEST_AMOUNT: Final = 1_000_000_000_000
"""The largest amount of a line or a charge, in minor units."""


class PurchaseState(StrEnum):
    """Where a purchase order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OPEN_STATES: Final = frozenset({PurchaseState.SENT, PurchaseState.PARTLY_RECEIVED})
"""States in which what has not come yet counts as incoming stock."""


class OrderAct(StrEnum):
    """What is done to a purchase order."""

    CREATE = "create"
    CHANGE = "change"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"
    CANCEL = "cancel"


class DiscrepancyKind(StrEnum):
    """How what came differs from what was ordered."""

    SHORT = "short"
    OVER = "over"
    DAMAGED = "damaged"
    LATE = "late"


class ChargeKind(StrEnum):
    """What a cost beside the goods is for."""

    FREIGHT = "freight"
    DUTY = "duty"
    INSURANCE = "insurance"
    OTHER = "other"


class ShareBasis(StrEnum):
    """By what a charge is shared out over the lines of a receipt."""

    VALUE = "value"
    QUANTITY = "quantity"
    WEIGHT = "weight"


class ReturnFrom(StrEnum):
    """Which stock goods go back to a supplier from."""

    ON_HAND = "on_hand"
    DAMAGED = "damaged"
    QUALITY_HOLD = "quality_hold"
