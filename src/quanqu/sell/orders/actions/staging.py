"""Stage the orders and refunds of a batch, drop what is known, lock what will change.

Order of locks: the catalogues of the companies, then order rows by (external_id, place_key), all
that exist before any that is new; then refund rows by the same.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.kernel.ids import new_id_texts
from quanqu.sell.orders.actions.statements import rows, run
from quanqu.sell.orders.rules.frames import replace

_TEXTS: Final = (
    "number", "channel_status", "note", "country", "region", "city", "postcode_area", "reason",
    "order_external_id",
)  # fmt: skip
ORDER_COLUMNS: Final = {
    "pos": "int",
    "id": "uuid",
    "place_key": "int",
    "company_key": "int",
    "external_id": "text",
    "number": "text",
    "placed_at": "timestamptz",
    "business_date": "date",
    "currency": "text",
    "status": "text",
    "channel_status": "text",
    "subject_key": "bigint",
    "goods_minor": "bigint",
    "discount_minor": "bigint",
    "shipping_minor": "bigint",
    "fee_minor": "bigint",
    "tax_minor": "bigint",
    "is_tax_included": "boolean",
    "total_minor": "bigint",
    "captured_minor": "bigint",
    "item_count": "bigint",
    "line_count": "int",
    "note": "text",
    "country": "text",
    "region": "text",
    "city": "text",
    "postcode_area": "text",
    "hash": "uuid",
}
REFUND_COLUMNS: Final = {
    "pos": "int",
    "id": "uuid",
    "place_key": "int",
    "company_key": "int",
    "external_id": "text",
    "order_external_id": "text",
    "subject_key": "bigint",
    "refunded_at": "timestamptz",
    "business_date": "date",
    "currency": "text",
    "kind": "text",
    "amount_minor": "bigint",
    "item_count": "bigint",
    "reason": "text",
    "country": "text",
    "region": "text",
    "city": "text",
    "hash": "uuid",
}
_DROP_KNOWN_ORDERS: Final = """
DELETE FROM orders_incoming i USING orders_order o
WHERE o.external_id = i.external_id AND o.place_key = i.place_key AND o.content_hash = i.hash
RETURNING i.pos
"""
_DROP_KNOWN_REFUNDS: Final = """
DELETE FROM orders_incoming_refund i USING orders_refund r
WHERE r.external_id = i.external_id AND r.place_key = i.place_key AND r.content_hash = i.hash
RETURNING i.pos
"""
_LOCK: Final = """
SELECT count(*) FROM (
    SELECT o.key
    FROM (
        SELECT external_id, place_key FROM orders_incoming
        UNION
        SELECT order_external_id, place_key FROM orders_incoming_refund
        UNION
        SELECT o.external_id, o.place_key
        FROM orders_incoming_refund i
        JOIN orders_refund r ON r.external_id = i.external_id AND r.place_key = i.place_key
        JOIN orders_order o ON o.key = r.order_key
    ) touched
    JOIN orders_order o USING (external_id, place_key)
    ORDER BY o.external_id, o.place_key
    FOR UPDATE OF o
) locked
"""


def stage_orders(heads: pa.Table) -> frozenset[int]:
    """Stage orders and return the positions of those recorded already with the same content."""
    return _stage("orders_incoming", ORDER_COLUMNS, heads, _DROP_KNOWN_ORDERS)


def stage_refunds(heads: pa.Table) -> frozenset[int]:
    """Stage refunds and return the positions of those recorded already with the same content."""
    return _stage("orders_incoming_refund", REFUND_COLUMNS, heads, _DROP_KNOWN_REFUNDS)


def lock_orders() -> None:
    """Lock the orders that the staged orders and refunds will change."""
    run(_LOCK)


def without(table: pa.Table, positions: frozenset[int]) -> pa.Table:
    """Return the rows of a table whose `pos` is none of these."""
    if not positions or not table.num_rows:
        return table
    dropped = np.isin(table["pos"].to_numpy(), np.fromiter(positions, dtype=np.int64))
    return table.filter(pa.array(~dropped))


def _stage(name: str, columns: dict[str, str], heads: pa.Table, drop_known: str) -> frozenset[int]:
    temp_table(name=name, columns=columns)
    if not heads.num_rows:
        return frozenset()
    ids = pa.array(new_id_texts(heads.num_rows), pa.string())
    given = "id" in heads.column_names
    staged = replace(heads, id=pc.coalesce(heads["id"], ids) if given else ids)
    for text in _TEXTS:
        if text in columns:
            at = staged.column_names.index(text)
            staged = staged.set_column(at, text, staged[text].fill_null(""))
    copy_in(table=name, columns=tuple(columns), data=staged)
    run(f"ANALYZE {name} (external_id, place_key)")
    return frozenset(pos for (pos,) in rows(drop_known))
