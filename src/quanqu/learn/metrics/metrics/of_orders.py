"""Metrics of orders and refunds as documents."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from quanqu.learn.metrics.contracts import Direction, Unit
from quanqu.learn.metrics.metrics.catalogue import Metric

ORDERS: Final = (
    Metric(
        "orders",
        _("Orders"),
        _("Orders that are neither drafts nor cancelled; by product, orders with such an item."),
        _("Number of orders"),
        Unit.COUNT,
        Direction.UP,
        plus=("orders",),
    ),
    Metric(
        "aov",
        _("Average order value"),
        _("What an order is worth on average, before refunds."),
        _("Gross sales ÷ orders"),
        Unit.MONEY,
        Direction.UP,
        plus=("gross",),
        per=("orders",),
    ),
    Metric(
        "items_per_order",
        _("Items per order"),
        _("Units of goods in an order on average."),
        _("Units sold ÷ orders"),
        Unit.ITEMS,
        Direction.UP,
        plus=("units",),
        per=("orders",),
    ),
    Metric(
        "discounted_order_rate",
        _("Orders with a discount"),
        _("Share of orders in which anything was taken off."),
        _("Orders with a discount ÷ orders"),
        Unit.RATE,
        Direction.NONE,
        plus=("discounted_orders",),
        per=("orders",),
    ),
    Metric(
        "guest_order_rate",
        _("Share of guests"),
        _("Share of orders whose buyer is not known by any identifier."),
        _("Orders of guests ÷ orders"),
        Unit.RATE,
        Direction.DOWN,
        plus=("guest_orders",),
        per=("orders",),
    ),
    Metric(
        "orders_of_any_status",
        _("Orders of any status"),
        _("Every order a channel told of, also drafts and cancelled ones."),
        _("Number of orders of any status"),
        Unit.COUNT,
        Direction.NONE,
        plus=("told_orders",),
    ),
    Metric(
        "cancelled_orders",
        _("Cancelled orders"),
        _("Orders that were cancelled, by the date they were placed. Part of no sales figure."),
        _("Number of cancelled orders"),
        Unit.COUNT,
        Direction.DOWN,
        plus=("cancelled_orders",),
    ),
    Metric(
        "cancellation_rate",
        _("Cancellation rate"),
        _("Share of the orders placed that were cancelled; drafts were never placed."),
        _("Cancelled orders ÷ orders of any status but draft"),
        Unit.RATE,
        Direction.DOWN,
        plus=("cancelled_orders",),
        per=("placed_orders",),
    ),
    Metric(
        "refunds",
        _("Number of refunds"),
        _("Returns, refunds and cancellations as documents, by their own date."),
        _("Number of refunds"),
        Unit.COUNT,
        Direction.DOWN,
        plus=("refund_count",),
    ),
    Metric(
        "refund_delay_days",
        _("Days to refund"),
        _("Days from an order to its refund, on average; only refunds linked to their order."),
        _("Mean of days from order to refund"),
        Unit.DAYS,
        Direction.DOWN,
        plus=("mean_delay",),
    ),
)
