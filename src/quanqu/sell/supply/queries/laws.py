"""What the laws of supply ask of the live data: sentences that name breaches."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.sell.inventory.contracts import LevelFilters
from quanqu.sell.inventory.facade import list_levels

MOST_TOLD: Final = 20
_PAGE: Final = 5_000


def received_beyond_tolerance() -> Sequence[str]:
    """Name lines of which more came than may, or other than their receipts say."""
    return _told(
        "SELECT format('Line %s of %s: %s of at most %s came, %s of them damaged; its receipts "
        "say %s and %s.', l.line_no, o.number, l.received, l.most, l.damaged, r.units, r.damaged) "
        "FROM supply_purchaseline l JOIN supply_purchaseorder o ON o.key = l.order_key "
        "LEFT JOIN LATERAL (SELECT coalesce(sum(good + damaged), 0)::bigint AS units, "
        "coalesce(sum(damaged), 0)::bigint AS damaged FROM supply_receiptline "
        "WHERE line_key = l.key) r ON true "
        "WHERE l.received > l.most OR (l.received, l.damaged) <> (r.units, r.damaged)"
    )


def waiting_unlike_the_state() -> Sequence[str]:
    """Name lines that wait for goods although their order is not open, or the other way round."""
    return _told(
        "SELECT format('Line %s of %s (%s): %s units wait; %s of %s came.', l.line_no, o.number, "
        "o.state, l.waiting, l.received, l.ordered) FROM supply_purchaseline l "
        "JOIN supply_purchaseorder o ON o.key = l.order_key WHERE l.waiting <> "
        "CASE WHEN o.state IN ('sent', 'partly_received') "
        "THEN greatest(l.ordered - l.received, 0) ELSE 0 END"
    )


def incoming_unlike_the_orders() -> Sequence[str]:
    """Name items whose incoming stock is not what open purchase orders still wait for."""
    stock: Counter[tuple[int, int]] = Counter()
    cursor: str | None = None
    while True:
        found = list_levels(
            actor=SYSTEM, filters=LevelFilters(is_incoming=True), cursor=cursor, limit=_PAGE
        )
        stock.update({(one.place_key, one.variant_key): one.incoming for one in found.items})
        cursor = found.next_cursor
        if cursor is None:
            break
    with connection.cursor() as asked:
        asked.execute(
            "SELECT o.place_key, l.variant_key, sum(l.waiting)::bigint FROM supply_purchaseline l "
            "JOIN supply_purchaseorder o ON o.key = l.order_key WHERE l.waiting > 0 GROUP BY 1, 2"
        )
        waiting = {(place, variant): units for place, variant, units in asked.fetchall()}
    told = [
        f"Item {variant} at place {place}: {stock[place, variant]} incoming, open orders wait for "
        f"{waiting.get((place, variant), 0)}."
        for place, variant in sorted(stock.keys() | waiting.keys())
        if stock[place, variant] != waiting.get((place, variant), 0)
    ]
    return told[:MOST_TOLD]


def landed_unlike_the_charges() -> Sequence[str]:
    """Name charges whose shares do not come to them, to the minor unit."""
    return _told(
        "SELECT format('A charge of %s on receipt %s: its shares come to %s.', c.amount_minor, "
        "r.reference, coalesce(s.shared, 0)) FROM supply_charge c "
        "JOIN supply_receipt r ON r.key = c.receipt_key LEFT JOIN LATERAL (SELECT "
        "sum(share_minor)::bigint AS shared FROM supply_chargeshare WHERE charge_key = c.key) s "
        "ON true WHERE c.amount_minor <> coalesce(s.shared, 0)"
    )


def credits_unlike_the_returns() -> Sequence[str]:
    """Name returns whose lines or credits do not come to what they say."""
    return _told(
        "SELECT format('Return %s: %s expected, its lines say %s; %s credited, its credits say "
        "%s.', r.reference, r.expected_minor, l.expected, r.credited_minor, c.credited) "
        "FROM supply_supplierreturn r CROSS JOIN LATERAL (SELECT "
        "coalesce(sum(quantity * unit_cost_minor), 0)::bigint AS expected "
        "FROM supply_supplierreturnline WHERE return_key = r.key) l CROSS JOIN LATERAL (SELECT "
        "coalesce(sum(amount_minor), 0)::bigint AS credited FROM supply_suppliercredit "
        "WHERE return_key = r.key) c WHERE (r.expected_minor, r.credited_minor) <> "
        "(l.expected, c.credited)"
    )


def _told(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} ORDER BY 1 LIMIT {MOST_TOLD}")
        return [row[0] for row in cursor.fetchall()]
