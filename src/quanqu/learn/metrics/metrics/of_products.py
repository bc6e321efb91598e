"""Metrics of goods: they can be divided by product, category and brand."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from quanqu.learn.metrics.contracts import Direction, Unit
from quanqu.learn.metrics.metrics.catalogue import Metric

PRODUCTS: Final = (
    Metric(
        "units_sold",
        _("Units sold"),
        _("Quantity of goods in orders, before returns."),
        _("Σ quantity of goods"),
        Unit.COUNT,
        Direction.UP,
        plus=("units",),
    ),
    Metric(
        "product_sales",
        _("Product sales"),
        _("What the goods themselves sold for after discounts: no shipping, no fees."),
        _("Σ amount of goods lines"),
        Unit.MONEY,
        Direction.UP,
        plus=("item_gross",),
    ),
    Metric(
        "product_refunds",
        _("Product refunds"),
        _("Money given back for goods."),
        _("Σ amount of goods lines of refunds"),
        Unit.MONEY,
        Direction.DOWN,
        plus=("item_given_back",),
    ),
    Metric(
        "units_returned",
        _("Units returned"),
        _("Pieces of goods for which money was given back."),
        _("Σ quantity of goods lines of refunds"),
        Unit.COUNT,
        Direction.DOWN,
        plus=("units_back",),
    ),
    Metric(
        "net_product_sales",
        _("Net product sales"),
        _("What the goods sold for, less what was given back for goods."),
        _("Product sales − product refunds"),
        Unit.MONEY,
        Direction.UP,
        plus=("item_gross",),
        minus=("item_given_back",),
    ),
    Metric(
        "product_refund_rate",
        _("Refund rate of products"),
        _("Share of product sales that was given back in the period."),
        _("Product refunds ÷ product sales"),
        Unit.RATE,
        Direction.DOWN,
        plus=("item_given_back",),
        per=("item_gross",),
    ),
    Metric(
        "products_sold",
        _("Products sold"),
        _("Different products in orders; goods the catalogue does not know are not counted."),
        _("Number of products in ≥ 1 order"),
        Unit.COUNT,
        Direction.UP,
        plus=("sold_products",),
    ),
    Metric(
        "products_sold_once",
        _("Products sold once"),
        _("Products that are in a single order of the period."),
        _("Number of products in exactly 1 order"),
        Unit.COUNT,
        Direction.DOWN,
        plus=("products_sold_once",),
    ),
)
