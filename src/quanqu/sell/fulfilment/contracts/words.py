"""The words of fulfilment: where parcels stand, what is added to a price of carriage."""

from enum import StrEnum
from typing import Final

__all__ = [
    "ANYWHERE",
    "LARGEST_G",
    "LARGEST_KEEP_DAYS",
    "LARGEST_MINOR",
    "LARGEST_MM",
    "MOST_PARTS",
    "MOST_ROWS",
    "IdCheck",
    "ListState",
    "ParcelState",
    "PickState",
    "SurchargeKind",
    "SurchargeWhen",
]

ANYWHERE: Final = "*"
"""The country of an area that is wherever no other is."""
LARGEST_G: Final = 5_000_000
"""The largest weight of a parcel: five tonnes."""
LARGEST_KEEP_DAYS: Final = 90
"""The longest that goods wait for who collects them."""
MOST_PARTS: Final = 50
"""The most parts of orders on one pick list."""
LARGEST_MM: Final = 20_000
"""The longest side of a parcel: twenty metres."""
LARGEST_MINOR: Final = 10**12
"""The largest price of carriage, in minor units."""
MOST_ROWS: Final = 20_000
"""The most areas and steps of one tariff."""


class ParcelState(StrEnum):
    """Where a parcel stands.

    packed: closed, nobody takes it yet.  labelled: a carrier knows of it.  handed_over: the carrier
    has it, and it has left the place's stock.  failed: a delivery was tried in vain.  returned: it
    came back.  cancelled: it was unpacked before it left.
    """

    PACKED = "packed"
    LABELLED = "labelled"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class SurchargeKind(StrEnum):
    """How a surcharge is reckoned: an amount, or basis points of the price by weight."""

    FLAT = "flat"
    RATE = "rate"


class SurchargeWhen(StrEnum):
    """What a surcharge is for: every parcel, one to an area, one above a weight, cash collected."""

    ALWAYS = "always"
    ZONE = "zone"
    OVER_WEIGHT = "over_weight"
    CASH_ON_DELIVERY = "cash_on_delivery"


class ListState(StrEnum):
    """Where a pick list stands: for anybody, somebody's, done, given up."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


class PickState(StrEnum):
    """What became of a line to pick.

    short: too few were found, and the line ships from elsewhere or holds its order up.  dropped: it
    is no longer to be picked here.
    """

    OPEN = "open"
    PICKED = "picked"
    SHORT = "short"
    DROPPED = "dropped"


class IdCheck(StrEnum):
    """What somebody who collects goods showed; of what was on it nothing is kept."""

    NONE = "none"
    ID_CARD = "id_card"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    ORDER_EMAIL = "order_email"
