"""What customers did up to a day, as sums over their events; later events do not exist."""

from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.lake.facade import json_text
from quanqu.learn.predict.contracts import ORDER, REFUND

KEY: Final = "customer_key"
_QUARTER_DAYS: Final = 90
_MONTH_DAYS: Final = 30


def customers_of(
    customers: ir.Table, presence: ir.Table, places: frozenset[int] | None
) -> ir.Table:
    """Return the customers seen at the places (None: all).

    Shapes: customer_key, country, first_seen_at.
    """
    if places is not None:
        seen = presence.filter(presence["place_key"].isin(sorted(places)))
        customers = customers.semi_join(seen, KEY)
    return customers.select(KEY, "country", "first_seen_at")


def events_of(
    events: ir.Table, identity: ir.Table, places: frozenset[int] | None, as_of: date
) -> ir.Table:
    """Return the events up to a day, at the places, with whose they are now."""
    kept = events.filter(events["day"] <= ibis.literal(as_of), events["subject_key"].notnull())
    if places is not None:
        kept = kept.filter(kept["place_key"].isin(sorted(places)))
    columns = ("subject_key", "event", "day", "channel", "category", "currency", "revenue_minor")
    owners = identity.select("subject_key", KEY)
    return kept.select(*columns, "properties").inner_join(owners, "subject_key")


def activity(events: ir.Table, as_of: date) -> ir.Table:
    """Return per customer the counts and days of what it did.

    Shapes: customer_key, orders, order_days, orders_90, first_on, last_on (of orders), refunds,
    active_days and active_days_30 (days with anything but an order or refund).
    """
    is_order = events["event"] == ORDER
    is_refund = events["event"] == REFUND
    is_other = ~(is_order | is_refund)
    in_quarter = events["day"] > ibis.literal(as_of - timedelta(days=_QUARTER_DAYS))
    in_month = events["day"] > ibis.literal(as_of - timedelta(days=_MONTH_DAYS))
    return events.group_by(KEY).aggregate(
        orders=is_order.cast("int64").sum(),
        order_days=events["day"].nunique(where=is_order),
        orders_90=(is_order & in_quarter).cast("int64").sum(),
        first_on=events["day"].min(where=is_order),
        last_on=events["day"].max(where=is_order),
        refunds=is_refund.cast("int64").sum(),
        active_days=events["day"].nunique(where=is_other),
        active_days_30=events["day"].nunique(where=is_other & in_month),
    )


def spending(events: ir.Table) -> ir.Table:
    """Return per customer and currency the orders, their revenue and how many had a discount.

    Shapes: customer_key, currency, orders, gross (minor units), discounted.
    """
    orders = events.filter(events["event"] == ORDER)
    discount = json_text(orders["properties"], "discount").try_cast("float64")
    told = orders.select(
        KEY,
        currency=orders["currency"].fill_null(""),
        gross=orders["revenue_minor"].fill_null(0),
        discounted=(discount > 0).fill_null(False).cast("int64"),
    )
    return told.group_by([KEY, "currency"]).aggregate(
        orders=told.count(), gross=told["gross"].sum(), discounted=told["discounted"].sum()
    )


def by_channel(events: ir.Table) -> ir.Table:
    """Return per customer and channel the number of events: customer_key, level, events."""
    return _counted(events.select(KEY, level=events["channel"].fill_null("")))


def by_category(events: ir.Table) -> ir.Table:
    """Return per customer and category the number of events that name one."""
    rows = events.select(KEY, level=events["category"].fill_null(""))
    return _counted(rows.filter(rows["level"] != ""))


def _counted(rows: ir.Table) -> ir.Table:
    return rows.group_by([KEY, "level"]).aggregate(events=rows.count())
