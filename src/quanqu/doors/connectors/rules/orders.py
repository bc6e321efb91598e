"""Canonical orders, lines, payments and refunds as the batch that sell.orders records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.doors.connectors.contracts import EntityKind
from quanqu.doors.connectors.rules.columns import flat
from quanqu.doors.connectors.rules.flatten import GROUP
from quanqu.doors.connectors.rules.numbers import exponents_of
from quanqu.doors.connectors.rules.times import days_of
from quanqu.sell.orders.contracts import (
    ADDRESSES_SCHEMA,
    LINES_SCHEMA,
    ORDERS_SCHEMA,
    PAYMENTS_SCHEMA,
    REFUND_LINES_SCHEMA,
    REFUNDS_SCHEMA,
    LineKind,
    OrderBatch,
)

__all__ = ["DIFFERENCE", "PlaceOf", "Subjects", "order_batch", "places_named"]

DIFFERENCE: Final = "Difference to the channel's total"
_SHIP: Final = ("name", "phone", "email", "street", "postcode")

Ints = npt.NDArray[np.int64]
Tables = Mapping[EntityKind, pa.Table]


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """What a fact needs of its place."""

    key: int
    company_key: int
    zone: str


@dataclass(frozen=True, slots=True)
class Subjects:
    """The resolved subject of each order and of each refund (null: nobody known)."""

    orders: pa.Array
    refunds: pa.Array


_HEADS: Final = ORDERS_SCHEMA.remove(ORDERS_SCHEMA.get_field_index("id"))
"""A channel's order has no id of this house yet."""


def places_named(tables: Tables) -> list[str]:
    """Return the place codes the rows themselves name."""
    named = {
        code
        for table in tables.values()
        if "place" in table.column_names
        for code in pc.unique(table["place"]).to_pylist()
    }
    return sorted(named - {None})


def order_batch(
    tables: Tables,
    *,
    places: Mapping[str | None, PlaceOf],
    currency: str,
    subjects: Subjects,
    balance: bool,
) -> OrderBatch:
    """Return the batch of a chunk.

    Shapes: `places` by code, None for rows that name none; `currency` where a row tells none.
    `balance`: an order whose stated total its lines do not make gets a line that does.
    """
    orders = tables.get(EntityKind.ORDERS)
    if orders is None or not orders.num_rows:
        return OrderBatch(**_refunds(tables, places, currency, subjects.refunds))
    heads = _heads(orders, places, currency, subjects.orders)
    groups = orders[GROUP].to_numpy()
    lines = _lines(tables.get(EntityKind.LINES), groups, heads)
    if balance:
        lines = _balanced(lines, heads)
    return OrderBatch(
        orders=heads.select(_HEADS.names).cast(_HEADS),
        lines=lines,
        payments=_payments(tables.get(EntityKind.PAYMENTS), groups),
        addresses=_addresses(orders, heads),
        **_refunds(tables, places, currency, subjects.refunds),
    )


def _heads(
    table: pa.Table, places: Mapping[str | None, PlaceOf], currency: str, subjects: pa.Array
) -> pa.Table:
    found = {name: table[name] for name in _HEADS.names if name in table.column_names}
    found |= _placed(table, places, table["placed_at"])
    found["record"] = pa.array(np.arange(table.num_rows, dtype=np.int32))
    found["currency"] = pc.fill_null(table["currency"], currency)
    found["subject_key"] = subjects
    found["shipping_minor"] = pa.nulls(table.num_rows, pa.int64())
    return pa.table(found)


def _placed(
    table: pa.Table, places: Mapping[str | None, PlaceOf], times: pa.ChunkedArray
) -> dict[str, pa.Array]:
    """Return place, company and the date in the place's zone for each row."""
    codes = flat(table["place"]).dictionary_encode()
    known = [places[code] for code in codes.dictionary.to_pylist()]
    spare = places[None]
    at = pc.fill_null(codes.indices, len(known)).to_numpy(zero_copy_only=False)
    rows = [*known, spare]
    zones = np.array([place.zone for place in rows])[at]
    dates = pa.nulls(table.num_rows, pa.date32())
    for zone in np.unique(zones):
        dates = pc.if_else(pa.array(zones == zone), days_of(flat(times), str(zone)), dates)
    return {
        "place_key": pa.array(np.array([p.key for p in rows], np.int32)[at]),
        "company_key": pa.array(np.array([p.company_key for p in rows], np.int32)[at]),
        "business_date": dates,
    }


def _lines(table: pa.Table | None, groups: Ints, heads: pa.Table) -> pa.Table:
    if table is None or not table.num_rows:
        return LINES_SCHEMA.empty_table()
    records = np.searchsorted(groups, table[GROUP].to_numpy()).astype(np.int32)
    found = {name: table[name] for name in LINES_SCHEMA.names if name in table.column_names}
    found["record"] = pa.array(records)
    found["line_no"] = pa.array(_counted(records))
    found["variant_key"] = pa.nulls(table.num_rows, pa.int64())
    found["amount_minor"] = _amounts(table, heads["currency"].take(pa.array(records)))
    return pa.table(found).select(LINES_SCHEMA.names).cast(LINES_SCHEMA)


def _amounts(table: pa.Table, currencies: pa.ChunkedArray) -> pa.Array:
    """Return what each line charges; where it is not told: quantity × price, less its discount."""
    told = flat(table["amount_minor"])
    if not told.null_count:
        return told
    factor = 10 ** (4 - exponents_of(flat(currencies)).astype(np.int64))
    value = _ints(table["quantity"]) * _ints(table["unit_price_e4"])
    whole, rest = np.divmod(np.abs(value), factor)
    charged = np.sign(value) * (whole + (2 * rest >= factor)) - _ints(table["discount_minor"])
    priced = pa.array(charged, mask=flat(table["unit_price_e4"]).is_null().to_numpy(False))
    return pc.coalesce(told, priced)


def _balanced(lines: pa.Table, heads: pa.Table) -> pa.Table:
    records, count = lines["record"].to_numpy(), heads.num_rows
    summed = _sums(_ints(lines["amount_minor"]), records, count)
    on_top = pc.equal(pc.fill_null(heads["tax_included"], True), False).to_numpy()
    computed = summed + _ints(heads["tax_minor"]) * on_top
    told = pc.coalesce(heads["total_minor"], pa.array(computed)).to_numpy()
    discount = _ints(heads["discount_minor"])
    unspread = discount - _sums(_ints(lines["discount_minor"]), records, count)
    spreads = (unspread > 0) & (computed - unspread == told)
    bare = np.bincount(records, minlength=count) == 0
    at = np.flatnonzero(((computed != told) & ~spreads) | bare)
    if not len(at):
        return lines
    numbers = np.zeros(count, np.int32)
    np.maximum.at(numbers, records, lines["line_no"].to_numpy())
    added = {
        "record": pa.array(at, pa.int32()),
        "line_no": pa.array(numbers[at] + 1, pa.int32()),
        "name": pa.array([DIFFERENCE] * len(at)),
        "kind": pa.array([LineKind.ADJUSTMENT.value] * len(at)),
        "quantity": pa.array(np.ones(len(at), np.int64)),
        "amount_minor": pa.array((told - computed)[at]),
    }
    columns = [added.get(f.name, pa.nulls(len(at), f.type)) for f in LINES_SCHEMA]
    return pa.concat_tables([lines, pa.table(columns, schema=LINES_SCHEMA)])


def _payments(table: pa.Table | None, groups: Ints) -> pa.Table:
    if table is None or not table.num_rows:
        return PAYMENTS_SCHEMA.empty_table()
    records = np.searchsorted(groups, table[GROUP].to_numpy()).astype(np.int32)
    found = {name: table[name] for name in PAYMENTS_SCHEMA.names if name in table.column_names}
    found["record"] = pa.array(records)
    found["seq"] = pa.array(_counted(records))
    return pa.table(found).select(PAYMENTS_SCHEMA.names).cast(PAYMENTS_SCHEMA)


def _addresses(orders: pa.Table, heads: pa.Table) -> pa.Table:
    """Return where orders go; what is told of nobody in particular is no address."""
    told = [pc.is_valid(orders[f"ship_{name}"]).to_numpy() for name in _SHIP]
    rows = pa.array(np.flatnonzero(np.logical_or.reduce(told)))
    found = {name: orders[f"ship_{name}"].take(rows) for name in _SHIP}
    found |= {name: orders[name].take(rows) for name in ("city", "region", "country")}
    found["record"] = heads["record"].take(rows)
    return pa.table(found).select(ADDRESSES_SCHEMA.names).cast(ADDRESSES_SCHEMA)


def _refunds(
    tables: Tables, places: Mapping[str | None, PlaceOf], currency: str, subjects: pa.Array
) -> dict[str, pa.Table]:
    table = tables.get(EntityKind.REFUNDS)
    if table is None or not table.num_rows:
        return {}
    found = {name: table[name] for name in REFUNDS_SCHEMA.names if name in table.column_names}
    found |= _placed(table, places, table["refunded_at"])
    found["currency"] = pc.fill_null(table["currency"], currency)
    found["subject_key"] = subjects
    heads = pa.table(found).select(REFUNDS_SCHEMA.names).cast(REFUNDS_SCHEMA)
    return {"refunds": heads, "refund_lines": _refund_lines(tables, heads)}


def _refund_lines(tables: Tables, heads: pa.Table) -> pa.Table:
    table = tables.get(EntityKind.REFUND_LINES)
    if table is None or not table.num_rows:
        return REFUND_LINES_SCHEMA.empty_table()
    at = pc.index_in(flat(table["refund_external_id"]), value_set=flat(heads["external_id"]))
    table = table.filter(pc.is_valid(at))
    at = at.drop_null()
    found = {n: table[n] for n in REFUND_LINES_SCHEMA.names if n in table.column_names}
    found["place_key"] = heads["place_key"].take(at)
    found["line_no"] = pa.array(_numbered(at.to_numpy()))
    found["variant_key"] = pa.nulls(table.num_rows, pa.int64())
    return pa.table(found).select(REFUND_LINES_SCHEMA.names).cast(REFUND_LINES_SCHEMA)


def _counted(records: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Number ascending records within each: 1, 2, 3 …"""
    starts = np.searchsorted(records, records, side="left")
    return (np.arange(len(records)) - starts + 1).astype(np.int32)


def _numbered(keys: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Number the occurrences of each key in the order they come."""
    order = np.argsort(keys, kind="stable")
    numbers = np.empty(len(keys), np.int32)
    numbers[order] = _counted(keys[order].astype(np.int32))
    return numbers


def _sums(values: Ints, at: npt.NDArray[np.int32], length: int) -> Ints:
    total = np.zeros(length, np.int64)
    np.add.at(total, at, values)
    return total


def _ints(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(flat(column), 0).to_numpy(zero_copy_only=False), np.int64)
