"""Words and tones of orders: states, kinds of line, payments, refunds."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quanqu.doors.console.kit.cells import Tone
from quanqu.sell.orders.contracts import LineKind, OrderGap, OrderStatus, PaymentStatus, RefundKind

__all__ = ["LINE_KINDS", "ORDER_GAPS", "ORDER_STATES", "PAYMENT_STATES", "REFUND_KINDS"]

ORDER_STATES: Final[dict[OrderStatus, tuple[Promise, Tone, str]]] = {
    OrderStatus.DRAFT: (_("Draft"), "", ""),
    OrderStatus.PLACED: (_("Placed"), "info", ""),
    OrderStatus.PAID: (_("Paid"), "info", ""),
    OrderStatus.PROCESSING: (_("In progress"), "info", ""),
    OrderStatus.SHIPPED: (_("Shipped"), "info", ""),
    OrderStatus.DELIVERED: (_("Delivered"), "good", ""),
    OrderStatus.COMPLETED: (_("Completed"), "good", "check"),
    OrderStatus.CANCELLED: (_("Cancelled"), "hollow", "x"),
}
ORDER_GAPS: Final[dict[OrderGap, Promise]] = {
    OrderGap.CUSTOMER: _("Customer"),
    OrderGap.COUNTRY: _("Country"),
    OrderGap.REGION: _("Region"),
    OrderGap.CITY: _("City"),
}
LINE_KINDS: Final[dict[LineKind, Promise]] = {
    LineKind.GOODS: _("Goods"),
    LineKind.SHIPPING: _("Shipping"),
    LineKind.FEE: _("Fee"),
    LineKind.DISCOUNT: _("Discount"),
    LineKind.ADJUSTMENT: _("Adjustment"),
    LineKind.GIFT_CARD: _("Gift card"),
}
PAYMENT_STATES: Final[dict[PaymentStatus, tuple[Promise, Tone]]] = {
    PaymentStatus.PENDING: (_("Pending"), "warn"),
    PaymentStatus.AUTHORIZED: (_("Authorised"), "info"),
    PaymentStatus.CAPTURED: (_("Captured"), "good"),
    PaymentStatus.REFUNDED: (_("Refunded"), "hollow"),
    PaymentStatus.FAILED: (_("Failed"), "bad"),
    PaymentStatus.VOIDED: (_("Voided"), "hollow"),
}
REFUND_KINDS: Final[dict[RefundKind, Promise]] = {
    RefundKind.RETURN: _("Return"),
    RefundKind.REFUND: _("Refund"),
    RefundKind.CANCELLATION: _("Cancellation"),
    RefundKind.ADJUSTMENT: _("Adjustment"),
}
