"""What orders publish to the lake: five facts, partitioned by a company's month."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from quanqu.infra.db.facade import copy_out
from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import register
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import product_keys
from quanqu.sell.orders.rules import local_hours, month_bounds, outside_ids

_TIME: Final = pa.timestamp("us", "UTC")
_MINOR: Final = "minor units of currency"

_PLACE: Final = (
    Column("place_key", pa.int32(), "The place it happened at."),
    Column("company_key", pa.int32(), "The company the place belongs to."),
    Column("channel", pa.string(), "The channel of the place."),
)
_SUBJECT: Final = Column("subject_key", pa.int64(), "The buyer's identifier, null for a guest.")
_DATE: Final = Column("business_date", pa.date32(), "The date in the place's zone.")
_CURRENCY: Final = Column("currency", pa.string(), "ISO 4217.")
_PART: Final = Column("part", pa.string(), 'Partition: company and month, "7-202611".')
_VARIANT: Final = (
    Column("variant_key", pa.int64(), "The variant, null where none was told."),
    Column("product_key", pa.int64(), "The variant's product."),
    Column("sku", pa.string(), "The SKU as the channel told it."),
)

ORDER: Final = (
    Column("order_key", pa.int64(), "The order."),
    Column("order_id", pa.string(), "Its outside id."),
    *_PLACE,
    _SUBJECT,
    Column("placed_at", _TIME, "When it was placed."),
    _DATE,
    Column("local_hour", pa.int32(), "The hour in the place's zone, 0 to 23."),
    _CURRENCY,
    Column("status", pa.string(), "draft, placed, paid … ; draft and cancelled are no sale."),
    Column("goods_minor", pa.int64(), "Goods after line discounts, with discount lines.", _MINOR),
    Column("discount_minor", pa.int64(), "Discounts, already taken off the goods.", _MINOR),
    Column("shipping_minor", pa.int64(), "Shipping charged.", _MINOR),
    Column("fee_minor", pa.int64(), "Fees and adjustments charged.", _MINOR),
    Column("tax_minor", pa.int64(), "Tax within the total.", _MINOR),
    Column("total_minor", pa.int64(), "What the customer owes.", _MINOR),
    Column("item_count", pa.int64(), "Quantity over the goods lines.", "items"),
    Column("line_count", pa.int32(), "Lines of any kind.", "lines"),
    Column("country", pa.string(), "Where it goes: country."),
    Column("region", pa.string(), "Where it goes: region."),
    Column("city", pa.string(), "Where it goes: city."),
    Column("is_guest", pa.bool_(), "True when no buyer is known."),
    _PART,
)
LINE: Final = (
    Column("order_key", pa.int64(), "The order."),
    Column("line_no", pa.int32(), "The line's number in its order."),
    *_PLACE,
    _SUBJECT,
    _DATE,
    _CURRENCY,
    Column("status", pa.string(), "The status of the order."),
    *_VARIANT,
    Column("kind", pa.string(), "goods, shipping, fee, discount, adjustment or gift_card."),
    Column("quantity", pa.int64(), "How many.", "items"),
    Column("unit_price_e4", pa.int64(), "Price of one.", "1/10,000 of the major unit"),
    Column("amount_minor", pa.int64(), "Charged, net of discounts.", _MINOR),
    Column("discount_minor", pa.int64(), "Taken off already.", _MINOR),
    _PART,
)
PAYMENT: Final = (
    Column("payment_key", pa.int64(), "The payment."),
    Column("order_key", pa.int64(), "The order it pays."),
    *_PLACE,
    Column("method", pa.string(), "How, in the channel's word."),
    Column("amount_minor", pa.int64(), "How much.", _MINOR),
    _CURRENCY,
    Column("installments", pa.int32(), "In how many parts."),
    Column("business_date", pa.date32(), "The business date of the order."),
    Column("status", pa.string(), "pending, authorized, captured, refunded, failed or voided."),
    _PART,
)
REFUND: Final = (
    Column("refund_key", pa.int64(), "The refund document."),
    Column("refund_id", pa.string(), "Its outside id."),
    Column("order_key", pa.int64(), "The order it is of, null where that is not known."),
    *_PLACE,
    _SUBJECT,
    Column("refunded_at", _TIME, "When."),
    _DATE,
    _CURRENCY,
    Column("kind", pa.string(), "return, refund, cancellation or adjustment."),
    Column("amount_minor", pa.int64(), "Given back; an adjustment may be negative.", _MINOR),
    Column("item_count", pa.int64(), "Quantity over the goods lines.", "items"),
    Column("country", pa.string(), "Where it comes from: its own area, else its order's."),
    Column("region", pa.string(), "Where it comes from: region."),
    Column("city", pa.string(), "Where it comes from: city."),
    _PART,
)
REFUND_LINE: Final = (
    Column("refund_key", pa.int64(), "The refund document."),
    Column("line_no", pa.int32(), "The line's number in it."),
    *_PLACE,
    _DATE,
    _CURRENCY,
    Column("kind", pa.string(), "The kind of the refund."),
    *_VARIANT,
    Column("quantity", pa.int64(), "How many.", "items"),
    Column("amount_minor", pa.int64(), "Given back for it.", _MINOR),
    Column("line_kind", pa.string(), "goods, shipping, fee, discount, adjustment or gift_card."),
    _PART,
)

_ORDERS: Final = """
SELECT o.key, o.id, o.place_key, o.company_key, NULL, o.subject_key, o.placed_at, o.business_date,
       NULL, o.currency, o.status, o.goods_minor, o.discount_minor, o.shipping_minor, o.fee_minor,
       o.tax_minor, o.total_minor, o.item_count, o.line_count, nullif(o.country, ''),
       nullif(o.region, ''), nullif(o.city, ''), o.subject_key IS NULL,
       o.company_key || '-' || to_char(o.business_date, 'YYYYMM')
FROM orders_order o
"""
_LINES: Final = """
SELECT l.order_key, l.line_no, o.place_key, o.company_key, NULL, o.subject_key, o.business_date,
       o.currency, o.status, l.variant_key, NULL, l.sku, l.kind, l.quantity, l.unit_price_e4,
       l.amount_minor, l.discount_minor,
       o.company_key || '-' || to_char(o.business_date, 'YYYYMM')
FROM orders_order o JOIN orders_orderline l ON l.order_key = o.key
"""
_PAYMENTS: Final = """
SELECT p.key, p.order_key, o.place_key, o.company_key, NULL, p.method, p.amount_minor, p.currency,
       p.installments, o.business_date, p.status,
       o.company_key || '-' || to_char(o.business_date, 'YYYYMM')
FROM orders_order o JOIN orders_orderpayment p ON p.order_key = o.key
"""
_REFUNDS: Final = """
SELECT r.key, r.id, r.order_key, r.place_key, r.company_key, NULL, r.subject_key, r.refunded_at,
       r.business_date, r.currency, r.kind, r.amount_minor, r.item_count,
       nullif(coalesce(o.country, r.country), ''), nullif(coalesce(o.region, r.region), ''),
       nullif(coalesce(o.city, r.city), ''),
       r.company_key || '-' || to_char(r.business_date, 'YYYYMM')
FROM orders_refund r
LEFT JOIN orders_order o
    ON o.key = r.order_key AND r.country = '' AND r.region = '' AND r.city = ''
"""
_REFUND_LINES: Final = """
SELECT l.refund_key, l.line_no, r.place_key, r.company_key, NULL, r.business_date, r.currency,
       r.kind, l.variant_key, NULL, l.sku, l.quantity, l.amount_minor, l.kind,
       r.company_key || '-' || to_char(r.business_date, 'YYYYMM')
FROM orders_refund r JOIN orders_refundline l ON l.refund_key = r.key
"""
_WITHIN: Final = """
JOIN unnest(%(companies)s::int[], %(firsts)s::date[], %(afters)s::date[])
    AS m (company_key, first, after)
    ON {head}.company_key = m.company_key
    AND {head}.business_date >= m.first AND {head}.business_date < m.after
"""


def read_orders(parts: Sequence[str] | None) -> pa.Table:
    """Return the orders of some partitions, or all."""
    table = _read(_ORDERS, "o", ORDER, parts)
    table = _put(table, "order_id", outside_ids("ord", table["order_id"]))
    zones = {key: place.time_zone for key, place in _places_of(table).items()}
    return _put(table, "local_hour", local_hours(table["placed_at"], table["place_key"], zones))


def read_lines(parts: Sequence[str] | None) -> pa.Table:
    """Return the order lines of some partitions, or all."""
    return _with_products(_read(_LINES, "o", LINE, parts))


def read_payments(parts: Sequence[str] | None) -> pa.Table:
    """Return the payments of the orders of some partitions, or all."""
    return _read(_PAYMENTS, "o", PAYMENT, parts)


def read_refunds(parts: Sequence[str] | None) -> pa.Table:
    """Return the refunds of some partitions, or all."""
    table = _read(_REFUNDS, "r", REFUND, parts)
    return _put(table, "refund_id", outside_ids("ref", table["refund_id"]))


def read_refund_lines(parts: Sequence[str] | None) -> pa.Table:
    """Return the refund lines of some partitions, or all."""
    return _with_products(_read(_REFUND_LINES, "r", REFUND_LINE, parts))


def _read(
    query: str, head: str, columns: tuple[Column, ...], parts: Sequence[str] | None
) -> pa.Table:
    schema = pa.schema([pa.field(column.name, column.arrow_type) for column in columns])
    params = {}
    if parts is not None:
        query += _WITHIN.format(head=head)
        companies, firsts, afters = month_bounds(parts)
        params = {"companies": companies, "firsts": firsts, "afters": afters}
    table = copy_out(query=query, schema=schema, params=params)
    places = _places_of(table)
    keys = pa.array(list(places), pa.int32())
    channels = pa.array([place.channel for place in places.values()], pa.string())
    at = pc.index_in(table["place_key"], value_set=keys)
    return _put(table, "channel", channels.take(at))


def _places_of(table: pa.Table) -> dict[int, PlaceInfo]:
    return places_by_key(keys=pc.unique(table["place_key"]).to_pylist())


def _with_products(table: pa.Table) -> pa.Table:
    return _put(table, "product_key", product_keys(variant_keys=table["variant_key"]))


def _put(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), column)


for _name, _grain, _columns, _reader in (
    ("fact_order", "order", ORDER, read_orders),
    ("fact_order_line", "order line", LINE, read_lines),
    ("fact_payment", "payment", PAYMENT, read_payments),
    ("fact_refund", "refund document", REFUND, read_refunds),
    ("fact_refund_line", "refund line", REFUND_LINE, read_refund_lines),
):
    register(Publication(_name, _grain, _columns, partition_by="part", read=_reader))
