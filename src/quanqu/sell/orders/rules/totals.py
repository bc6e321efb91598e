"""Add the lines of orders up; order total = Σ lines, plus the tax where prices exclude it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.sell.orders.contracts import LineKind, RejectCode
from quanqu.sell.orders.rules.frames import Flags, Ints, ints, is_null, replace
from quanqu.sell.orders.rules.money import (
    LIMIT_MINOR,
    line_amounts,
    price_divisors,
    spread_discount,
    sums,
)
from quanqu.sell.orders.rules.rejects import Rejects


@dataclass(frozen=True, slots=True)
class Sums:
    """Per order: the parts of its total, its items and lines; and the lines as they count."""

    goods: Ints
    shipping: Ints
    fee: Ints
    tax: Ints
    discount: Ints
    total: Ints
    items: Ints
    line_counts: Ints
    lines: pa.Table


def with_amounts(lines: pa.Table, heads: pa.Table, rejects: Rejects) -> pa.Table:
    """Compute the amounts not told: quantity × price, half up, less the line's discount."""
    at, quantity = ints(lines["pos"]), ints(lines["quantity"])
    told, given = ~is_null(lines["amount_minor"]), ints(lines["amount_minor"])
    priced = ~is_null(lines["unit_price_e4"])
    divisors = price_divisors(heads["currency"].to_pylist())
    computed, overflow = line_amounts(
        np.where(told, 0, quantity), ints(lines["unit_price_e4"]), divisors[at]
    )
    amounts = np.where(told, given, computed - ints(lines["discount_minor"]))
    _reject(rejects, at, ~told & ~priced, RejectCode.LINE_WITHOUT_AMOUNT)
    too_large = overflow | (np.abs(amounts) > LIMIT_MINOR) | (np.abs(quantity) > LIMIT_MINOR)
    _reject(rejects, at, too_large, RejectCode.AMOUNT_TOO_LARGE)
    return replace(
        lines,
        amount_minor=pa.array(np.where(too_large, 0, amounts)),
        discount_minor=pc.fill_null(lines["discount_minor"], 0),
        tax_minor=pc.fill_null(lines["tax_minor"], 0),
    )


def with_shipping(lines: pa.Table, heads: pa.Table, rejects: Rejects) -> pa.Table:
    """Give an order whose shipping was told apart a line for it; told twice it must agree."""
    length = heads.num_rows
    at = ints(lines["pos"])
    is_shipping = np.asarray(pc.equal(lines["kind"], LineKind.SHIPPING.value).to_numpy())
    of_lines = sums(ints(lines["amount_minor"]) * is_shipping, at, length)
    has_line = np.bincount(at[is_shipping], minlength=length) > 0
    told = ints(heads["shipping_minor"])
    rejects.add(
        has_line & (told != 0) & (told != of_lines),
        RejectCode.SHIPPING_DIFFERS,
        lambda row: f"shipping lines {of_lines[row]}, shipping {told[row]}",
    )
    rejects.add(np.abs(told) > LIMIT_MINOR, RejectCode.AMOUNT_TOO_LARGE)
    wanted = np.flatnonzero(~has_line & (told != 0))
    if not len(wanted):
        return lines
    last = np.zeros(length, dtype=np.int64)
    np.maximum.at(last, at, ints(lines["line_no"]))
    added = {
        "record": heads["record"].take(pa.array(wanted)),
        "line_no": pa.array(last[wanted] + 1, pa.int32()),
        "kind": pa.array([LineKind.SHIPPING.value] * len(wanted)),
        "quantity": pa.array(np.ones(len(wanted), dtype=np.int64)),
        "discount_minor": pa.array(np.zeros(len(wanted), dtype=np.int64)),
        "tax_minor": pa.array(np.zeros(len(wanted), dtype=np.int64)),
        "amount_minor": pa.array(told[wanted]),
        "pos": pa.array(wanted),
    }
    columns = [
        added[field.name] if field.name in added else pa.nulls(len(wanted), field.type)
        for field in lines.schema
    ]
    rows = pa.table(columns, names=lines.schema.names).cast(lines.schema)
    return pa.concat_tables([lines, rows]).sort_by([("pos", "ascending"), ("line_no", "ascending")])


def add_up(heads: pa.Table, lines: pa.Table, rejects: Rejects) -> Sums:
    """Sum the lines of each order by kind and prove the total that was told."""
    length, at = heads.num_rows, ints(lines["pos"])
    line_tax = sums(ints(lines["tax_minor"]), at, length)
    tax = np.where(is_null(heads["tax_minor"]), line_tax, ints(heads["tax_minor"]))
    excluded = np.asarray(pc.equal(pc.fill_null(heads["tax_included"], True), False).to_numpy())
    line_discount = sums(ints(lines["discount_minor"]), at, length)
    told_discount = ints(heads["discount_minor"])
    rejects.add(told_discount < 0, RejectCode.NEGATIVE_AMOUNT, lambda row: "discount_minor")
    rejects.add(np.abs(tax) > LIMIT_MINOR, RejectCode.AMOUNT_TOO_LARGE)

    computed = sums(ints(lines["amount_minor"]), at, length) + tax * excluded
    told = np.where(is_null(heads["total_minor"]), computed, ints(heads["total_minor"]))
    unspread = told_discount - line_discount
    to_spread = (told != computed) & (unspread > 0) & (computed - unspread == told) & rejects.good
    if to_spread.any():
        lines = _spread(lines, at, to_spread, unspread)
        computed = np.where(to_spread, told, computed)
    rejects.add(
        computed != told,
        RejectCode.TOTAL_DIFFERS,
        lambda row: f"lines {computed[row]}, total {told[row]}",
    )
    rejects.add(told < 0, RejectCode.NEGATIVE_AMOUNT, lambda row: f"total {told[row]}")
    return _by_kind(lines, at, length, tax, told, np.maximum(told_discount, line_discount))


def _by_kind(
    lines: pa.Table, at: Ints, length: int, tax: Ints, total: Ints, discount: Ints
) -> Sums:
    amounts, kinds = ints(lines["amount_minor"]), lines["kind"]

    def of(*wanted: LineKind) -> Flags:
        words = pa.array([kind.value for kind in wanted])
        return np.asarray(pc.is_in(kinds, value_set=words).to_numpy(zero_copy_only=False))

    goods = of(LineKind.GOODS, LineKind.GIFT_CARD, LineKind.DISCOUNT)
    return Sums(
        goods=sums(amounts * goods, at, length),
        shipping=sums(amounts * of(LineKind.SHIPPING), at, length),
        fee=sums(amounts * of(LineKind.FEE, LineKind.ADJUSTMENT), at, length),
        tax=tax,
        discount=discount,
        total=total,
        items=sums(ints(lines["quantity"]) * of(LineKind.GOODS), at, length),
        line_counts=np.bincount(at, minlength=length).astype(np.int64),
        lines=lines,
    )


def _spread(lines: pa.Table, at: Ints, where: Flags, discount: Ints) -> pa.Table:
    """Take an order's own discount off its goods lines, to the minor unit."""
    amounts, discounts = ints(lines["amount_minor"]).copy(), ints(lines["discount_minor"]).copy()
    goods = np.asarray(pc.equal(lines["kind"], LineKind.GOODS.value).to_numpy())
    starts = np.searchsorted(at, np.arange(len(where) + 1))
    for order in np.flatnonzero(where):
        rows = np.arange(starts[order], starts[order + 1])
        bearing = rows[goods[rows]] if goods[rows].any() else rows
        parts = spread_discount(int(discount[order]), amounts[bearing].tolist())
        amounts[bearing] -= parts
        discounts[bearing] += parts
    return replace(lines, amount_minor=pa.array(amounts), discount_minor=pa.array(discounts))


def _reject(rejects: Rejects, at: Ints, where: Flags, code: RejectCode) -> None:
    orders = np.zeros(len(rejects.found), dtype=np.bool_)
    orders[at[where]] = True
    rejects.add(orders, code)
