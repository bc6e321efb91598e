"""How fast and how fully suppliers deliver, worked out by the database over whole sets.

Source: docs/rules/supply.md#lead-times.
"""

from datetime import date
from typing import Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.supply.contracts import LeadTime
from quanqu.sell.supply.queries.scoping import orders_in_scope, supplier_row, suppliers_in_scope

__all__ = ["list_lead_times", "supplier_lead_times"]

_LINES: Final = """
WITH line AS (
    SELECT o.supplier_key, l.variant_key, l.ordered, o.state,
           least(l.received - l.damaged, l.ordered) AS filled,
           l.received >= l.ordered AS is_whole,
           extract(epoch FROM max(r.received_at) - o.sent_at) / 86400.0 AS days,
           max(r.received_at)::date AS last_on,
           coalesce(l.expected_on, o.expected_on) AS due_on
    FROM supply_purchaseline l
    JOIN supply_purchaseorder o ON o.key = l.order_key
    LEFT JOIN supply_receiptline x ON x.line_key = l.key
    LEFT JOIN supply_receipt r ON r.key = x.receipt_key
    WHERE o.key = ANY(%(orders)s) AND l.ordered > 0
    GROUP BY l.key, o.key
), told AS (
    SELECT supplier_key, {item} AS variant_key,
           count(days) AS lines,
           avg(days)::float8 AS mean_days,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::float8 AS median_days,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY days)::float8 AS p90_days,
           avg(CASE WHEN last_on <= due_on AND is_whole THEN 1.0 ELSE 0.0 END)
               FILTER (WHERE due_on IS NOT NULL AND days IS NOT NULL
                       AND (is_whole OR state IN ('received', 'closed')))::float8 AS on_time,
           (sum(filled) FILTER (WHERE state IN ('received', 'closed'))
               / nullif(sum(ordered) FILTER (WHERE state IN ('received', 'closed')), 0))::float8
               AS fill
    FROM line GROUP BY 1, 2
)
SELECT s.id, s.name, t.variant_key, t.lines, t.mean_days, t.median_days, t.p90_days, t.on_time,
       t.fill
FROM told t JOIN supply_supplier s ON s.key = t.supplier_key
WHERE t.lines > 0 ORDER BY s.name, s.key, t.lines DESC, t.variant_key
"""
_MOST_ORDERS: Final = 20_000


def list_lead_times(
    *, actor: Actor, company_keys: frozenset[int] | None = None, since: date | None = None
) -> tuple[LeadTime, ...]:
    """Return the lead times of the suppliers in scope, over orders to places in scope.

    Of the 20,000 newest orders sent from that day on.  Raises: NotAllowedError.
    """
    suppliers = suppliers_in_scope(actor)
    if company_keys is not None:
        suppliers = suppliers.filter(company_key__in=company_keys)
    keys = list(suppliers.values_list("key", flat=True))
    return _lead_times(actor, keys, "NULL::bigint", since)


def supplier_lead_times(
    *, actor: Actor, supplier_id: str, since: date | None = None
) -> tuple[LeadTime, ...]:
    """Return the lead times of a supplier as a whole, then of each of its items.

    Raises: SupplierNotFoundError.
    """
    keys = [supplier_row(actor, supplier_id).key]
    whole = _lead_times(actor, keys, "NULL::bigint", since)
    return whole + _lead_times(actor, keys, "variant_key", since)


def _lead_times(
    actor: Actor, suppliers: list[int], item: str, since: date | None
) -> tuple[LeadTime, ...]:
    orders = orders_in_scope(actor).filter(supplier_id__in=suppliers, sent_at__isnull=False)
    if since is not None:
        orders = orders.filter(sent_at__date__gte=since)
    keys = list(orders.order_by("-key").values_list("key", flat=True)[:_MOST_ORDERS])
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(item=item), {"orders": keys})
        return tuple(
            LeadTime(
                encode("sup", supplier), name, variant, lines, mean, median, p90, on_time, fill
            )
            for supplier, name, variant, lines, mean, median, p90, on_time, fill in (
                cursor.fetchall()
            )
        )
