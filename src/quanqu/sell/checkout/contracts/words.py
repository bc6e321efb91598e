"""The words of live orders: where they stand, how goods reach the buyer, the steps between."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

__all__ = [
    "LARGEST_MINOR",
    "LONGEST_RESERVATION",
    "MOST_LINES",
    "MOST_TENDERS",
    "CancelReason",
    "Delivery",
    "LiveState",
    "OrderHoldKind",
    "PartState",
    "Step",
]

MOST_LINES: Final = 200
"""The most lines of one order."""
MOST_TENDERS: Final = 10
"""The most payments an order is placed with."""
LARGEST_MINOR: Final = 10**15
"""The largest amount of a line or an order, in minor units."""
LONGEST_RESERVATION: Final = timedelta(days=7)
"""The longest goods are kept at a store for somebody who comes to try them."""


class LiveState(StrEnum):
    """Where a live order stands.

    awaiting_payment: goods are held until the money is promised.  confirmed: paid or promised, the
    goods are allocated.  processing: being picked.  ready_for_pickup: waiting for the buyer.
    """

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    READY_FOR_PICKUP = "ready_for_pickup"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """Where a part of an order stands: what leaves one place.

    ready: packed, or waiting for the buyer.  cancelled: given free, or moved to another part.
    """

    WAITING = "waiting"
    PICKING = "picking"
    READY = "ready"
    GONE = "gone"
    CANCELLED = "cancelled"


class OrderHoldKind(StrEnum):
    """Why an order must not go on until a person says so.

    goods: promised goods are missing and no other place has them.
    """

    GOODS = "goods"
    FRAUD = "fraud"
    PAYMENT = "payment"
    ADDRESS = "address"
    OTHER = "other"


class Delivery(StrEnum):
    """How the goods reach the buyer: taken along, collected at a place, sent."""

    CARRY_OUT = "carry_out"
    PICKUP = "pickup"
    SHIP = "ship"


class Step(StrEnum):
    """What happens to a live order."""

    PLACE = "place"
    PAY = "pay"
    PICK = "pick"
    MAKE_READY = "make_ready"
    HAND_OVER = "hand_over"
    SHIP = "ship"
    DELIVER = "deliver"
    COMPLETE = "complete"
    CANCEL = "cancel"
    RESOURCE = "resource"
    EDIT = "edit"
    NOTE = "note"
    HOLD = "hold"
    RELEASE = "release"
    MERGE = "merge"
    UNMERGE = "unmerge"


class CancelReason(StrEnum):
    """Why an order ended without its goods.  merged: they are another order's now."""

    BUYER = "buyer"
    SELLER = "seller"
    PAYMENT_WINDOW = "payment_window"
    OUT_OF_STOCK = "out_of_stock"
    NOT_COLLECTED = "not_collected"
    FRAUD = "fraud"
    MERGED = "merged"
