"""The laws of live orders: goods and money are with them, and the record says the same."""

from quanqu.infra.laws.facade import law
from quanqu.sell.checkout.queries.laws import (
    edits_unlike_the_orders,
    goods_unlike_the_orders,
    merges_unlike_the_orders,
    paid_without_order,
    record_unlike_the_orders,
    slots_unlike_the_orders,
    totals_unlike_the_lines,
)

law("L1.live_goods_are_promised", "The goods of a live order are its own.", goods_unlike_the_orders)
law("L2.live_totals", "A live order's total is the sum of its lines.", totals_unlike_the_lines)
law(
    "L2.live_money",
    "A confirmed order is paid or promised once, and no money is kept without one.",
    paid_without_order,
)
law(
    "L2.live_is_recorded",
    "What is recorded of a live order is what it is.",
    record_unlike_the_orders,
)
law(
    "L2.live_edits",
    "Each change of a placed order is kept once, and leads to what the order comes to.",
    edits_unlike_the_orders,
)
law(
    "L2.live_merges",
    "Two orders that became one come to the sum of both, and the other is gone.",
    merges_unlike_the_orders,
)
law(
    "L1.live_slots",
    "An order that took a slot has it until it is cancelled.",
    slots_unlike_the_orders,
)
