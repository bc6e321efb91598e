"""Goods of past orders, for what tries a rule on them."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db import connection

from quanqu.sell.orders.contracts import NOT_SOLD, Basket, Baskets, LineKind

__all__ = ["past_baskets"]

_COUNTED: Final = """
SELECT count(*) FROM orders_order o
WHERE o.company_key = %(company)s AND o.business_date BETWEEN %(first)s AND %(last)s
AND o.place_key = ANY(%(places)s) AND o.status <> ALL(%(not_sold)s)
"""
_FOUND: Final = """
WITH picked AS (
    SELECT key, place_key, country, postcode_area FROM orders_order o
    WHERE o.company_key = %(company)s AND o.business_date BETWEEN %(first)s AND %(last)s
    AND o.place_key = ANY(%(places)s) AND o.status <> ALL(%(not_sold)s)
    ORDER BY md5(o.id::text) LIMIT %(most)s
), bought AS (
    SELECT order_key, variant_key, sum(quantity)::bigint AS units, sum(amount_minor)::bigint AS paid
    FROM orders_orderline WHERE order_key = ANY(ARRAY(SELECT key FROM picked))
    AND kind = %(goods)s AND variant_key IS NOT NULL AND quantity > 0
    GROUP BY order_key, variant_key
)
SELECT p.place_key, p.country, p.postcode_area, array_agg(b.variant_key ORDER BY b.variant_key),
       array_agg(b.units ORDER BY b.variant_key), array_agg(b.paid ORDER BY b.variant_key)
FROM picked p JOIN bought b ON b.order_key = p.key
GROUP BY p.key, p.place_key, p.country, p.postcode_area ORDER BY p.key
"""


def past_baskets(
    *, company_key: int, place_keys: Collection[int], first: date, last: date, most: int
) -> Baskets:
    """Return what was bought at places of a company on business days, both included.

    Of more orders than `most`, always the same ones are taken, evenly over the time; an order none
    of whose goods are known is left out.  For a room above that checks who may see.
    """
    asked: dict[str, Any] = {
        "company": company_key, "places": list(place_keys), "first": first, "last": last,
        "most": most, "not_sold": [one.value for one in NOT_SOLD], "goods": LineKind.GOODS.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, asked)
        (count,) = cursor.fetchone()
        cursor.execute(_FOUND, asked)
        rows = cursor.fetchall()
    return Baskets(
        count,
        tuple(
            Basket(place, country, area, tuple(zip(items, units, values, strict=True)))
            for place, country, area, items, units, values in rows
        ),
    )
