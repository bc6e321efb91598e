"""A small group of companies in the lake, built from plain rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pyarrow as pa

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant, Scope
from quanqu.infra.lake.contracts import Column, Publication
from quanqu.infra.lake.facade import append, register

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_TIME = pa.timestamp("us", tz="UTC")
_KINDS: Mapping[str, pa.DataType] = {
    "i64": pa.int64(),
    "i32": pa.int32(),
    "text": pa.string(),
    "day": pa.date32(),
    "at": _TIME,
    "flag": pa.bool_(),
}

_COLUMNS = {
    "dim_place": "place_key:i32 place_id code name place_type channel company_key:i32 company_code "
    "company_name brand_key:i32 brand_name country region city time_zone currency simulated:flag",
    "dim_product": "variant_key:i64 product_key:i64 product_id sku name category category_path "
    "department brand company_key:i32",
    "dim_presence": "customer_key:i64 place_key:i32",
    "dim_identity": "subject_key:i64 customer_key:i64 identifier_type",
    "dim_customer": "customer_key:i64 customer_id country region city language gender "
    "birth_year:i32 member_since_on:day",
    "fact_order": "order_key:i64 order_id place_key:i32 company_key:i32 channel subject_key:i64 "
    "placed_at:at business_date:day local_hour:i32 currency status discount_minor:i64 "
    "shipping_minor:i64 tax_minor:i64 total_minor:i64 item_count:i64 country region city part",
    "fact_order_line": "order_key:i64 line_no:i32 place_key:i32 company_key:i32 channel "
    "subject_key:i64 business_date:day currency status variant_key:i64 product_key:i64 sku kind "
    "quantity:i64 unit_price_e4:i64 amount_minor:i64 part",
    "fact_refund": "refund_key:i64 order_key:i64 place_key:i32 company_key:i32 channel "
    "subject_key:i64 business_date:day currency kind amount_minor:i64 country region city part",
    "fact_refund_line": "refund_key:i64 line_no:i32 place_key:i32 company_key:i32 channel "
    "business_date:day currency kind variant_key:i64 product_key:i64 sku quantity:i64 "
    "amount_minor:i64 line_kind part",
    "fact_payment": "payment_key:i64 order_key:i64 place_key:i32 company_key:i32 channel method "
    "amount_minor:i64 currency installments:i32 business_date:day status part",
    "fact_event": "event_key:i64 subject_key:i64 place_key:i32 channel campaign utm_source part",
}

PLACES: Sequence[dict[str, Any]] = (
    {"place_key": 1, "place_id": "plc_web", "code": "web", "name": "Web shop", "channel": "web"}
    | {"company_key": 1, "company_code": "tea", "company_name": "Tea House", "brand_name": "Leaf"}
    | {"country": "CN", "region": "", "city": "", "currency": "CNY"},
    {"place_key": 2, "place_id": "plc_store", "code": "s1", "name": "Store", "channel": "store"}
    | {"company_key": 1, "company_code": "tea", "company_name": "Tea House", "brand_name": "Leaf"}
    | {"country": "CN", "region": "Zhejiang", "city": "Hangzhou", "currency": "CNY"},
    {
        "place_key": 3,
        "place_id": "plc_mkt",
        "code": "m1",
        "name": "Bazaar",
        "channel": "marketplace",
    }
    | {"company_key": 2, "company_code": "toy", "company_name": "Toy Barn", "brand_name": ""}
    | {"country": "US", "region": "", "city": "", "currency": "USD"},
)
_PLACE = {place["place_key"]: place for place in PLACES}


def schema_of(name: str) -> pa.Schema:
    """Return the schema of a table, without the columns that no metric reads."""
    parts = (word.partition(":") for word in _COLUMNS[name].split())
    return pa.schema([pa.field(column, _KINDS[kind or "text"]) for column, _, kind in parts])


def fill_lake(**tables: Sequence[dict[str, Any]] | pa.Table) -> None:
    """Register every table and append the rows given by name: fact_order=[…]."""
    for name in _COLUMNS:
        schema = schema_of(name)
        columns = tuple(Column(f.name, f.type, "As in the lake's reference.") for f in schema)
        partition = "part" if "part" in schema.names else None
        register(Publication(name=name, grain="row", columns=columns, partition_by=partition))
        rows = tables.get(name, PLACES if name == "dim_place" else ())
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(list(rows), schema)
        append(name=name, table=table, app_id="test", app_version=1)


def make_order(key: int, on: str, total: int, **overrides: Any) -> dict[str, Any]:
    """Build an order of the web shop by a guest, in its place's currency and channel."""
    day = date.fromisoformat(on)
    place = _PLACE[overrides.get("place_key", 1)]
    return {
        "order_key": key,
        "order_id": f"ord_{key}",
        "place_key": 1,
        "company_key": place["company_key"],
        "channel": place["channel"],
        "subject_key": None,
        "placed_at": datetime.combine(day, time(12), UTC),
        "business_date": day,
        "currency": place["currency"],
        "local_hour": 12,
        "status": "completed",
        "discount_minor": 0,
        "shipping_minor": 0,
        "tax_minor": 0,
        "total_minor": total,
        "item_count": 1,
        "country": "",
        "region": "",
        "city": "",
        "part": f"{place['company_key']}-{day:%Y%m}",
        **overrides,
    }


def make_line(
    order: Mapping[str, Any], number: int, amount: int, **overrides: Any
) -> dict[str, Any]:
    """Build a line of goods of an order, one unit."""
    shared = ("order_key", "place_key", "company_key", "channel", "subject_key", "business_date")
    return {
        **{name: order[name] for name in (*shared, "currency", "status", "part")},
        "line_no": number,
        "kind": "goods",
        "quantity": 1,
        "amount_minor": amount,
        "product_key": overrides.get("variant_key"),
        **overrides,
    }


def make_refund(key: int, on: str, amount: int, **overrides: Any) -> dict[str, Any]:
    """Build a return at the web shop that is linked to no order."""
    day = date.fromisoformat(on)
    place = _PLACE[overrides.get("place_key", 1)]
    return {
        "refund_key": key,
        "order_key": None,
        "place_key": 1,
        "company_key": place["company_key"],
        "channel": place["channel"],
        "subject_key": None,
        "business_date": day,
        "currency": place["currency"],
        "kind": "return",
        "amount_minor": amount,
        "part": f"{place['company_key']}-{day:%Y%m}",
        **overrides,
    }


def make_product(key: int, **overrides: Any) -> dict[str, Any]:
    """Build a product with one variant of the same key."""
    plain = {"variant_key": key, "product_key": key, "product_id": f"prd_{key}", "sku": f"S{key}"}
    return {**plain, "name": f"Product {key}", "company_key": 1, **overrides}


def make_viewer(*places: int, everything: bool = False) -> Actor:
    """Build a person who may see the metrics of some places."""
    scope = Scope(everything=everything, places=frozenset(places))
    grant = Grant(permissions=frozenset({"metrics.view"}), scope=scope)
    return Actor(ActorKind.PERSON, "per_1", "Viewer", (grant,))
