"""What a planner of purchases asks: who sells items at which terms, and what drafts order."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.kernel.ids import decode, encode
from quanqu.sell.supply.contracts import BuyingTerms, ExpectedReceipt
from quanqu.sell.supply.models import Supplier

__all__ = ["buying_terms", "expected_receipts", "planned_units", "supplier_companies"]

_LEAD_DAYS_SINCE: Final = 365
_TERMS: Final = """
WITH latest AS (
    SELECT DISTINCT ON (c.supplier_key, c.variant_key) c.*
    FROM supply_itemcost c JOIN supply_supplier s ON s.key = c.supplier_key
    WHERE s.is_active AND s.company_key = ANY(%(companies)s)
      AND c.variant_key = ANY(%(items)s) AND c.valid_from <= %(today)s
    ORDER BY c.supplier_key, c.variant_key, c.valid_from DESC, c.key DESC
), delivered AS (
    SELECT o.supplier_key, l.key,
           extract(epoch FROM max(r.received_at) - min(o.sent_at)) / 86400.0 AS days
    FROM supply_purchaseorder o
    JOIN supply_purchaseline l ON l.order_key = o.key
    JOIN supply_receiptline x ON x.line_key = l.key
    JOIN supply_receipt r ON r.key = x.receipt_key
    WHERE o.sent_at >= %(since)s AND o.company_key = ANY(%(companies)s)
    GROUP BY 1, 2
), spread AS (
    SELECT supplier_key, count(*) AS lines, avg(days)::float8 AS mean,
           coalesce(stddev_samp(days), 0)::float8 AS deviation
    FROM delivered GROUP BY 1
)
SELECT s.company_key, c.variant_key, s.id, s.name, s.currency, c.cost_minor, c.pack_size,
       c.minimum_quantity, s.lead_time_days, coalesce(p.lines, 0), p.mean, p.deviation
FROM latest c JOIN supply_supplier s ON s.key = c.supplier_key
LEFT JOIN spread p ON p.supplier_key = s.key
WHERE c.valid_to IS NULL OR c.valid_to >= %(today)s
ORDER BY s.company_key, c.variant_key, s.key
"""
_PLANNED: Final = """
SELECT o.place_key, l.variant_key, sum(l.ordered)::bigint
FROM supply_purchaseline l JOIN supply_purchaseorder o ON o.key = l.order_key
WHERE o.state IN ('draft', 'submitted', 'approved') AND o.place_key = ANY(%s)
GROUP BY 1, 2
"""

_EXPECTED: Final = """
SELECT o.place_key, l.variant_key, coalesce(l.expected_on, o.expected_on), l.waiting, o.id
FROM supply_purchaseline l JOIN supply_purchaseorder o ON o.key = l.order_key
WHERE l.waiting > 0 AND o.place_key = ANY(%s) AND (%s OR l.variant_key = ANY(%s))
ORDER BY 3 NULLS LAST, o.key, l.line_no
"""


def expected_receipts(
    *, place_keys: Collection[int], variant_keys: Collection[int] | None = None
) -> tuple[ExpectedReceipt, ...]:
    """Return what open purchase orders will bring to places and when, the earliest first, for a
    room above that checks who may see; of all items, or of some."""
    some = [] if variant_keys is None else list(variant_keys)
    with connection.cursor() as cursor:
        told: list[Any] = [number_array(place_keys), variant_keys is None, number_array(some)]
        cursor.execute(_EXPECTED, told)
        return tuple(
            ExpectedReceipt(place, item, due, units, encode("pur", order))
            for place, item, due, units, order in cursor.fetchall()
        )


def buying_terms(
    *, company_keys: Collection[int], variant_keys: Collection[int], today: date
) -> tuple[BuyingTerms, ...]:
    """Return at which terms active suppliers of companies sell items today, for a room above that
    checks who may see.

    One statement; lead times are of the lines delivered within the last 365 days.
    """
    told: dict[str, Any] = {
        "companies": list(company_keys),
        "items": list(variant_keys),
        "today": today,
        "since": today - timedelta(days=_LEAD_DAYS_SINCE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, told)
        return tuple(
            BuyingTerms(company, item, encode("sup", supplier), *rest)
            for company, item, supplier, *rest in cursor.fetchall()
        )


def planned_units(*, place_keys: Collection[int]) -> dict[tuple[int, int], int]:
    """Return what purchase orders that were not sent yet will bring, by (place, item), for a room
    above that checks who may see."""
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED, [number_array(list(place_keys))])
        return {(place, item): units for place, item, units in cursor.fetchall()}


def supplier_companies(*, supplier_ids: Collection[str]) -> dict[str, int]:
    """Return whose suppliers these are, by id, for a room above that checks who may see; unknown
    ones are left out.  Raises: MalformedIdError."""
    wanted = {decode("sup", one): one for one in supplier_ids}
    found = Supplier.objects.filter(id__in=wanted).values_list("id", "company_key")
    return {wanted[key]: company for key, company in found}
