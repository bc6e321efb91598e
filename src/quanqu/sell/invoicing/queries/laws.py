"""What breaks the laws of invoices."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from quanqu.kernel.ids import encode

__all__ = ["gaps_in_series", "reds_beyond_blues", "sums_unlike_the_lines"]

_SUMS: Final = """
SELECT i.id, i.net_minor, i.tax_minor, i.gross_minor, l.net, l.tax, l.gross
FROM invoicing_invoice i JOIN (
    SELECT invoice_key, sum(net_minor) AS net, sum(tax_minor) AS tax, sum(gross_minor) AS gross,
        sum(rounding_minor) AS rounding
    FROM invoicing_line GROUP BY invoice_key
) l ON l.invoice_key = i.key
WHERE (i.net_minor, i.tax_minor, i.gross_minor, i.rounding_minor)
    <> (l.net, l.tax, l.gross, l.rounding) LIMIT 100
"""
_GAPS: Final = """
SELECT s.company_key, s.code, s.last, count(i.key), coalesce(max(i.number), 0)
FROM invoicing_series s
LEFT JOIN invoicing_invoice i ON i.company_key = s.company_key AND i.series = s.code
GROUP BY s.key HAVING count(i.key) <> s.last OR coalesce(max(i.number), 0) <> s.last LIMIT 100
"""
_REDS: Final = """
SELECT b.id, l.order_line_no, l.taken_minor, l.gross_minor,
    coalesce(sum(r.gross_minor), 0), coalesce(sum(r.net_minor), 0), l.net_minor,
    coalesce(sum(r.tax_minor), 0), l.tax_minor
FROM invoicing_invoice b JOIN invoicing_line l ON l.invoice_key = b.key
LEFT JOIN invoicing_invoice i ON i.original_key = b.key
LEFT JOIN invoicing_line r ON r.invoice_key = i.key AND r.order_line_no = l.order_line_no
WHERE b.kind = 'blue'
GROUP BY b.key, l.key
HAVING coalesce(sum(r.gross_minor), 0) <> l.taken_minor
    OR coalesce(sum(r.gross_minor), 0) > l.gross_minor
    OR coalesce(sum(r.tax_minor), 0) > l.tax_minor
    OR (l.taken_minor = l.gross_minor AND coalesce(sum(r.net_minor), 0) <> l.net_minor)
LIMIT 100
"""
_HEADS: Final = """
SELECT b.id, b.reversed_minor, coalesce(sum(r.gross_minor), 0)
FROM invoicing_invoice b LEFT JOIN invoicing_invoice r ON r.original_key = b.key
WHERE b.kind = 'blue' GROUP BY b.key
HAVING coalesce(sum(r.gross_minor), 0) <> b.reversed_minor LIMIT 100
"""


def sums_unlike_the_lines() -> Sequence[str]:
    """Invoices that are not the sum of their lines."""
    return [
        f"{encode('inv', one)}: {net} + {tax} = {gross}; its lines say {nets} + {taxes} = {all_}"
        for one, net, tax, gross, nets, taxes, all_ in _rows(_SUMS)
    ]


def gaps_in_series() -> Sequence[str]:
    """Series whose invoices are not numbered from one to the last without a gap."""
    return [
        f"company {company}, series {code}: counted to {last}; {count} invoices up to {most}"
        for company, code, last, count, most in _rows(_GAPS)
    ]


def reds_beyond_blues() -> Sequence[str]:
    """Lines of which red invoices took back more than was charged, or other than is told."""
    broken = [
        f"{encode('inv', one)} line {line}: {taken} of {gross} told taken back; its red invoices "
        f"say {reds}"
        for one, line, taken, gross, reds, *_ in _rows(_REDS)
    ]
    return broken + [
        f"{encode('inv', one)}: {told} told taken back; its red invoices say {reds}"
        for one, told, reds in _rows(_HEADS)
    ]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
