"""What sell.checkout offers."""

from quanqu.sell.checkout.actions.moving import cancel_order, move_order
from quanqu.sell.checkout.actions.placing import place_order
from quanqu.sell.checkout.actions.recording import record_live_orders
from quanqu.sell.checkout.actions.settling import end_window, settle_payment
from quanqu.sell.checkout.queries.orders import get_live_order, list_live_orders

__all__ = [
    "cancel_order",
    "end_window",
    "get_live_order",
    "list_live_orders",
    "move_order",
    "place_order",
    "record_live_orders",
    "settle_payment",
]
