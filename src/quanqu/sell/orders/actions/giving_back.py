"""Write refunds and keep what each order gave back within what it captured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.db.facade import copy_in
from quanqu.sell.orders.actions.statements import json_object, rows, run
from quanqu.sell.orders.contracts import GIVEN_BACK, RejectCode
from quanqu.sell.orders.rules import Claim, admit

_GIVEN_BACK: Final = sorted(kind.value for kind in GIVEN_BACK)
_CLAIMS: Final = """
SELECT i.pos, o.key, o.currency <> i.currency,
       CASE WHEN i.kind = ANY(%(given_back)s) THEN i.amount_minor ELSE 0 END,
       CASE WHEN r.kind = ANY(%(given_back)s) THEN r.amount_minor ELSE 0 END,
       o.captured_minor, o.refunded_minor
FROM orders_incoming_refund i
JOIN orders_order o ON o.external_id = i.order_external_id AND o.place_key = i.place_key
LEFT JOIN orders_refund r ON r.external_id = i.external_id AND r.place_key = i.place_key
    AND r.order_key = o.key
WHERE i.order_external_id <> '' ORDER BY i.pos
"""
_TAKE_OUT: Final = """
DELETE FROM orders_incoming_refund WHERE pos = ANY(%(refused)s)
"""
_UPSERT: Final = """
WITH written AS (
    INSERT INTO orders_refund AS r (id, place_key, company_key, external_id, order_key,
        order_external_id, subject_key, refunded_at, business_date, currency, kind, amount_minor,
        item_count, reason, country, region, city, source, content_hash, recorded_at, updated_at)
    SELECT i.id, i.place_key, i.company_key, i.external_id, o.key, i.order_external_id,
        coalesce(i.subject_key, o.subject_key), i.refunded_at, i.business_date, i.currency, i.kind,
        i.amount_minor, i.item_count, i.reason, i.country, i.region, i.city, %(source)s, i.hash,
        %(now)s, %(now)s
    FROM orders_incoming_refund i
    LEFT JOIN orders_order o ON i.order_external_id <> ''
        AND o.external_id = i.order_external_id AND o.place_key = i.place_key
    ORDER BY i.external_id, i.place_key
    ON CONFLICT (external_id, place_key) DO UPDATE
    SET company_key = excluded.company_key, order_key = excluded.order_key,
        order_external_id = excluded.order_external_id, subject_key = excluded.subject_key,
        refunded_at = excluded.refunded_at, business_date = excluded.business_date,
        currency = excluded.currency, kind = excluded.kind, amount_minor = excluded.amount_minor,
        item_count = excluded.item_count, reason = excluded.reason,
        country = excluded.country, region = excluded.region, city = excluded.city,
        content_hash = excluded.content_hash, updated_at = excluded.updated_at,
        replaced = jsonb_build_object('order_key', r.order_key, 'company_key', r.company_key,
            'business_date', r.business_date)
    WHERE r.content_hash <> excluded.content_hash
    RETURNING r.key, r.id, r.external_id, r.place_key, r.order_key, r.replaced
)
SELECT i.pos, w.key, w.id, w.id = i.id, w.order_key,
       CASE WHEN w.id <> i.id THEN w.replaced END
FROM written w JOIN orders_incoming_refund i
    ON i.external_id = w.external_id AND i.place_key = w.place_key
ORDER BY i.pos
"""
_LATE: Final = """
SELECT key, order_key FROM (
    SELECT r.key, o.key AS order_key, o.captured_minor - o.refunded_minor AS room,
           sum(CASE WHEN r.kind = ANY(%(given_back)s) THEN r.amount_minor ELSE 0 END)
               OVER (PARTITION BY o.key ORDER BY r.key) AS claimed
    FROM orders_incoming i
    JOIN orders_order o ON o.external_id = i.external_id AND o.place_key = i.place_key
    JOIN orders_refund r ON r.order_external_id = o.external_id AND r.place_key = o.place_key
        AND r.order_key IS NULL AND r.order_external_id <> '' AND r.currency = o.currency
) waiting
WHERE claimed <= room ORDER BY key
"""
_LINK: Final = """
UPDATE orders_refund r
SET order_key = o.key, subject_key = coalesce(r.subject_key, o.subject_key)
FROM unnest(%(refunds)s::bigint[], %(orders)s::bigint[]) AS l (refund_key, order_key)
JOIN orders_order o ON o.key = l.order_key
WHERE r.key = l.refund_key
"""
_RECKON: Final = """
UPDATE orders_order o SET refunded_minor = given.amount
FROM (
    SELECT k.key, coalesce(sum(r.amount_minor) FILTER (WHERE r.kind = ANY(%(given_back)s)), 0)
           AS amount
    FROM unnest(%(orders)s::bigint[]) AS k (key)
    LEFT JOIN orders_refund r ON r.order_key = k.key GROUP BY k.key
) given
WHERE o.key = given.key AND o.refunded_minor <> given.amount
"""
_LINE_COLUMNS: Final = (
    "refund_key", "line_no", "kind", "sku", "variant_key", "name", "quantity", "amount_minor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenRefund:
    """A written refund: its position, key and id, its order; `before` when it was there."""

    pos: int
    key: int
    id: str
    is_new: bool
    order_key: int | None
    before: dict[str, Any] | None


def refuse_claims() -> list[tuple[int, RejectCode]]:
    """Take staged refunds out that their order cannot bear, and return their positions."""
    claims, refused = [], []
    for pos, order_key, differs, *amounts in rows(_CLAIMS, {"given_back": _GIVEN_BACK}):
        if differs:
            refused.append((pos, RejectCode.CURRENCY_DIFFERS))
        else:
            claims.append(Claim(pos, order_key, *amounts))
    refused += [(pos, RejectCode.REFUND_EXCEEDS_CAPTURES) for pos in admit(claims)]
    run(_TAKE_OUT, {"refused": [pos for pos, _ in refused]})
    return sorted(refused)


def write_refunds(*, source: str, now: datetime) -> tuple[WrittenRefund, ...]:
    """Insert the staged refunds that are new, update the changed ones, and reckon their orders."""
    written = tuple(
        WrittenRefund(pos, key, str(id_), is_new, order_key, json_object(before))
        for pos, key, id_, is_new, order_key, before in rows(
            _UPSERT, {"source": source, "now": now}
        )
    )
    touched = {refund.order_key for refund in written}
    touched |= {_former_order(refund) for refund in written}
    _reckon([key for key in touched if key is not None])
    return written


def link_late_refunds() -> list[int]:
    """Link refunds that came before their order, as far as it bears them; return their keys."""
    late = rows(_LATE, {"given_back": _GIVEN_BACK})
    if not late:
        return []
    refunds, orders = [key for key, _ in late], [order for _, order in late]
    run(_LINK, {"refunds": refunds, "orders": orders})
    _reckon(orders)
    return refunds


def write_refund_lines(lines: pa.Table, refunds: Sequence[WrittenRefund], length: int) -> None:
    """Write the lines of the written refunds; those of changed ones take the old one's place."""
    changed = [refund.key for refund in refunds if not refund.is_new]
    if changed:
        run("DELETE FROM orders_refundline WHERE refund_key = ANY(%(keys)s)", {"keys": changed})
    keys = np.zeros(length, dtype=np.int64)
    for refund in refunds:
        keys[refund.pos] = refund.key
    table = lines.append_column("refund_key", pa.array(keys).take(lines["pos"]))
    table = table.filter(pc.greater(table["refund_key"], 0))
    for name in ("sku", "name"):
        table = table.set_column(table.column_names.index(name), name, table[name].fill_null(""))
    copy_in(table="orders_refundline", columns=_LINE_COLUMNS, data=table)


def _former_order(refund: WrittenRefund) -> int | None:
    key = refund.before.get("order_key") if refund.before else None
    return key if isinstance(key, int) else None


def _reckon(orders: Sequence[int]) -> None:
    if orders:
        run(_RECKON, {"orders": sorted(set(orders)), "given_back": _GIVEN_BACK})
