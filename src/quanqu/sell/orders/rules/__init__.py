"""Pure decisions of orders."""

from quanqu.sell.orders.rules.changes import changed_fields
from quanqu.sell.orders.rules.clocks import local_hours
from quanqu.sell.orders.rules.money import line_amounts, spread_discount
from quanqu.sell.orders.rules.orders import Orders, read_orders
from quanqu.sell.orders.rules.outside import outside_ids
from quanqu.sell.orders.rules.parts import month_bounds, part_of
from quanqu.sell.orders.rules.refunds import Claim, Refunds, admit, read_refunds
from quanqu.sell.orders.rules.stories import CANCELLED, COMPLETED, tell_orders, tell_refunds

__all__ = [
    "CANCELLED",
    "COMPLETED",
    "Claim",
    "Orders",
    "Refunds",
    "admit",
    "changed_fields",
    "line_amounts",
    "local_hours",
    "month_bounds",
    "outside_ids",
    "part_of",
    "read_orders",
    "read_refunds",
    "spread_discount",
    "tell_orders",
    "tell_refunds",
]
