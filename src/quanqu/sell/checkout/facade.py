"""What sell.checkout offers."""

from quanqu.sell.checkout.actions.buying import buy_reserved
from quanqu.sell.checkout.actions.edit_money import pay_difference
from quanqu.sell.checkout.actions.editing import edit_order
from quanqu.sell.checkout.actions.holding_up import hold_up_order, note_order, release_order
from quanqu.sell.checkout.actions.merging import merge_orders, unmerge_orders
from quanqu.sell.checkout.actions.moving import advance_part, cancel_order, move_order
from quanqu.sell.checkout.actions.moving_many import MOST_MOVED, move_orders
from quanqu.sell.checkout.actions.placing import place_order, placing
from quanqu.sell.checkout.actions.recording import record_live_orders
from quanqu.sell.checkout.actions.reserving import extend_reservation, set_reserve_hours
from quanqu.sell.checkout.actions.resourcing import answer_cut, move_part
from quanqu.sell.checkout.actions.returning import note_returned
from quanqu.sell.checkout.actions.settling import end_window, settle_payment
from quanqu.sell.checkout.queries.drops import destination_of
from quanqu.sell.checkout.queries.edits import gift_of, list_edits
from quanqu.sell.checkout.queries.gone import gone_lines
from quanqu.sell.checkout.queries.merges import list_merges, merge_candidates
from quanqu.sell.checkout.queries.orders import (
    count_live_orders,
    find_live_order,
    get_live_order,
    list_live_orders,
    live_orders_by_id,
    orders_with_code,
)
from quanqu.sell.checkout.queries.parts import list_parts
from quanqu.sell.checkout.queries.reservations import (
    find_reservation,
    pickup_code_of,
    reservations_at,
    reserve_hours,
)
from quanqu.sell.checkout.queries.trials import try_profile
from quanqu.sell.checkout.registry import register_repricer, register_source_guard

__all__ = [
    "MOST_MOVED",
    "advance_part",
    "answer_cut",
    "buy_reserved",
    "cancel_order",
    "count_live_orders",
    "destination_of",
    "edit_order",
    "end_window",
    "extend_reservation",
    "find_live_order",
    "find_reservation",
    "get_live_order",
    "gift_of",
    "gone_lines",
    "hold_up_order",
    "list_edits",
    "list_live_orders",
    "list_merges",
    "list_parts",
    "live_orders_by_id",
    "merge_candidates",
    "merge_orders",
    "move_order",
    "move_orders",
    "move_part",
    "note_order",
    "note_returned",
    "orders_with_code",
    "pay_difference",
    "pickup_code_of",
    "place_order",
    "placing",
    "record_live_orders",
    "register_repricer",
    "register_source_guard",
    "release_order",
    "reservations_at",
    "reserve_hours",
    "set_reserve_hours",
    "settle_payment",
    "try_profile",
    "unmerge_orders",
]
