"""Read a batch of orders: amounts computed, totals proved, bad orders named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.orders.contracts import (
    ADDRESSES_SCHEMA,
    CAPTURED,
    LINES_SCHEMA,
    ORDERS_SCHEMA,
    PAYMENTS_SCHEMA,
    LineKind,
    OrderBatch,
    OrderBatchError,
    OrderStatus,
    PaymentStatus,
    RejectCode,
    RejectedRecord,
)
from quanqu.sell.orders.rules.checks import check_heads, repeated, unknown_words
from quanqu.sell.orders.rules.frames import (
    Flags,
    Ints,
    conform,
    fingerprints,
    ints,
    is_null,
    positions,
    replace,
)
from quanqu.sell.orders.rules.money import LIMIT_MINOR, sums
from quanqu.sell.orders.rules.rejects import Rejects
from quanqu.sell.orders.rules.totals import Sums, add_up, with_amounts, with_shipping

_NEEDED: Final = (
    "external_id", "place_key", "company_key", "placed_at", "business_date", "currency", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders ready to record.

    `heads` has `pos` (0 …), `row` (its place in the batch), the order's columns and `hash`; the
    other tables have the `pos` of their order, ascending.  `rejected` names the others.
    """

    heads: pa.Table
    lines: pa.Table
    payments: pa.Table
    addresses: pa.Table
    rejected: tuple[RejectedRecord, ...]


def read_orders(batch: OrderBatch, *, companies: Mapping[int, int]) -> Orders:
    """Check the orders of a batch and add up their lines.

    Shapes: the schemas of the contracts; `companies` maps every known place to its company.
    Raises: OrderBatchError.  Source: docs/rules/orders.md.
    """
    heads = conform(batch.orders, ORDERS_SCHEMA, name="orders")
    heads = replace(heads, row=pa.array(np.arange(heads.num_rows)))
    if len(heads["record"].unique()) < heads.num_rows or heads["record"].null_count:
        raise OrderBatchError(table="orders", column="record", problem="must be unique")
    rejects = Rejects.of(heads.num_rows)
    check_heads(heads, _NEEDED, companies, rejects)
    rejects.add(unknown_words(heads["status"], OrderStatus), RejectCode.UNKNOWN_STATUS)
    lines = _placed(conform(batch.lines, LINES_SCHEMA, name="lines"), heads, "lines", "line_no")
    lines = _checked_lines(lines, heads, rejects)
    payments = conform(batch.payments, PAYMENTS_SCHEMA, name="payments")
    payments = _checked_payments(_placed(payments, heads, "payments", "seq"), heads, rejects)
    addresses = conform(batch.addresses, ADDRESSES_SCHEMA, name="addresses")
    addresses = _placed(addresses, heads, "addresses", "record")
    added = add_up(heads, lines, rejects)
    return _ready(heads, added, payments, addresses, rejects)


def _placed(table: pa.Table, heads: pa.Table, name: str, number: str) -> pa.Table:
    """Sort rows by the position of their order, then by their number."""
    table = replace(table, pos=pa.array(positions(table["record"], heads["record"], name=name)))
    return table.sort_by([("pos", "ascending"), (number, "ascending")])


def _checked_lines(lines: pa.Table, heads: pa.Table, rejects: Rejects) -> pa.Table:
    lines = replace(lines, kind=pc.fill_null(lines["kind"], LineKind.GOODS.value))
    at = ints(lines["pos"])
    _reject(rejects, at, is_null(lines["quantity"]), RejectCode.MISSING_FIELD)
    _reject(rejects, at, is_null(lines["line_no"]), RejectCode.MISSING_FIELD)
    _reject(rejects, at, repeated(at, ints(lines["line_no"])), RejectCode.REPEATED_LINE)
    _reject(rejects, at, unknown_words(lines["kind"], LineKind), RejectCode.UNKNOWN_KIND)
    _reject(rejects, at, ints(lines["discount_minor"]) < 0, RejectCode.NEGATIVE_AMOUNT)
    rejects.add(np.bincount(at, minlength=heads.num_rows) == 0, RejectCode.NO_LINES)
    lines = with_amounts(lines, heads, rejects)
    return with_shipping(lines, heads, rejects)


def _checked_payments(payments: pa.Table, heads: pa.Table, rejects: Rejects) -> pa.Table:
    at = ints(payments["pos"])
    currency = heads["currency"].take(payments["pos"])
    payments = replace(
        payments,
        currency=pc.coalesce(payments["currency"], currency),
        status=pc.fill_null(payments["status"], PaymentStatus.CAPTURED.value),
        installments=pc.fill_null(payments["installments"], 1),
    )
    amounts = ints(payments["amount_minor"])
    lacking = is_null(payments["amount_minor"]) | is_null(payments["method"])
    _reject(rejects, at, lacking | is_null(payments["seq"]), RejectCode.MISSING_FIELD)
    _reject(rejects, at, repeated(at, ints(payments["seq"])), RejectCode.REPEATED_LINE)
    _reject(
        rejects, at, unknown_words(payments["status"], PaymentStatus), RejectCode.UNKNOWN_STATUS
    )
    _reject(rejects, at, amounts < 0, RejectCode.NEGATIVE_AMOUNT)
    _reject(rejects, at, np.abs(amounts) > LIMIT_MINOR, RejectCode.AMOUNT_TOO_LARGE)
    other = pc.fill_null(pc.not_equal(payments["currency"], currency), False)
    _reject(rejects, at, np.asarray(other.to_numpy()), RejectCode.CURRENCY_DIFFERS)
    return payments


def _reject(rejects: Rejects, at: Ints, where: Flags, code: RejectCode) -> None:
    orders = np.zeros(len(rejects.found), dtype=np.bool_)
    orders[at[where]] = True
    rejects.add(orders, code)


def _ready(
    heads: pa.Table, added: Sums, payments: pa.Table, addresses: pa.Table, rejects: Rejects
) -> Orders:
    captured = _captured(payments, added.total, heads.num_rows)
    heads = replace(
        heads,
        number=pc.coalesce(heads["number"], heads["external_id"]),
        goods_minor=pa.array(added.goods),
        shipping_minor=pa.array(added.shipping),
        fee_minor=pa.array(added.fee),
        tax_minor=pa.array(added.tax),
        is_tax_included=pc.fill_null(heads["tax_included"], True),
        discount_minor=pa.array(added.discount),
        total_minor=pa.array(added.total),
        captured_minor=pa.array(captured),
        item_count=pa.array(added.items),
        line_count=pa.array(added.line_counts),
    )
    rejected = tuple(rejects.records("order", heads["external_id"].to_pylist()))
    heads, tables = _keep(heads, rejects.good, added.lines, payments, addresses)
    lines, payments, addresses = tables
    hashed = heads.drop_columns(["row", "record", "id", "tax_included", "captured_minor"])
    told = lines.drop_columns(["record", "pos", "variant_key"])
    # a SKU stands for its variant; the key counts only where the caller gave nothing else
    only_key = pc.if_else(pc.is_null(lines["sku"]), lines["variant_key"], None)
    digests = fingerprints(
        hashed,
        (replace(told, only_key=only_key), ints(lines["pos"])),
        (payments.drop_columns(["record", "pos"]), ints(payments["pos"])),
        (addresses.drop_columns(["record", "pos"]), ints(addresses["pos"])),
    )
    pos = pa.array(np.arange(heads.num_rows))
    return Orders(replace(heads, hash=digests, pos=pos), lines, payments, addresses, rejected)


def _captured(payments: pa.Table, total: Ints, length: int) -> Ints:
    """Return the money taken: by the payments told, or the total where none was."""
    at = ints(payments["pos"])
    taken = ~unknown_words(payments["status"], CAPTURED)
    captured = sums(ints(payments["amount_minor"]) * taken, at, length)
    return np.where(np.bincount(at, minlength=length) > 0, captured, np.maximum(total, 0))


def _keep(heads: pa.Table, good: Flags, *tables: pa.Table) -> tuple[pa.Table, list[pa.Table]]:
    if good.all():
        return heads, list(tables)
    moved = pa.array(np.cumsum(good) - 1)
    kept = []
    for table in tables:
        table = table.filter(pa.array(good).take(table["pos"]))
        kept.append(replace(table, pos=moved.take(table["pos"])))
    return heads.filter(pa.array(good)), kept
