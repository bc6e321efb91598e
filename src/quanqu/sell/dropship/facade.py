"""What sell.dropship offers."""

from quanqu.sell.dropship.actions.answering import answer_order, time_out_orders, withdraw_order
from quanqu.sell.dropship.actions.following import follow_orders
from quanqu.sell.dropship.actions.sending import send_messages
from quanqu.sell.dropship.actions.shipping import (
    note_sent,
    parcels_of,
    record_payment,
    ship_parcel,
)
from quanqu.sell.dropship.actions.terms import pause_stale, save_offers, save_terms, state_stock
from quanqu.sell.dropship.queries.offers import (
    count_offers,
    find_terms,
    get_offer,
    list_balances,
    list_dues,
    list_offers,
    list_terms,
)
from quanqu.sell.dropship.queries.orders import (
    count_orders,
    get_order,
    list_orders,
    orders_for,
    ship_to,
)

__all__ = [
    "answer_order",
    "count_offers",
    "count_orders",
    "find_terms",
    "follow_orders",
    "get_offer",
    "get_order",
    "list_balances",
    "list_dues",
    "list_offers",
    "list_orders",
    "list_terms",
    "note_sent",
    "orders_for",
    "parcels_of",
    "pause_stale",
    "record_payment",
    "save_offers",
    "save_terms",
    "send_messages",
    "ship_parcel",
    "ship_to",
    "state_stock",
    "time_out_orders",
    "withdraw_order",
]
