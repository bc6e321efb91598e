"""The words of sourcing: criteria, methods, reasons, and what becomes of what cannot be shipped."""

from enum import StrEnum

__all__ = ["Criterion", "Method", "Reason", "Unfillable"]


class Criterion(StrEnum):
    """What plans are compared by; less is better of each.  Units: docs/rules/sourcing.md."""

    PARCELS = "parcels"
    DISTANCE = "distance"
    COST = "cost"
    CAPACITY = "capacity"
    DEPTH = "depth"
    STOCK_OUT = "stock_out"
    AGE = "age"
    PROMISE = "promise"
    PICKUP = "pickup"
    KIND = "kind"


class Method(StrEnum):
    """How goods reach the customer."""

    DELIVERY = "delivery"
    PICKUP = "pickup"


class Unfillable(StrEnum):
    """What becomes of lines no plan has: they wait, they go, the order goes, a person decides."""

    BACKORDER = "backorder"
    CANCEL_LINE = "cancel_line"
    CANCEL_ORDER = "cancel_order"
    HOLD = "hold"


class Reason(StrEnum):
    """Why a place does not ship."""

    UNIT = "unit"
    KIND = "kind"
    TAG = "tag"
    COUNTRY = "country"
    CHANNEL = "channel"
    NO_SHIPPING = "no_shipping"
    NO_PICKUP = "no_pickup"
    CLOSED = "closed"
    NO_CAPACITY = "no_capacity"
    TOO_FAR = "too_far"
    NO_STOCK = "no_stock"
    TOO_FEW = "too_few"
    WORSE = "worse"
    SAME = "same"
