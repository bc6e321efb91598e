"""What breaks the laws of quotes."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from quanqu.kernel.ids import encode
from quanqu.sell.checkout.facade import live_orders_by_id
from quanqu.sell.quotes.contracts import QuoteState
from quanqu.sell.quotes.models import Quote
from quanqu.sell.quotes.rules.quotes import order_id_of

__all__ = ["quotes_unlike_their_lines", "quotes_unlike_their_orders"]

_AT_ONCE: Final = 2_000
_SUMS: Final = """
SELECT q.id, q.goods_minor, coalesce(sum(l.quantity * l.unit_price_minor), 0)
FROM quotes_quote q LEFT JOIN quotes_line l ON l.quote_key = q.key
GROUP BY q.key HAVING q.goods_minor <> coalesce(sum(l.quantity * l.unit_price_minor), 0) LIMIT 100
"""


def quotes_unlike_their_lines() -> Sequence[str]:
    """Quotes that come to something else than their lines."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        return [f"{encode('quo', quote)}: goods {told}, lines {summed}"
                for quote, told, summed in cursor.fetchall()]  # fmt: skip


def quotes_unlike_their_orders() -> Sequence[str]:
    """Quotes that are ordered and have no order of theirs."""
    broken: list[str] = []
    after = 0
    ordered = Quote.objects.filter(state=QuoteState.ORDERED.value)
    while rows := list(ordered.filter(key__gt=after).order_by("key")[:_AT_ONCE]):
        after = rows[-1].key
        there = live_orders_by_id(order_ids=[order_id_of(row.id) for row in rows])
        broken += [
            f"{encode('quo', row.id)} is ordered and has no order"
            for row in rows
            if row.order_id != order_id_of(row.id) or row.order_id not in there
        ]
    return broken
