"""The names of events that features are made of, after the Segment specification."""

from typing import Final

__all__ = ["ORDER", "REFUND"]

ORDER: Final = "Order Completed"
REFUND: Final = "Order Refunded"
