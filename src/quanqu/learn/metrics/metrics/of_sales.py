"""Metrics of money: what was sold, taken off, given back and paid."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from quanqu.learn.metrics.contracts import Direction, Unit
from quanqu.learn.metrics.metrics.catalogue import Metric

SALES: Final = (
    Metric(
        "net_sales",
        _("Net sales"),
        _("What was sold, less what was given back in the period, whenever it was sold."),
        _("Gross sales − refunds"),
        Unit.MONEY,
        Direction.UP,
        plus=("gross",),
        minus=("given_back",),
    ),
    Metric(
        "gross_sales",
        _("Gross sales"),
        _("Totals of all orders that are neither drafts nor cancelled, by business date."),
        _("Σ order total"),
        Unit.MONEY,
        Direction.UP,
        plus=("gross",),
    ),
    Metric(
        "refunds_amount",
        _("Refunds"),
        _("Money given back by returns, refunds and cancellations, by the date of the refund."),
        _("Σ refund amount"),
        Unit.MONEY,
        Direction.DOWN,
        plus=("given_back",),
    ),
    Metric(
        "refund_rate",
        _("Refund rate"),
        _("Share of gross sales that was given back in the period."),
        _("Refunds ÷ gross sales"),
        Unit.RATE,
        Direction.DOWN,
        plus=("given_back",),
        per=("gross",),
    ),
    Metric(
        "discounts_amount",
        _("Discounts"),
        _("What was taken off in orders, by any promotion or coupon the channel told of."),
        _("Σ order discount"),
        Unit.MONEY,
        Direction.NONE,
        plus=("discounts",),
    ),
    Metric(
        "discount_rate",
        _("Discount rate"),
        _("Share of what orders would have been worth that was taken off."),
        _("Discounts ÷ (gross sales + discounts)"),
        Unit.RATE,
        Direction.DOWN,
        plus=("discounts",),
        per=("gross", "discounts"),
    ),
    Metric(
        "shipping_amount",
        _("Shipping charged"),
        _("What customers paid for shipping; part of gross sales."),
        _("Σ order shipping"),
        Unit.MONEY,
        Direction.NONE,
        plus=("shipping",),
    ),
    Metric(
        "tax_amount",
        _("Tax"),
        _("Tax within gross sales, as far as channels told of it."),
        _("Σ order tax"),
        Unit.MONEY,
        Direction.NONE,
        plus=("taxes",),
    ),
    Metric(
        "adjustments_amount",
        _("Adjustments"),
        _("Bookings that are neither sale nor refund, such as bad debts. Part of no other metric."),
        _("Σ adjustment amount"),
        Unit.MONEY,
        Direction.NONE,
        plus=("adjusted",),
    ),
    Metric(
        "payments_total",
        _("Payments"),
        _("Money taken by payments, whether or not it was given back later."),
        _("Σ amount of captured payments"),
        Unit.MONEY,
        Direction.UP,
        plus=("paid",),
    ),
    Metric(
        "payments",
        _("Number of payments"),
        _("Payments that took money; an order may be paid in several ways."),
        _("Number of captured payments"),
        Unit.COUNT,
        Direction.NONE,
        plus=("payment_count",),
    ),
)
