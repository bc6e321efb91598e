"""Have the lake read facts again whose variants have a new product."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from quanqu.infra.lake.facade import mark_dirty
from quanqu.sell.orders.actions.statements import rows
from quanqu.sell.orders.rules import part_of

_ORDER_DAYS: Final = """
SELECT DISTINCT o.company_key, date_trunc('month', o.business_date)::date
FROM orders_orderline l JOIN orders_order o ON o.key = l.order_key
WHERE l.variant_key = ANY(%(variants)s) AND o.company_key = %(company)s
"""
_REFUND_DAYS: Final = """
SELECT DISTINCT r.company_key, date_trunc('month', r.business_date)::date
FROM orders_refundline l JOIN orders_refund r ON r.key = l.refund_key
WHERE l.variant_key = ANY(%(variants)s) AND r.company_key = %(company)s
"""


@transaction.atomic
def republish_variants(*, company_key: int, variant_keys: Sequence[int]) -> None:
    """Mark the partitions whose lines name any of a company's variants."""
    params = {"company": company_key, "variants": list(variant_keys)}
    for publication, days in (("fact_order_line", _ORDER_DAYS), ("fact_refund_line", _REFUND_DAYS)):
        parts = {part_of(company, day) for company, day in rows(days, params)}
        mark_dirty(publication=publication, partitions=parts)
