"""Number invoices without gaps, and lock the order they are of."""

from uuid import UUID

from django.db import connection

from quanqu.sell.invoicing.models import Sale

__all__ = ["lock_sale", "next_number"]

_NEXT = """
INSERT INTO invoicing_series AS s (company_key, code, last) VALUES (%s, %s, 1)
ON CONFLICT (company_key, code) DO UPDATE SET last = s.last + 1 RETURNING last
"""


def lock_sale(order_id: UUID) -> None:
    """Make what is invoiced of an order wait for the end of this transaction."""
    Sale.objects.bulk_create([Sale(order_id=order_id)], ignore_conflicts=True)
    Sale.objects.select_for_update().get(order_id=order_id)


def next_number(company_key: int, series: str) -> int:
    """Count a series on and return the number.

    The row stays locked until the transaction ends: one that is rolled back leaves no gap, and the
    next waits for it.  Take it last, and once only.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [company_key, series])
        (number,) = cursor.fetchone() or (0,)
    return int(number)
