"""Tell orders and refunds as events of the Segment specification, a line of JSON each.

Source: Segment specification, e-commerce v2: Order Completed, Order Refunded, Order Cancelled.
"""

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.kernel.money import Money, exponent
from quanqu.sell.orders.contracts import LineKind
from quanqu.sell.orders.rules.frames import ints

MOST_PRODUCTS: Final = 20
_CENTS: Final = 2

COMPLETED: Final = "Order Completed"
CANCELLED: Final = "Order Cancelled"
REFUNDED: Final = "Order Refunded"


def tell_orders(name: str, heads: pa.Table, order_ids: Sequence[str], lines: pa.Table) -> bytes:
    """Return one event per order: its figures and its first 20 goods lines.

    Shapes: `heads` with `pos`, placed_at, place_key, subject_key, currency and amounts; `lines`
    with `pos`, ascending; `order_ids` in the outside form, in the order of `heads`.
    """
    if not heads.num_rows:
        return b""
    words = {COMPLETED: "completed", CANCELLED: "cancelled"}
    ids = pa.array(order_ids, pa.string())
    amounts = [
        _pair(field, _amounts(heads[column], heads["currency"]))
        for field, column in (
            ("revenue", "total_minor"),
            ("shipping", "shipping_minor"),
            ("tax", "tax_minor"),
            ("discount", "discount_minor"),
        )
    ]
    properties = _object(
        _pair("order_id", _quoted(ids)),
        *amounts,
        _pair("currency", _quoted(heads["currency"])),
        _pair("product_count", heads["line_count"].cast(pa.string())),
        _pair("products", _products(lines, ints(heads["pos"]))),
    )
    messages = _join("order:", ids, f":{words[name]}")
    return _events(name, messages, heads["placed_at"], heads, properties)


def tell_refunds(heads: pa.Table, refund_ids: Sequence[str], order_ids: Sequence[str]) -> bytes:
    """Return one event per refund; an unknown order is an empty order_id."""
    if not heads.num_rows:
        return b""
    ids = pa.array(refund_ids, pa.string())
    properties = _object(
        _pair("order_id", _quoted(pa.array(order_ids, pa.string()))),
        _pair("refund_id", _quoted(ids)),
        _pair("kind", _quoted(heads["kind"])),
        _pair("total", _amounts(heads["amount_minor"], heads["currency"])),
        _pair("currency", _quoted(heads["currency"])),
        _pair("quantity", heads["item_count"].cast(pa.string())),
    )
    messages = _join("refund:", ids, ":refunded")
    return _events(REFUNDED, messages, heads["refunded_at"], heads, properties)


def _events(
    name: str, messages: pa.Array, times: pa.ChunkedArray, heads: pa.Table, properties: pa.Array
) -> bytes:
    events = _object(
        pa.array(['"type":"track"'] * heads.num_rows),
        _pair("event", pa.array([json.dumps(name)] * heads.num_rows)),
        _pair("messageId", _quoted(messages)),
        _pair("timestamp", _quoted(pc.strftime(times, "%Y-%m-%dT%H:%M:%SZ"))),
        _pair("subjectKey", pc.fill_null(heads["subject_key"].cast(pa.string()), "null")),
        _pair("placeKey", heads["place_key"].cast(pa.string())),
        _pair("properties", properties),
    )
    return "\n".join(events.to_pylist()).encode()


def _products(lines: pa.Table, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    goods = lines.filter(pc.equal(lines["kind"], LineKind.GOODS.value))
    of = ints(goods["pos"])
    first = np.arange(len(of)) - np.searchsorted(of, of) < MOST_PRODUCTS
    goods, of = goods.filter(pa.array(first)), of[first]
    skus = _escaped(pc.fill_null(goods["sku"], ""))
    rows = _object(
        _pair("product_id", skus),
        _pair("sku", skus),
        _pair("quantity", goods["quantity"].cast(pa.string())),
    )
    starts = np.searchsorted(of, at).astype(np.int32)
    ends = np.searchsorted(of, at, side="right").astype(np.int32)
    whole = np.append(starts, ends[-1:])
    if (whole[1:] != ends).any():  # orders left out between: their lines are cut away first
        keep = np.isin(of, at)
        return _products(goods.filter(pa.array(keep)), at)
    lists = pa.ListArray.from_arrays(pa.array(whole), rows)
    return _join("[", pc.binary_join(lists, ","), "]")


def _amounts(amounts: pa.ChunkedArray, currencies: pa.ChunkedArray) -> pa.Array:
    exact = {code: exponent(code) for code in pc.unique(currencies).to_pylist()}
    texts = [
        f"{minor // 100}.{minor % 100:02d}"
        if minor >= 0 and exact[code] == _CENTS
        else Money(minor, code).amount
        for minor, code in zip(amounts.to_pylist(), currencies.to_pylist(), strict=True)
    ]
    return pa.array(texts, pa.string())


def _escaped(texts: pa.ChunkedArray) -> pa.Array:
    encoded = texts.combine_chunks().dictionary_encode()
    return pa.array(
        [json.dumps(text) for text in encoded.dictionary.to_pylist()], pa.string()
    ).take(encoded.indices)


def _quoted(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Quote texts that hold nothing JSON would escape: ids, codes and times of our own making."""
    return _join('"', texts, '"')


def _pair(field: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return _join(f'"{field}":', values)


def _object(*pairs: pa.Array) -> pa.Array:
    inner = _flat(pc.binary_join_element_wise(*pairs, ","))
    return _join("{", inner, "}")


def _join(*parts: str | pa.Array | pa.ChunkedArray) -> pa.Array:
    scalars = [pa.scalar(part) if isinstance(part, str) else _flat(part) for part in parts]
    return _flat(pc.binary_join_element_wise(*scalars, ""))


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
