"""Customers over their whole history: cohorts by month of first order, and RFM fifths."""

import ibis
import ibis.expr.types as ir

from quanqu.kernel.time import Period
from quanqu.learn.metrics.metrics.tables import Tables, orders_of_customers

_FIFTHS = 5


def visits(tables: Tables) -> ir.Table:
    """Return one row a customer and business date with an order.

    Shapes: customer_key, business_date, order_count, first_on and ever_orders of the customer.
    """
    orders = orders_of_customers(tables)
    days = orders.group_by(["customer_key", "business_date"]).aggregate(order_count=orders.count())
    ever = days.group_by("customer_key").aggregate(
        first_on=days.business_date.min(), ever_orders=days.order_count.sum()
    )
    return days.inner_join(ever, "customer_key")


def cohort_activity(days: ir.Table) -> ir.Table:
    """Count the customers of `visits` by month of first order and months since.

    Shapes: cohort_on (first day of the month), month_no (0 = the month itself), customers,
    repeaters (those of them with two or more orders ever).
    """
    active = days.select(
        "customer_key",
        "ever_orders",
        cohort_on=days.first_on.truncate("M"),
        month_on=days.business_date.truncate("M"),
    ).distinct()
    years = active.month_on.year() - active.cohort_on.year()
    number = years * 12 + active.month_on.month() - active.cohort_on.month()
    active = active.mutate(month_no=number.cast("int32"))
    return active.group_by(["cohort_on", "month_no"]).aggregate(
        customers=active.count(), repeaters=active.count(where=active.ever_orders >= 2)
    )


def best_customers(tables: Tables, customers: ir.Table, period: Period, limit: int) -> ir.Table:
    """Return who spent most in a period, so many a currency.

    Of equal ones the smaller key goes first.
    Shapes: place (from 0 within the currency), customer_id, currency, gross, order_count, last_on,
    of_all (gross of all known customers in the currency).
    """
    orders = orders_of_customers(tables)
    orders = orders.filter(orders.business_date.between(period.first, period.last))
    spent = orders.group_by(["customer_key", "currency"]).aggregate(
        gross=orders.total_minor.sum(),
        order_count=orders.count(),
        last_on=orders.business_date.max(),
    )
    best_first = ibis.window(
        group_by=spent.currency, order_by=[spent.gross.desc(), spent.customer_key]
    )
    ranked = spent.mutate(
        place=ibis.row_number().over(best_first),
        of_all=spent.gross.sum().over(ibis.window(group_by=spent.currency)),
    )
    best = ranked.filter(ranked.place < limit)
    named = customers.select("customer_key", "customer_id")
    return best.left_join(named, "customer_key").drop("customer_key_right")


def rfm_groups(tables: Tables, period: Period) -> ir.Table:
    """Group customers by fifths of recency, frequency and money within a period.

    A fifth is ⌊rank · 5 / n⌋ + 1 with equal values sharing the lowest rank; money is ranked among
    customers with the same main currency: that of most of their orders, on a tie the first by name.
    Shapes: recency, frequency, money (1 to 5), currency, customers, orders, days (Σ since the last
    order), gross.  Source: docs/rules/metrics.md#rfm.
    """
    orders = orders_of_customers(tables)
    orders = orders.filter(orders.business_date.between(period.first, period.last))
    spent = orders.group_by(["customer_key", "currency"]).aggregate(
        order_count=orders.count(),
        gross=orders.total_minor.sum(),
        last_on=orders.business_date.max(),
    )
    of_customer = ibis.window(group_by=spent.customer_key)
    by_orders = ibis.window(
        group_by=spent.customer_key, order_by=[spent.order_count.desc(), spent.currency]
    )
    ranked = spent.mutate(
        choice=ibis.row_number().over(by_orders),
        all_orders=spent.order_count.sum().over(of_customer),
        latest_on=spent.last_on.max().over(of_customer),
    )
    customers = ranked.filter(ranked.choice == 0)
    customers = customers.mutate(
        recency=_fifth(customers, "latest_on"),
        frequency=_fifth(customers, "all_orders"),
        money=_fifth(customers, "gross", customers.currency),
        days=ibis.date(period.last).delta(customers.latest_on, unit="day"),
    )
    return customers.group_by(["recency", "frequency", "money", "currency"]).aggregate(
        customers=customers.count(),
        orders=customers.all_orders.sum(),
        days=customers.days.sum(),
        gross=customers.gross.sum(),
    )


def _fifth(customers: ir.Table, column: str, among: ir.Column | None = None) -> ir.IntegerColumn:
    ranking = ibis.window(group_by=among, order_by=customers[column])
    rank = ibis.rank().over(ranking)
    count = customers.count().over(ibis.window(group_by=among))
    return ((rank * _FIFTHS) // count + 1).cast("int8")
