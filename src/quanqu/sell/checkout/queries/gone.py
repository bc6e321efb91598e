"""Lines of live orders whose goods have left, and from where: for the books between companies."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

from quanqu.sell.checkout.contracts import GoneLine, PartState

__all__ = ["gone_lines"]

_GONE: Final = """
SELECT o.id, o.company_key, o.currency, l.line_no, l.variant_key, l.sku, l.quantity,
    l.amount_minor, p.place_key, p.changed_at
FROM checkout_order o
JOIN checkout_part p ON p.order_key = o.key AND p.state = %s
JOIN checkout_line l ON l.order_key = o.key AND l.part_no = p.no
WHERE o.id = ANY(%s) ORDER BY o.id, l.line_no
"""


def gone_lines(*, order_ids: Collection[UUID]) -> tuple[GoneLine, ...]:
    """Return the lines of orders whose part has left its place; no rights are checked here."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [PartState.GONE.value, list(order_ids)])
        return tuple(GoneLine(*row) for row in cursor.fetchall())
