"""Laws 2 and 9 over the live data: money is conserved, and everything is of a place."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.orders.contracts import CAPTURED, GIVEN_BACK

_SHOWN: Final = 20
_TOTALS: Final = """
SELECT o.id, o.total_minor, coalesce(l.amount, 0)
    + CASE WHEN o.is_tax_included THEN 0 ELSE o.tax_minor END
FROM orders_order o
LEFT JOIN (SELECT order_key, sum(amount_minor) AS amount FROM orders_orderline GROUP BY order_key) l
    ON l.order_key = o.key
WHERE o.total_minor <> coalesce(l.amount, 0)
    + CASE WHEN o.is_tax_included THEN 0 ELSE o.tax_minor END
ORDER BY o.key LIMIT %(shown)s
"""
_PARTS: Final = """
SELECT o.id, concat_ws(', ',
    CASE WHEN o.goods_minor <> l.goods
        THEN format('goods %%s, lines %%s', o.goods_minor, l.goods) END,
    CASE WHEN o.shipping_minor <> l.shipping
        THEN format('shipping %%s, lines %%s', o.shipping_minor, l.shipping) END,
    CASE WHEN o.fee_minor <> l.fees
        THEN format('fees %%s, lines %%s', o.fee_minor, l.fees) END,
    CASE WHEN o.item_count <> l.items
        THEN format('items %%s, lines %%s', o.item_count, l.items) END,
    CASE WHEN o.line_count <> l.lines
        THEN format('%%s lines, %%s there', o.line_count, l.lines) END,
    CASE WHEN o.discount_minor < l.discounts
        THEN format('discount %%s, lines %%s', o.discount_minor, l.discounts) END,
    CASE WHEN o.captured_minor <> coalesce(p.captured, o.total_minor)
        THEN format('captured %%s, payments %%s', o.captured_minor, p.captured) END)
FROM orders_order o
JOIN (
    SELECT order_key,
           coalesce(sum(amount_minor) FILTER (WHERE kind IN ('goods', 'gift_card', 'discount')), 0)
               AS goods,
           coalesce(sum(amount_minor) FILTER (WHERE kind = 'shipping'), 0) AS shipping,
           coalesce(sum(amount_minor) FILTER (WHERE kind IN ('fee', 'adjustment')), 0) AS fees,
           coalesce(sum(quantity) FILTER (WHERE kind = 'goods'), 0) AS items,
           sum(discount_minor) AS discounts, count(*) AS lines
    FROM orders_orderline GROUP BY order_key
) l ON l.order_key = o.key
LEFT JOIN (
    SELECT order_key, coalesce(sum(amount_minor) FILTER (WHERE status = ANY(%(captured)s)), 0)
        AS captured
    FROM orders_orderpayment GROUP BY order_key
) p ON p.order_key = o.key
WHERE (o.goods_minor, o.shipping_minor, o.fee_minor, o.item_count, o.line_count, o.captured_minor)
    IS DISTINCT FROM (l.goods, l.shipping, l.fees, l.items, l.lines,
                      coalesce(p.captured, o.total_minor))
    OR o.discount_minor < l.discounts
ORDER BY o.key LIMIT %(shown)s
"""
_PLACES: Final = """
SELECT place_key, company_key, sum(n) FROM (
    SELECT place_key, company_key, count(*) AS n FROM orders_order GROUP BY 1, 2
    UNION ALL SELECT place_key, company_key, count(*) FROM orders_refund GROUP BY 1, 2
) found GROUP BY 1, 2 ORDER BY 1, 2
"""
_REFUND_SUMS: Final = """
SELECT r.id, r.amount_minor, l.amount
FROM orders_refund r
JOIN (SELECT refund_key, sum(amount_minor) AS amount FROM orders_refundline GROUP BY refund_key) l
    ON l.refund_key = r.key
WHERE r.amount_minor <> l.amount ORDER BY r.key LIMIT %(shown)s
"""
_CAPTURES: Final = """
SELECT o.id, coalesce(p.captured, o.total_minor), r.given, o.refunded_minor
FROM orders_order o
JOIN (
    SELECT order_key, sum(amount_minor) FILTER (WHERE kind = ANY(%(given_back)s)) AS given
    FROM orders_refund WHERE order_key IS NOT NULL GROUP BY order_key
) r ON r.order_key = o.key
LEFT JOIN (
    SELECT order_key, coalesce(sum(amount_minor) FILTER (WHERE status = ANY(%(captured)s)), 0)
        AS captured
    FROM orders_orderpayment GROUP BY order_key
) p ON p.order_key = o.key
WHERE r.given > coalesce(p.captured, o.total_minor) OR coalesce(r.given, 0) <> o.refunded_minor
ORDER BY o.key LIMIT %(shown)s
"""


def broken_totals() -> Sequence[str]:
    """Return a sentence for each order whose total is not the sum of its lines."""
    return [
        f"Order {encode('ord', id_)}: total {total}, lines {lines}."
        for id_, total, lines in _rows(_TOTALS)
    ]


def broken_refund_sums() -> Sequence[str]:
    """Return a sentence for each refund whose amount is not the sum of its lines."""
    return [
        f"Refund {encode('ref', id_)}: amount {amount}, lines {lines}."
        for id_, amount, lines in _rows(_REFUND_SUMS)
    ]


def exceeded_captures() -> Sequence[str]:
    """Return a sentence for each order that gave back more than it captured, or miscounts it."""
    return [
        f"Order {encode('ord', id_)}: captured {captured}, refunds {given}, noted {noted}."
        for id_, captured, given, noted in _rows(_CAPTURES)
    ]


def broken_parts() -> Sequence[str]:
    """Return a sentence for each order whose parts and counts are not those of its lines."""
    return [f"Order {encode('ord', id_)}: {what}." for id_, what in _rows(_PARTS)]


def strayed_facts() -> Sequence[str]:
    """Return a sentence for each place whose orders or refunds are not of its company."""
    places = places_by_key()
    found = [
        f"{count} orders and refunds of place {place} say company {company}, "
        f"which is {places[place].company_key if place in places else 'of no place'}."
        for place, company, count in _rows(_PLACES)
        if place not in places or places[place].company_key != company
    ]
    return found[:_SHOWN]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    params: dict[str, Any] = {
        "shown": _SHOWN,
        "given_back": sorted(kind.value for kind in GIVEN_BACK),
        "captured": sorted(status.value for status in CAPTURED),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()
