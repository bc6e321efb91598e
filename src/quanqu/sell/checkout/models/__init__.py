"""The tables of live orders."""

from quanqu.sell.checkout.models.changes import Drop, Edit, Merge
from quanqu.sell.checkout.models.orders import (
    Contact,
    Line,
    Order,
    OrderHold,
    Part,
    ReserveRule,
    StepTaken,
)

__all__ = [
    "Contact",
    "Drop",
    "Edit",
    "Line",
    "Merge",
    "Order",
    "OrderHold",
    "Part",
    "ReserveRule",
    "StepTaken",
]
