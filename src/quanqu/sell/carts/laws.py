"""The laws of carts."""

from quanqu.infra.laws.facade import law
from quanqu.sell.carts.queries.laws import carts_unlike_their_orders

law(
    "L2.carts_are_ordered_once",
    "A placed cart is one order, and a cart that is none has no order.",
    carts_unlike_their_orders,
)
