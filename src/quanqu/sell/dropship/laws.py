"""The laws of drop-shipping."""

from quanqu.infra.laws.facade import law
from quanqu.sell.dropship.queries.laws import (
    dues_unlike_the_orders,
    parts_without_their_order,
    shipped_unlike_the_parts,
)

law(
    "L1.suppliers_are_asked_once",
    "What a supplier is to ship is one order to it, and nothing else is.",
    parts_without_their_order,
)
law(
    "L1.shipped_by_suppliers_is_gone",
    "What a supplier shipped has left, and nothing of it left otherwise.",
    shipped_unlike_the_parts,
)
law(
    "L2.suppliers_get_their_cost",
    "What is due to a supplier is the agreed cost of what it shipped.",
    dues_unlike_the_orders,
)
