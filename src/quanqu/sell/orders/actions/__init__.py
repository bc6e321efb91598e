"""Writes of orders."""

from quanqu.sell.orders.actions.recording import record_orders
from quanqu.sell.orders.actions.republishing import republish_variants
from quanqu.sell.orders.actions.revealing import reveal_address

__all__ = ["record_orders", "republish_variants", "reveal_address"]
