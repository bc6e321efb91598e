"""Tables of sell.dropship."""

from quanqu.sell.dropship.models.offers import Offer, Terms
from quanqu.sell.dropship.models.orders import Due, Line, Message, Order, StepTaken

__all__ = ["Due", "Line", "Message", "Offer", "Order", "StepTaken", "Terms"]
