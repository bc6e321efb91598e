"""What sell.checkout offers."""

from quanqu.sell.checkout.actions.holding_up import hold_up_order, note_order, release_order
from quanqu.sell.checkout.actions.moving import advance_part, cancel_order, move_order
from quanqu.sell.checkout.actions.placing import place_order, placing
from quanqu.sell.checkout.actions.recording import record_live_orders
from quanqu.sell.checkout.actions.resourcing import answer_cut, move_part
from quanqu.sell.checkout.actions.returning import note_returned
from quanqu.sell.checkout.actions.settling import end_window, settle_payment
from quanqu.sell.checkout.queries.orders import (
    count_live_orders,
    find_live_order,
    get_live_order,
    list_live_orders,
)
from quanqu.sell.checkout.queries.parts import list_parts

__all__ = [
    "advance_part",
    "answer_cut",
    "cancel_order",
    "count_live_orders",
    "end_window",
    "find_live_order",
    "get_live_order",
    "hold_up_order",
    "list_live_orders",
    "list_parts",
    "move_order",
    "move_part",
    "note_order",
    "note_returned",
    "place_order",
    "placing",
    "record_live_orders",
    "release_order",
    "settle_payment",
]
