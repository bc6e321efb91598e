"""Reads of orders."""

from quanqu.sell.orders.queries.addresses import hint_of, sealed_address
from quanqu.sell.orders.queries.baskets import past_baskets
from quanqu.sell.orders.queries.details import get_order
from quanqu.sell.orders.queries.laws import (
    broken_parts,
    broken_refund_sums,
    broken_totals,
    exceeded_captures,
    strayed_facts,
)
from quanqu.sell.orders.queries.lists import (
    count_orders,
    find_by_external,
    list_orders,
    orders_by_id,
    orders_in_scope,
)
from quanqu.sell.orders.queries.published import unlike_the_lake
from quanqu.sell.orders.queries.refunds import list_refunds
from quanqu.sell.orders.queries.totals import buyer_figures, buyer_totals, customer_totals
from quanqu.sell.orders.queries.unfinished import list_order_days, list_unfinished_orders

__all__ = [
    "broken_parts",
    "broken_refund_sums",
    "broken_totals",
    "buyer_figures",
    "buyer_totals",
    "count_orders",
    "customer_totals",
    "exceeded_captures",
    "find_by_external",
    "get_order",
    "hint_of",
    "list_order_days",
    "list_orders",
    "list_refunds",
    "list_unfinished_orders",
    "orders_by_id",
    "orders_in_scope",
    "past_baskets",
    "sealed_address",
    "strayed_facts",
    "unlike_the_lake",
]
