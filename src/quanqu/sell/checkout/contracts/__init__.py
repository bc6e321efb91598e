"""What crosses sell.checkout: drafts, live orders, events and errors."""

from quanqu.sell.checkout.contracts.errors import (
    LiveOrderNotFoundError,
    NoPriceError,
    NotEnoughError,
    OrderItemError,
    OrderLineError,
    OrderReusedError,
    OrderStepError,
    PaymentRefusedError,
    PickupCodeError,
    TenderSumError,
)
from quanqu.sell.checkout.contracts.events import LiveOrdersMoved
from quanqu.sell.checkout.contracts.reads import (
    LiveFilters,
    LiveLine,
    LiveOrder,
    LiveOrderDetail,
    StepView,
)
from quanqu.sell.checkout.contracts.requests import ContactDraft, LineDraft, OrderDraft, TenderDraft
from quanqu.sell.checkout.contracts.words import (
    LARGEST_MINOR,
    MOST_LINES,
    MOST_TENDERS,
    CancelReason,
    Delivery,
    LiveState,
    Step,
)

__all__ = [
    "LARGEST_MINOR",
    "MOST_LINES",
    "MOST_TENDERS",
    "CancelReason",
    "ContactDraft",
    "Delivery",
    "LineDraft",
    "LiveFilters",
    "LiveLine",
    "LiveOrder",
    "LiveOrderDetail",
    "LiveOrderNotFoundError",
    "LiveOrdersMoved",
    "LiveState",
    "NoPriceError",
    "NotEnoughError",
    "OrderDraft",
    "OrderItemError",
    "OrderLineError",
    "OrderReusedError",
    "OrderStepError",
    "PaymentRefusedError",
    "PickupCodeError",
    "Step",
    "StepView",
    "TenderDraft",
    "TenderSumError",
]
