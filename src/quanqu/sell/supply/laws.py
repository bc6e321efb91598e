"""The laws of supply: what came, what is still to come and what it cost agree everywhere."""

from quanqu.infra.laws.facade import law
from quanqu.sell.supply.queries.laws import (
    credits_unlike_the_returns,
    incoming_unlike_the_orders,
    landed_unlike_the_charges,
    received_beyond_tolerance,
    waiting_unlike_the_state,
)

law(
    "L1.received_within_tolerance",
    "No more came of a purchase order than was ordered and tolerated, and its receipts say so.",
    received_beyond_tolerance,
)
law(
    "L1.open_orders_wait_for_the_rest",
    "A line of a purchase order waits for what has not come while its order is open.",
    waiting_unlike_the_state,
)
law(
    "L1.incoming_is_ordered",
    "Incoming stock is what open purchase orders wait for.",
    incoming_unlike_the_orders,
)
law(
    "L2.landed_costs_add_up",
    "The shares of a cost beside the goods come to it, to the minor unit.",
    landed_unlike_the_charges,
)
law(
    "L2.supplier_credits_add_up",
    "What is expected and credited for a return to a supplier is the sum of its lines and credits.",
    credits_unlike_the_returns,
)
