"""A synthetic group in the lake: three companies, three currencies, two years, a fixed seed."""

from datetime import date

import numpy as np
import pyarrow as pa

from quanqu.infra.lake import facade as lake

DAYS = 730
FIRST = np.datetime64("2024-01-01")
LAST_DAY = date(2025, 12, 30)
PLACES = 30
CURRENCIES = np.array(["GBP", "USD", "BRL"])
COUNTRIES = np.array(["GB", "US", "BR"])
CHANNELS = np.array(["web", "store", "marketplace"])
LINES_AN_ORDER = 6
PRODUCTS = 20_000


def fill(lines: int) -> None:
    """Write every table that the overview reads."""
    dice = np.random.default_rng(20_251_122)
    orders = _orders(dice, lines // LINES_AN_ORDER)
    _write("fact_order", orders)
    _write("fact_order_line", _lines(dice, orders, lines))
    _write("fact_refund", _refunds(dice, orders))
    for name in ("fact_refund_line", "fact_payment"):
        lake.append(
            name=name, table=lake.table_schema(name).empty_table(), app_id="bench", app_version=1
        )
    customers = len(orders["order_key"]) // 5
    subjects = np.arange(customers * 2)
    _write("dim_identity", {"subject_key": subjects, "customer_key": subjects // 2 * 2})
    products = np.arange(PRODUCTS)
    named = np.char.mod("%d", products)
    _write(
        "dim_product",
        {
            "variant_key": products,
            "product_key": products,
            "product_id": np.char.add("prd_", named),
            "name": np.char.add("Product ", named),
            "category": np.char.mod("C%d", products % 40),
        },
    )
    _write("dim_place", _places())


def _places() -> dict[str, np.ndarray]:
    key = np.arange(1, PLACES + 1)
    company = key % 3
    return {
        "place_key": key,
        "place_id": np.char.mod("plc_%d", key),
        "name": np.char.mod("Place %d", key),
        "channel": CHANNELS[company],
        "company_key": company + 1,
        "company_code": np.char.mod("c%d", company + 1),
        "country": COUNTRIES[company],
        "currency": CURRENCIES[company],
    }


def _orders(dice: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    place = dice.integers(1, PLACES + 1, count)
    day = FIRST + np.sort(dice.integers(0, DAYS, count))
    subject = dice.zipf(1.3, count) % (count // 5 * 2)
    abroad = dice.random(count) < 0.1
    return {
        "order_key": np.arange(count),
        "place_key": place,
        "company_key": place % 3 + 1,
        "channel": CHANNELS[place % 3],
        "subject_key": np.where(dice.random(count) < 0.2, -1, subject),
        "placed_at": day.astype("datetime64[us]"),
        "business_date": day,
        "currency": CURRENCIES[place % 3],
        "status": np.where(dice.random(count) < 0.03, "cancelled", "completed"),
        "total_minor": dice.integers(100, 90_000, count),
        "item_count": dice.integers(1, 20, count),
        "country": np.where(abroad, COUNTRIES[dice.integers(0, 3, count)], COUNTRIES[place % 3]),
        "region": np.char.mod("R%d", dice.integers(0, 30, count)),
    }


def _lines(
    dice: np.random.Generator, orders: dict[str, np.ndarray], count: int
) -> dict[str, np.ndarray]:
    of = np.sort(dice.integers(0, len(orders["order_key"]), count))
    shared = ("place_key", "company_key", "channel", "subject_key", "business_date", "currency")
    company = orders["company_key"][of] - 1  # each company has its own products
    product = dice.zipf(1.2, count) % (PRODUCTS // 3) * 3 + company
    return {
        **{name: orders[name][of] for name in (*shared, "status")},
        "order_key": of,
        "line_no": np.arange(count) % LINES_AN_ORDER,
        "variant_key": product,
        "product_key": product,
        "kind": np.where(dice.random(count) < 0.05, "shipping", "goods"),
        "quantity": dice.integers(1, 6, count),
        "amount_minor": dice.integers(10, 20_000, count),
    }


def _refunds(dice: np.random.Generator, orders: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    count = len(orders["order_key"]) // 20
    of = dice.integers(0, len(orders["order_key"]), count)
    shared = ("order_key", "place_key", "company_key", "channel", "subject_key", "currency")
    return {
        **{name: orders[name][of] for name in (*shared, "country", "region")},
        "refund_key": np.arange(count),
        "business_date": orders["business_date"][of] + dice.integers(0, 20, count),
        "kind": dice.choice(["return", "refund", "adjustment"], count),
        "amount_minor": dice.integers(100, 30_000, count),
    }


def _write(name: str, columns: dict[str, np.ndarray]) -> None:
    schema = lake.table_schema(name)
    rows = len(next(iter(columns.values())))
    given = dict(columns)
    if "part" in schema.names:
        month = np.datetime_as_string(given["business_date"].astype("datetime64[M]"))
        month = np.char.replace(month, "-", "")
        given["part"] = np.char.add(np.char.mod("%d-", given["company_key"]), month)
    arrays = [
        _array(given[field.name], field) if field.name in given else pa.nulls(rows, field.type)
        for field in schema
    ]
    table = pa.table(arrays, schema=schema)
    lake.append(name=name, table=table, app_id="bench", app_version=1)


def _array(values: np.ndarray, field: pa.Field) -> pa.Array:
    mask = values < 0 if field.name == "subject_key" else None
    return pa.array(values, mask=mask).cast(field.type)
