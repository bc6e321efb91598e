"""What the demo group holds, asked as anyone would ask it."""

from datetime import datetime
from typing import Any

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.kernel.money import Money
from quanqu.kernel.time import Period
from quanqu.know.customers import facade as customers
from quanqu.know.customers.contracts import CustomerFilters
from quanqu.know.timeline import facade as timeline
from quanqu.know.timeline.contracts import EventFilters
from quanqu.learn.metrics import facade as metrics
from quanqu.learn.metrics.contracts import Dimension, MetricQuery
from quanqu.sell.catalog import facade as catalog
from quanqu.sell.catalog.contracts import ProductFilters


def summarise(*, now: datetime) -> dict[str, Any]:
    """Return customers, products, orders, events and net sales per channel with their currency."""
    span = metrics.data_span(actor=SYSTEM)
    orders, sales = 0, {}
    if span is not None:
        answer = metrics.query(
            actor=SYSTEM,
            query=MetricQuery(
                metrics=("orders", "net_sales"),
                period=Period(span.first, span.last),
                dimensions=(Dimension.CHANNEL,),
            ),
            now=now,
        )
        for row in answer.rows:
            orders += int(row.cells[0][0].value or 0)
            sales[str(row.keys[0])] = [
                {
                    "amount": Money(int(cell.value or 0), cell.currency).amount,
                    "currency": cell.currency,
                }
                for cell in row.cells[1]
                if cell.currency
            ]
    return {
        "customers": customers.count_customers(actor=SYSTEM, filters=CustomerFilters()),
        "products": catalog.count_products(actor=SYSTEM, filters=ProductFilters()),
        "orders": orders,
        "events": timeline.count_events(actor=SYSTEM, filters=EventFilters()),
        "revenue": sales,
    }
