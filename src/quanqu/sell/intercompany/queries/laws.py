"""What breaks the laws of the books between companies."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from quanqu.kernel.ids import encode

__all__ = ["books_unlike_each_other", "entries_unlike_the_movements"]

_ENTRIES: Final = """
SELECT m.id, m.amount_minor, count(e.key), coalesce(sum(e.amount_minor), 0)
FROM intercompany_movement m LEFT JOIN intercompany_entry e ON e.movement_key = m.key
GROUP BY m.key
HAVING coalesce(sum(e.amount_minor), 0) <> 0
    OR count(e.key) <> CASE WHEN m.amount_minor IS NULL THEN 0 ELSE 2 END
    OR coalesce(bool_or(e.currency <> m.currency OR e.on <> m.on OR e.amount_minor <>
        CASE WHEN e.company_key = m.from_company_key THEN m.amount_minor
             WHEN e.company_key = m.to_company_key THEN -m.amount_minor END), false)
LIMIT 100
"""
_PAIRS: Final = """
SELECT least(company_key, other_key), greatest(company_key, other_key), currency,
    sum(amount_minor)
FROM intercompany_entry GROUP BY 1, 2, 3 HAVING sum(amount_minor) <> 0 LIMIT 100
"""


def entries_unlike_the_movements() -> Sequence[str]:
    """Movements whose two sides are missing, not opposite, or other than the movement says."""
    return [
        f"{encode('ict', one)}: {amount} moved; {count} entries make {total}"
        for one, amount, count, total in _rows(_ENTRIES)
    ]


def books_unlike_each_other() -> Sequence[str]:
    """Pairs of companies of which one claims what the other does not owe."""
    return [
        f"companies {first} and {second}: their books differ by {total} {currency}"
        for first, second, currency, total in _rows(_PAIRS)
    ]


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
