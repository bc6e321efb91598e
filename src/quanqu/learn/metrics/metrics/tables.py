"""The lake tables that metrics read, cut to the places somebody may see."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

import ibis
import ibis.expr.types as ir

NOT_COUNTED: Final = ("cancelled", "draft")
GIVEN_BACK: Final = ("return", "refund", "cancellation")
TAKEN: Final = ("captured", "refunded")

TABLE_NAMES: Final = {
    "orders": "fact_order",
    "lines": "fact_order_line",
    "refunds": "fact_refund",
    "refund_lines": "fact_refund_line",
    "payments": "fact_payment",
    "places": "dim_place",
    "products": "dim_product",
    "identity": "dim_identity",
}
_FACTS: Final = ("orders", "lines", "refunds", "refund_lines", "payments")


@dataclass(frozen=True, slots=True)
class Tables:
    """Facts and dimensions as expressions."""

    orders: ir.Table
    lines: ir.Table
    refunds: ir.Table
    refund_lines: ir.Table
    payments: ir.Table
    places: ir.Table
    products: ir.Table
    identity: ir.Table


def open_tables(table: Callable[[str], ir.Table], places: frozenset[int] | None) -> Tables:
    """Return the tables with every fact cut to the places; None shows all, an empty set nothing."""
    found = {field.name: table(TABLE_NAMES[field.name]) for field in fields(Tables)}
    for name in _FACTS:
        found[name] = within(found[name], places)
    return Tables(**found)


def within(fact: ir.Table, places: frozenset[int] | None) -> ir.Table:
    """Keep the rows of some places; None keeps all, an empty set nothing."""
    if places is None:
        return fact
    visible = fact.place_key.isin(sorted(places)) if places else ibis.literal(False)
    return fact.filter(visible)


def counted_orders(tables: Tables) -> ir.Table:
    """Return the orders that are sales: neither drafts nor cancelled."""
    return tables.orders.filter(tables.orders.status.notin(NOT_COUNTED))


def first_orders(tables: Tables) -> ir.Table:
    """Return for each customer (`customer_key`) the day of the first counted order (`first_on`)."""
    orders = counted_orders(tables)
    orders = orders.filter(orders.subject_key.notnull())
    by_subject = orders.group_by("subject_key").aggregate(first_on=orders.business_date.min())
    known = by_subject.inner_join(_customers(tables), "subject_key")
    return known.group_by("customer_key").aggregate(first_on=known.first_on.min())


def of_customers(rows: ir.Table, tables: Tables) -> ir.Table:
    """Keep the rows whose buyer is known, and add `customer_key`."""
    return rows.inner_join(_customers(tables), "subject_key")


def orders_of_customers(tables: Tables) -> ir.Table:
    """Return the counted orders whose buyer is known, with `customer_key`."""
    return of_customers(counted_orders(tables), tables)


def with_customer(rows: ir.Table, tables: Tables) -> ir.Table:
    """Add `customer_key`, null for guests, and the customer's `first_on`."""
    known = _customers(tables).inner_join(first_orders(tables), "customer_key")
    known = known.select(
        known_subject="subject_key", customer_key="customer_key", first_on="first_on"
    )
    return rows.left_join(known, rows.subject_key == known.known_subject).drop("known_subject")


def _customers(tables: Tables) -> ir.Table:
    return tables.identity.select("subject_key", "customer_key")
