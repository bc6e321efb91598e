"""The laws of orders: money is conserved, figures rest on what was recorded, all is of a place."""

from quanqu.infra.laws.facade import law
from quanqu.sell.orders.queries import (
    broken_parts,
    broken_refund_sums,
    broken_totals,
    exceeded_captures,
    strayed_facts,
    unlike_the_lake,
)

law("L2.order_totals", "An order's total is the sum of its lines.", broken_totals)
law("L2.order_parts", "An order's parts are those of its lines and payments.", broken_parts)
law("L2.refund_totals", "A refund's amount is the sum of its lines.", broken_refund_sums)
law("L2.refunds_within_captures", "Refunds never exceed captures.", exceeded_captures)
law("L8.lake_is_what_was_recorded", "The lake holds the orders as recorded.", unlike_the_lake)
law("L9.orders_of_a_place", "Every order and refund is of a place's company.", strayed_facts)
