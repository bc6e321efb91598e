"""The grains that figures are counted at, and the rows of each."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.learn.metrics.contracts import PRODUCT_DIMENSIONS, TIME_DIMENSIONS, Dimension
from quanqu.learn.metrics.metrics.tables import (
    GIVEN_BACK,
    NOT_COUNTED,
    TAKEN,
    Tables,
    counted_orders,
    orders_of_customers,
)


class Grain(StrEnum):
    """What one row is."""

    ORDER = "order"
    ANY_ORDER = "order of any status"
    ITEM = "order line"
    BUYER = "customer"
    ITEM_BUYER = "customer of an item"
    SPENDER = "customer and currency"
    SOLD_PRODUCT = "product sold"
    INTERVAL = "pair of consecutive orders"
    REFUND = "refund"
    LINKED_REFUND = "refund of a known order"
    REFUND_ITEM = "refund line"
    PAYMENT = "payment"


_PLACES: Final = frozenset(
    {Dimension.CHANNEL, Dimension.PLACE, Dimension.COMPANY, Dimension.BRAND, Dimension.CURRENCY}
)
_EVERYWHERE: Final = TIME_DIMENSIONS | _PLACES | {Dimension.WEEKDAY}
_AREAS: Final = frozenset({Dimension.COUNTRY, Dimension.REGION, Dimension.CITY})
_OF_LINES: Final = _EVERYWHERE | _AREAS | {Dimension.STATUS, Dimension.CUSTOMER_TYPE}
_OF_ORDERS: Final = _OF_LINES | {Dimension.HOUR}
_OF_REFUNDS: Final = _EVERYWHERE | _AREAS | {Dimension.CUSTOMER_TYPE}

GRAIN_DIMENSIONS: Final[Mapping[Grain, frozenset[Dimension]]] = {
    Grain.ORDER: _OF_ORDERS,
    Grain.ANY_ORDER: _OF_ORDERS,
    Grain.ITEM: _OF_LINES | PRODUCT_DIMENSIONS,
    Grain.BUYER: _OF_ORDERS,
    Grain.ITEM_BUYER: _OF_LINES | PRODUCT_DIMENSIONS,
    Grain.SPENDER: _OF_ORDERS,
    Grain.SOLD_PRODUCT: _OF_LINES | PRODUCT_DIMENSIONS,
    Grain.INTERVAL: _OF_ORDERS,
    Grain.REFUND: _OF_REFUNDS,
    Grain.LINKED_REFUND: _OF_REFUNDS,
    Grain.REFUND_ITEM: _OF_REFUNDS | PRODUCT_DIMENSIONS,
    Grain.PAYMENT: _EVERYWHERE | _AREAS | {Dimension.PAYMENT_METHOD, Dimension.INSTALLMENTS},
}
"""What rows of each grain can be divided by."""


def base_rows(grain: Grain, tables: Tables) -> ir.Table:
    """Return all rows of a grain, before period and dimensions; `area_*` is where they went."""
    return _BASES[grain](tables)


def _orders(tables: Tables) -> ir.Table:
    return _with_own_area(counted_orders(tables))


def _any_orders(tables: Tables) -> ir.Table:
    return _with_own_area(tables.orders)


def _items(tables: Tables) -> ir.Table:
    lines = tables.lines
    return lines.filter(lines.status.notin(NOT_COUNTED), lines.kind == "goods")


def _intervals(tables: Tables) -> ir.Table:
    orders = orders_of_customers(tables)
    before = orders.business_date.lag().over(
        ibis.window(
            group_by=orders.customer_key,
            order_by=[orders.business_date, orders.placed_at, orders.order_key],
        )
    )
    orders = orders.mutate(gap_days=orders.business_date.delta(before, unit="day"))
    return _with_own_area(orders.filter(orders.gap_days.notnull()).drop("customer_key"))


def _refunds(tables: Tables) -> ir.Table:
    return _with_own_area(tables.refunds)


def _linked_refunds(tables: Tables) -> ir.Table:
    """Return what was given back for orders that are known, with the days since the order."""
    refunds, orders = tables.refunds, tables.orders
    refunds = refunds.filter(refunds.kind.isin(GIVEN_BACK))
    ordered = orders.select(known_order=orders.order_key, ordered_on=orders.business_date)
    rows = refunds.inner_join(ordered, refunds.order_key == ordered.known_order)
    delay = rows.business_date.delta(rows.ordered_on, unit="day")
    return _with_own_area(rows.select(*refunds.columns, delay_days=delay))


def _refund_items(tables: Tables) -> ir.Table:
    lines = tables.refund_lines
    goods = lines.filter(lines.line_kind == "goods")
    refunds = _refunds(tables)
    areas = (column for column in refunds.columns if column.startswith("area_"))
    of_refund = refunds.select("refund_key", "subject_key", *areas)
    return goods.left_join(of_refund, "refund_key").drop("refund_key_right")


def _payments(tables: Tables) -> ir.Table:
    return tables.payments.filter(tables.payments.status.isin(TAKEN))


def _with_own_area(rows: ir.Table) -> ir.Table:
    return rows.mutate(
        area_country=rows.country.nullif(""),
        area_region=rows.region.nullif(""),
        area_city=rows.city.nullif(""),
    )


_BASES: Final[Mapping[Grain, Callable[[Tables], ir.Table]]] = {
    Grain.ORDER: _orders,
    Grain.ANY_ORDER: _any_orders,
    Grain.ITEM: _items,
    Grain.BUYER: _orders,
    Grain.ITEM_BUYER: _items,
    Grain.SPENDER: _orders,
    Grain.SOLD_PRODUCT: _items,
    Grain.INTERVAL: _intervals,
    Grain.REFUND: _refunds,
    Grain.LINKED_REFUND: _linked_refunds,
    Grain.REFUND_ITEM: _refund_items,
    Grain.PAYMENT: _payments,
}
