"""The law of subscriptions: a delivery that is an order has one, and no other has."""

from quanqu.infra.laws.facade import law
from quanqu.sell.subscriptions.queries import deliveries_unlike_the_orders

law(
    "L1.deliveries_are_orders",
    "Each delivery of a subscription that was placed is one order.",
    deliveries_unlike_the_orders,
)
