"""Write what belongs to orders: lines, payments, addresses, history."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.crypto.facade import encrypt_many
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.sell.catalog.facade import ensure_variants
from quanqu.sell.orders.actions.heads import WrittenOrder, after_of
from quanqu.sell.orders.actions.statements import run
from quanqu.sell.orders.contracts import LineKind
from quanqu.sell.orders.models import OrderHistory
from quanqu.sell.orders.queries.addresses import ADDRESS_PURPOSE
from quanqu.sell.orders.rules import changed_fields

_SOLD_KINDS: Final = (LineKind.GOODS.value, LineKind.GIFT_CARD.value)

_LINE_COLUMNS: Final = (
    "order_key", "line_no", "external_line", "kind", "sku", "variant_key", "name", "quantity",
    "unit_price_e4", "discount_minor", "tax_minor", "amount_minor",
)  # fmt: skip
_PAYMENT_COLUMNS: Final = {
    "order_key": "bigint",
    "seq": "int",
    "method": "text",
    "amount_minor": "bigint",
    "currency": "text",
    "installments": "int",
    "status": "text",
    "paid_at": "timestamptz",
    "reference": "text",
}
_ADDRESS_FIELDS: Final = (
    "name", "phone", "email", "street", "postcode", "city", "region", "country",
)  # fmt: skip
_RENEW_PAYMENTS: Final = """
INSERT INTO orders_orderpayment
    (order_key, seq, method, amount_minor, currency, installments, status, paid_at, reference)
SELECT order_key, seq, method, amount_minor, currency, installments, status, paid_at, reference
FROM orders_incoming_payment ORDER BY order_key, seq
ON CONFLICT (order_key, seq) DO UPDATE
SET method = excluded.method, amount_minor = excluded.amount_minor, currency = excluded.currency,
    installments = excluded.installments, status = excluded.status, paid_at = excluded.paid_at,
    reference = excluded.reference
"""
_DROP_PAYMENTS: Final = """
DELETE FROM orders_orderpayment p WHERE p.order_key = ANY(%(keys)s) AND NOT EXISTS (
    SELECT FROM orders_incoming_payment i WHERE i.order_key = p.order_key AND i.seq = p.seq
)
"""
_ADDRESS: Final = """
INSERT INTO orders_orderaddress (order_key, sealed)
SELECT order_key, sealed FROM orders_incoming_address ORDER BY order_key
ON CONFLICT (order_key) DO UPDATE SET sealed = excluded.sealed
"""


def with_variants(lines: pa.Table, companies: pa.Array, *, source: str, now: datetime) -> pa.Table:
    """Give lines of things sold the variant of their SKU; unknown SKUs become bare variants.

    Shapes: `companies` is the company of each line.
    """
    wanted = pc.and_(
        pc.is_in(lines["kind"], value_set=pa.array(_SOLD_KINDS)),
        pc.and_(pc.is_null(lines["variant_key"]), pc.is_valid(lines["sku"])),
    )
    keys = lines["variant_key"]
    for company in sorted(pc.unique(companies.filter(wanted)).to_pylist()):
        here = pc.and_(wanted, pc.equal(companies, company))
        named = lines.filter(here).select(["sku", "name"])
        distinct = named.group_by("sku", use_threads=False).aggregate([("name", "first")])
        found = ensure_variants(
            company_key=company,
            skus=distinct.rename_columns(["sku", "name"]),
            source=source,
            now=now,
        )
        at = pc.index_in(lines["sku"], value_set=found["sku"].combine_chunks())
        keys = pc.if_else(here, found["variant_key"].take(at), keys)
    return lines.set_column(lines.column_names.index("variant_key"), "variant_key", keys)


def write_lines(lines: pa.Table, keys: pa.Array, changed: Sequence[int]) -> None:
    """Write the lines of new and changed orders; those of changed ones take the old one's place.

    Shapes: `keys` is the order key by position.
    """
    if changed:
        run("DELETE FROM orders_orderline WHERE order_key = ANY(%(keys)s)", {"keys": changed})
    rows = lines.append_column("order_key", keys.take(lines["pos"]))
    rows = _filled(rows, "external_line", "sku", "name")
    copy_in(table="orders_orderline", columns=_LINE_COLUMNS, data=rows)


def write_payments(payments: pa.Table, keys: pa.Array, changed: Sequence[int]) -> None:
    """Write the payments of new and changed orders; a payment keeps its key while it is told."""
    rows = _filled(payments.append_column("order_key", keys.take(payments["pos"])), "reference")
    columns = tuple(_PAYMENT_COLUMNS)
    if not changed:
        copy_in(table="orders_orderpayment", columns=columns, data=rows)
        return
    temp_table(name="orders_incoming_payment", columns=_PAYMENT_COLUMNS)
    copy_in(table="orders_incoming_payment", columns=columns, data=rows)
    run(_DROP_PAYMENTS, {"keys": changed})
    run(_RENEW_PAYMENTS)


def write_addresses(addresses: pa.Table, keys: pa.Array) -> None:
    """Keep delivery addresses encrypted, one an order."""
    if not addresses.num_rows:
        return
    told = addresses.select(list(_ADDRESS_FIELDS)).to_pylist()
    texts = [
        json.dumps({name: value for name, value in row.items() if value}, ensure_ascii=False)
        for row in told
    ]
    sealed = pa.array(encrypt_many(texts, purpose=ADDRESS_PURPOSE), pa.binary())
    rows = pa.table({"order_key": keys.take(addresses["pos"]), "sealed": sealed})
    temp_table(name="orders_incoming_address", columns={"order_key": "bigint", "sealed": "bytea"})
    copy_in(table="orders_incoming_address", columns=("order_key", "sealed"), data=rows)
    run(_ADDRESS)


def write_history(orders: Sequence[WrittenOrder], *, source: str, now: datetime) -> None:
    """Note what changed of orders that were there before."""
    changed = [order for order in orders if order.before is not None]
    after = after_of([order.key for order in changed])
    entries = []
    for order in changed:
        was, became = changed_fields(order.before or {}, after[order.key])
        entries.append(
            OrderHistory(order_id=order.key, at=now, source=source, before=was, after=became)
        )
    OrderHistory.objects.bulk_create(entries, batch_size=2_000)


def keys_by_position(orders: Sequence[WrittenOrder], length: int) -> pa.Array:
    """Return the order key of every position of the batch, null where none was written."""
    keys = np.zeros(length, dtype=np.int64)
    for order in orders:
        keys[order.pos] = order.key
    return pa.array(keys, mask=keys == 0)


def _filled(table: pa.Table, *names: str) -> pa.Table:
    for name in names:
        column: Any = table[name].fill_null("")
        table = table.set_column(table.column_names.index(name), name, column)
    return table
