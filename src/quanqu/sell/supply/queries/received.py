"""What items cost as they were received, landed costs in, for a room above that values stock."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.sell.supply.contracts import ReceivedCost

__all__ = ["received_costs"]

_RECEIVED: Final = """
SELECT r.company_key, p.variant_key, o.currency, sum(l.good + l.damaged)::bigint,
       sum((l.good + l.damaged) * l.unit_cost_minor + coalesce(s.landed, 0))::bigint
FROM supply_receipt r
JOIN supply_purchaseorder o ON o.key = r.order_key
JOIN supply_receiptline l ON l.receipt_key = r.key
JOIN supply_purchaseline p ON p.key = l.line_key
LEFT JOIN LATERAL (
    SELECT sum(share_minor) AS landed FROM supply_chargeshare WHERE line_key = l.key
) s ON true
WHERE r.company_key = ANY(%s)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def received_costs(*, company_keys: Collection[int]) -> tuple[ReceivedCost, ...]:
    """Return units and cost of all receipts by company, item and currency; no rights are checked.

    Shapes: one entry of each that was received.  The cost is that of the goods, damaged ones too,
    and of their shares of the costs beside them.  One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVED, [number_array(sorted(company_keys))])
        return tuple(ReceivedCost(*row) for row in cursor.fetchall())
