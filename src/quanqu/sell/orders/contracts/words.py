"""The words of orders: statuses and kinds."""

from enum import StrEnum
from typing import Final

__all__ = [
    "CAPTURED",
    "GIVEN_BACK",
    "NOT_SOLD",
    "TO_FULFIL",
    "BuyerFigure",
    "LineKind",
    "OrderGap",
    "OrderSort",
    "OrderStatus",
    "PaymentStatus",
    "RefundKind",
    "Unfinished",
]


class OrderStatus(StrEnum):
    """Where an order is; a channel's own word is kept beside it."""

    DRAFT = "draft"
    PLACED = "placed"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class OrderSort(StrEnum):
    """In which order a list of orders comes; by total only within one currency."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


class OrderGap(StrEnum):
    """What an order can lack."""

    CUSTOMER = "customer"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"


class BuyerFigure(StrEnum):
    """What can be told of a buyer: net sales in minor units, orders, the day of the last one."""

    SALES = "sales"
    ORDERS = "orders"
    LAST_ORDER = "last_order"


NOT_SOLD: Final = frozenset({OrderStatus.DRAFT, OrderStatus.CANCELLED})
"""Statuses in which an order is no sale."""


TO_FULFIL: Final = frozenset({OrderStatus.PLACED, OrderStatus.PAID, OrderStatus.PROCESSING})
"""Statuses in which goods are still to be sent or handed over."""


class Unfinished(StrEnum):
    """What an order still waits for: money, goods, or its money to be given back."""

    UNPAID = "unpaid"
    UNFULFILLED = "unfulfilled"
    REFUND_DUE = "refund_due"


class LineKind(StrEnum):
    """What a line charges for."""

    GOODS = "goods"
    SHIPPING = "shipping"
    FEE = "fee"
    DISCOUNT = "discount"
    ADJUSTMENT = "adjustment"
    GIFT_CARD = "gift_card"


class PaymentStatus(StrEnum):
    """What became of a payment."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    FAILED = "failed"
    VOIDED = "voided"


CAPTURED: Final = frozenset({PaymentStatus.CAPTURED, PaymentStatus.REFUNDED})
"""Statuses in which money was taken, whether or not it was given back later."""


class RefundKind(StrEnum):
    """Why money went back; an adjustment may go either way and is shown apart."""

    RETURN = "return"
    REFUND = "refund"
    CANCELLATION = "cancellation"
    ADJUSTMENT = "adjustment"


GIVEN_BACK: Final = frozenset({RefundKind.RETURN, RefundKind.REFUND, RefundKind.CANCELLATION})
"""Kinds that count against what was captured."""
