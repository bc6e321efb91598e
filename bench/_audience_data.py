"""Customers and a year of their events in the lake, from a fixed seed."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quanqu.infra.lake.facade import append, compact, registered, row_count

AS_OF = date(2026, 6, 30)
MONTHS = 12
PLACES = 20
COUNTRIES = ["GB", "CN", "BR", "US", "FR"]
CATEGORIES = [f"Category {number}" for number in range(40)]
EVENTS = [
    "Product Viewed",
    "Product Added",
    "Order Completed",
    "Email Opened",
    "Store Visited",
    "Coupon Applied",
]
SHARES = [0.55, 0.15, 0.08, 0.14, 0.05, 0.03]

Ints = npt.NDArray[np.int64]


def fill(customers: int, events: int) -> None:
    """Write the four tables an audience reads."""
    dice = np.random.default_rng(20_260_630)
    keys = np.arange(1, customers + 1) * 2
    _write("dim_customer", _customers(dice, keys))
    subjects = np.concatenate([keys, keys[: customers // 2] + 1])
    owners = np.concatenate([keys, keys[: customers // 2]])
    kinds = _picked(np.where(subjects % 2 == 0, 0, 1), ["member_id", "anonymous_id"])
    identity = {"subject_key": pa.array(subjects), "customer_key": pa.array(owners)}
    _write("dim_identity", {**identity, "identifier_type": kinds, "bucket": _buckets(subjects)})
    places = pa.array(dice.integers(1, PLACES + 1, customers))
    presence = {"customer_key": pa.array(keys), "place_key": places, "bucket": _buckets(keys)}
    _write("dim_presence", presence)
    for number, month in enumerate(_months(), start=1):
        _write("fact_event", _events(dice, subjects, month, events // MONTHS, number), number)
    compact("fact_event")  # as every night


def append_late(customers: int, count: int) -> None:
    """Add events of the last month, numbered after all others; every call adds other ones."""
    number = 99 + row_count("fact_event")
    dice = np.random.default_rng(number)
    subjects = np.arange(1, customers + 1) * 2
    rows = _events(dice, subjects, AS_OF.replace(day=1), count, 50)
    rows["event_key"] = pa.array(np.arange(count) + number * 1_000_000_000)
    _write("fact_event", rows, number)


def _customers(dice: np.random.Generator, keys: Ints) -> dict[str, pa.Array]:
    count = len(keys)
    tags = pa.array([[], ["new"], ["vip"], ["new", "vip"]])
    return {
        "customer_key": pa.array(keys),
        "customer_id": pa.array(np.char.mod("cus_%026d", keys)),
        "first_seen_at": pa.array(
            np.datetime64("2024-01-01") + dice.integers(0, 900, count), pa.date32()
        ).cast(pa.timestamp("us", "UTC")),
        "country": _picked(dice.integers(0, len(COUNTRIES), count), COUNTRIES),
        "city": _picked(dice.integers(0, 500, count), [f"City {n}" for n in range(500)]),
        "birth_year": pa.array(dice.integers(1940, 2008, count)),
        "tags": tags.take(pa.array(dice.choice(4, count, p=[0.8, 0.15, 0.04, 0.01]))),
        "bucket": _buckets(keys),
    }


def _events(
    dice: np.random.Generator, subjects: Ints, month: date, count: int, number: int
) -> dict[str, pa.Array]:
    first = np.datetime64(month)
    days = (np.datetime64(first, "M") + 1).astype("datetime64[D]") - first
    seconds = np.sort(dice.integers(0, days.astype(int) * 86_400, count))
    moments = first.astype("datetime64[s]") + seconds
    key = np.arange(count) + number * 100_000_000
    colors = ['{"color": "red"}', '{"color": "blue"}', '{"color": "green", "size": 42}']
    return {
        "event_key": pa.array(key),
        "message_id": pa.array(np.char.mod("m-%d", key)),
        "type": pa.array(["track"]).take(pa.array(np.zeros(count, np.int64))),
        "event": _picked(dice.choice(len(EVENTS), count, p=SHARES), EVENTS),
        "subject_key": pa.array(subjects[dice.integers(0, len(subjects), count)]),
        "place_key": pa.array(dice.integers(1, PLACES + 1, count)),
        "source": pa.array(["shop"]).take(pa.array(np.zeros(count, np.int64))),
        "channel": _picked(dice.integers(0, 3, count), ["web", "store", "app"]),
        "occurred_at": pa.array(moments).cast(pa.timestamp("us", "UTC")),
        "received_at": pa.array(moments).cast(pa.timestamp("us", "UTC")),
        "day": pa.array(moments.astype("datetime64[D]")),
        "category": _picked(dice.integers(0, len(CATEGORIES), count), CATEGORIES),
        "revenue_minor": pa.array(dice.integers(100, 50_000, count)),
        "quantity": pa.array(dice.integers(1, 5, count)),
        "properties": _picked(dice.integers(0, 3, count), colors),
        "part": pa.array([f"{month:%Y%m}"]).take(pa.array(np.zeros(count, np.int64))),
    }


def _months() -> Iterator[date]:
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(AS_OF.year * 12 + AS_OF.month - 1 - back, 12)
        yield date(year, month + 1, 1)


def _picked(at: Ints, values: list[str]) -> pa.Array:
    return pa.array(values).take(pa.array(at))


def _buckets(keys: Ints) -> pa.Array:
    found, where = np.unique(keys // 65_536, return_inverse=True)
    return _picked(where, [str(bucket) for bucket in found])


def _write(name: str, columns: dict[str, pa.Array], number: int = 1) -> None:
    schema = next(one.schema for one in registered() if one.name == name)
    rows = len(next(iter(columns.values())))
    arrays = [
        columns[field.name].cast(field.type)
        if field.name in columns
        else pa.nulls(rows, field.type)
        for field in schema
    ]
    table = pa.table(arrays, schema=schema)
    append(name=name, table=table, app_id="bench", app_version=number)
