"""The law of slots: none holds more orders than it can, nor others than have it."""

from quanqu.infra.laws.facade import law
from quanqu.sell.slots.queries import slots_unlike_their_orders

law(
    "L1.slots_within_capacity",
    "A slot holds the orders that have it, and never more than it can.",
    slots_unlike_their_orders,
)
