"""How far the data of a scope reaches, and the zones its days are counted in."""

import ibis
import ibis.expr.types as ir

from quanqu.learn.metrics.metrics.tables import Tables, within


def extent(tables: Tables, places: frozenset[int] | None) -> ir.Table:
    """Return the first and last business date of any order, and what is said of the places.

    Shapes: first_on, last_on, zone, simulated; one row with dates alone, then one for each zone and
    label of the places without dates.
    """
    orders, seen = tables.orders, within(tables.places, places)
    days = orders.aggregate(first_on=orders.business_date.min(), last_on=orders.business_date.max())
    nothing = ibis.null("date")
    labels = seen.select("time_zone", "simulated").distinct()
    return ibis.union(
        days.select(
            first_on=days.first_on,
            last_on=days.last_on,
            zone=ibis.null("string"),
            simulated=ibis.null("boolean"),
        ),
        labels.select(
            first_on=nothing,
            last_on=nothing,
            zone=labels.time_zone.fill_null(""),
            simulated=labels.simulated.fill_null(False),
        ),
    )
