"""The words of drop-shipping: where an order to a supplier stands, what happens to it."""

from enum import StrEnum
from typing import Final

__all__ = [
    "ANSWERABLE",
    "LARGEST_MINOR",
    "LONGEST_LEAD_DAYS",
    "MOST_ITEMS",
    "DropStep",
    "DropshipState",
    "DueKind",
    "LineState",
    "PauseReason",
    "RejectReason",
    "StatedOutcome",
]

MOST_ITEMS: Final = 1_000
"""The most items of one statement of stock, or of offers saved together."""
LARGEST_MINOR: Final = 10**12
"""The largest cost of a unit or payment, in minor units."""
LONGEST_LEAD_DAYS: Final = 365


class DropshipState(StrEnum):
    """Where an order to a supplier stands.

    placed: waits for the supplier's answer.  accepted: all or some lines are promised.  shipped:
    all that was accepted left.  rejected, timed_out, withdrawn: nothing ships, the goods come from
    elsewhere.  cancelled: the buyer's order no longer wants it.
    """

    PLACED = "placed"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


ANSWERABLE: Final = frozenset({DropshipState.PLACED, DropshipState.ACCEPTED})


class LineState(StrEnum):
    """What the supplier said of a line; dropped: it is no longer to ship it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DROPPED = "dropped"


class RejectReason(StrEnum):
    """Why a line is not shipped.  no_offer: the supplier has no offer in force for the item."""

    OUT_OF_STOCK = "out_of_stock"
    DISCONTINUED = "discontinued"
    CANNOT_SHIP = "cannot_ship"
    PRICE = "price"
    OTHER = "other"
    NO_OFFER = "no_offer"


class PauseReason(StrEnum):
    """Why an offer that is on sells nothing until stock is stated anew."""

    REJECTED = "rejected"
    STALE = "stale"


class DropStep(StrEnum):
    """What happened to an order to a supplier."""

    PLACE = "place"
    CHANGE = "change"
    SEND = "send"
    ANSWER = "answer"
    PARCEL = "parcel"
    SHIP = "ship"
    TIME_OUT = "time_out"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


class DueKind(StrEnum):
    """What an amount due to a supplier is of: goods that left, or money that was paid."""

    GOODS = "goods"
    PAYMENT = "payment"


class StatedOutcome(StrEnum):
    """What became of a stated number: taken, older than what is known, of no offered item."""

    TAKEN = "taken"
    OUTDATED = "outdated"
    UNKNOWN = "unknown"
