"""What orders tell higher rooms."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["OrdersRecorded"]


@dataclass(frozen=True, slots=True)
class OrdersRecorded:
    """Orders and refunds were recorded or changed; keys of at most 5,000 of them an event."""

    name: ClassVar[str] = "orders.orders_recorded"

    source: str
    created_order_keys: list[int]
    updated_order_keys: list[int]
    refund_keys: list[int]
    place_keys: list[int]
