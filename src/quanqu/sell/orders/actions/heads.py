"""Write the rows of orders: one ordered upsert that tells new from changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from quanqu.sell.orders.actions.statements import json_object, rows

_UPSERT: Final = """
WITH written AS (
    INSERT INTO orders_order AS o (id, place_key, company_key, external_id, number, placed_at,
        business_date, currency, status, channel_status, subject_key, goods_minor, discount_minor,
        shipping_minor, fee_minor, tax_minor, is_tax_included, total_minor, captured_minor,
        refunded_minor, item_count, line_count, note, country, region, city, postcode_area, source,
        content_hash, recorded_at, updated_at)
    SELECT id, place_key, company_key, external_id, number, placed_at, business_date, currency,
        status, channel_status, subject_key, goods_minor, discount_minor, shipping_minor, fee_minor,
        tax_minor, is_tax_included, total_minor, captured_minor, 0, item_count, line_count, note,
        country, region, city, postcode_area, %(source)s, hash, %(now)s, %(now)s
    FROM orders_incoming ORDER BY external_id, place_key
    ON CONFLICT (external_id, place_key) DO UPDATE
    SET company_key = excluded.company_key, number = excluded.number,
        placed_at = excluded.placed_at, business_date = excluded.business_date,
        currency = excluded.currency, status = excluded.status,
        channel_status = excluded.channel_status, subject_key = excluded.subject_key,
        goods_minor = excluded.goods_minor, discount_minor = excluded.discount_minor,
        shipping_minor = excluded.shipping_minor, fee_minor = excluded.fee_minor,
        tax_minor = excluded.tax_minor, is_tax_included = excluded.is_tax_included,
        total_minor = excluded.total_minor, captured_minor = excluded.captured_minor,
        item_count = excluded.item_count, line_count = excluded.line_count, note = excluded.note,
        country = excluded.country, region = excluded.region, city = excluded.city,
        postcode_area = excluded.postcode_area,
        content_hash = excluded.content_hash, updated_at = excluded.updated_at,
        replaced = jsonb_build_object('status', o.status, 'channel_status', o.channel_status,
            'number', o.number, 'placed_at', o.placed_at, 'business_date', o.business_date,
            'currency', o.currency, 'subject_key', o.subject_key, 'total_minor', o.total_minor,
            'goods_minor', o.goods_minor, 'shipping_minor', o.shipping_minor,
            'fee_minor', o.fee_minor, 'tax_minor', o.tax_minor,
            'discount_minor', o.discount_minor, 'captured_minor', o.captured_minor,
            'item_count', o.item_count, 'line_count', o.line_count, 'company_key', o.company_key)
    WHERE o.content_hash <> excluded.content_hash
      AND o.refunded_minor <= excluded.captured_minor
      AND (o.currency = excluded.currency OR o.refunded_minor = 0)
    RETURNING o.key, o.id, o.external_id, o.place_key, o.replaced
)
SELECT i.pos, w.key, w.id, w.replaced IS NULL, w.replaced
FROM written w JOIN orders_incoming i
    ON i.external_id = w.external_id AND i.place_key = w.place_key
ORDER BY i.pos
"""
_LEFT_OUT: Final = """
SELECT i.pos, o.content_hash = i.hash, o.refunded_minor, i.captured_minor
FROM orders_incoming i
JOIN orders_order o ON o.external_id = i.external_id AND o.place_key = i.place_key
WHERE i.pos = ANY(%(left_out)s) ORDER BY i.pos
"""
_AFTER: Final = """
SELECT o.key, jsonb_build_object('status', o.status, 'channel_status', o.channel_status,
    'number', o.number, 'placed_at', o.placed_at, 'business_date', o.business_date,
    'currency', o.currency, 'subject_key', o.subject_key, 'total_minor', o.total_minor,
    'goods_minor', o.goods_minor, 'shipping_minor', o.shipping_minor, 'fee_minor', o.fee_minor,
    'tax_minor', o.tax_minor, 'discount_minor', o.discount_minor,
    'captured_minor', o.captured_minor, 'item_count', o.item_count, 'line_count', o.line_count,
    'company_key', o.company_key)
FROM orders_order o WHERE o.key = ANY(%(keys)s)
"""


@dataclass(frozen=True, slots=True)
class WrittenOrder:
    """A written order: its position in the batch, its key and id; `before` when it was there."""

    pos: int
    key: int
    id: str
    is_new: bool
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class WrittenHeads:
    """The written orders, the positions found unchanged after all, and those refused."""

    orders: tuple[WrittenOrder, ...]
    unchanged: frozenset[int]
    refused: tuple[tuple[int, str], ...]


def write_heads(*, expected: frozenset[int], source: str, now: datetime) -> WrittenHeads:
    """Insert the staged orders that are new and update the changed ones, in one order of locks.

    An update that would leave captures below refunds already given is refused.
    """
    found = rows(_UPSERT, {"source": source, "now": now})
    written = tuple(
        WrittenOrder(pos, key, str(id_), is_new, json_object(before))
        for pos, key, id_, is_new, before in found
    )
    left_out = sorted(expected - {order.pos for order in written})
    unchanged, refused = set(), []
    for pos, is_same, refunded, captured in rows(_LEFT_OUT, {"left_out": left_out}):
        if is_same:
            unchanged.add(pos)
        else:
            refused.append((pos, f"captured {captured}, refunded {refunded}"))
    return WrittenHeads(written, frozenset(unchanged), tuple(refused))


def after_of(keys: list[int]) -> dict[int, dict[str, Any]]:
    """Return the compared fields of orders as they are now, by key."""
    return {key: json.loads(text) for key, text in rows(_AFTER, {"keys": keys})}
