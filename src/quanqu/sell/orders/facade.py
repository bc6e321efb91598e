"""What sell.orders offers."""

from quanqu.sell.orders.actions import record_orders, republish_variants, reveal_address
from quanqu.sell.orders.queries import (
    buyer_figures,
    buyer_totals,
    count_orders,
    customer_totals,
    find_by_external,
    get_order,
    list_order_days,
    list_orders,
    list_refunds,
    list_unfinished_orders,
    orders_by_id,
    past_baskets,
)

__all__ = [
    "buyer_figures",
    "buyer_totals",
    "count_orders",
    "customer_totals",
    "find_by_external",
    "get_order",
    "list_order_days",
    "list_orders",
    "list_refunds",
    "list_unfinished_orders",
    "orders_by_id",
    "past_baskets",
    "record_orders",
    "republish_variants",
    "reveal_address",
]
