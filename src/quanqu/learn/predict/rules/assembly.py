"""Rows of the lake put together: what is known of each customer, in order of the key."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from quanqu.learn.predict.rules.features import Floats, Ints, Known, Texts, rank_within

KEY: Final = "customer_key"
_COUNTS: Final = ("orders", "order_days", "orders_90", "refunds", "active_days", "active_days_30")


@dataclass(frozen=True, slots=True)
class Read:
    """The answers of metrics.behaviour, in any order of rows."""

    customers: pa.Table
    activity: pa.Table
    spending: pa.Table
    channels: pa.Table
    categories: pa.Table


def assemble(read: Read, keys: Ints, as_of: date) -> Known:
    """Return what is known of these customers (keys in order); whoever did nothing has zeros."""
    figures = _figures(read, keys, as_of)
    at, rows = _placed(read.customers, keys)
    country = np.full(len(keys), "", dtype=object)
    country[at] = [text or "" for text in rows["country"].to_pylist()]
    return Known(
        keys=keys,
        figures=figures,
        shares=_shares(read.channels, keys),
        country=country,
        category=_most(read.categories, keys),
    )


def _figures(read: Read, keys: Ints, as_of: date) -> dict[str, Floats]:
    at, rows = _placed(read.activity, keys)
    made = {name: _spread(len(keys), at, _numbers(rows[name]), 0.0) for name in _COUNTS}
    first, last = (_days_ago(rows[name], as_of) for name in ("first_on", "last_on"))
    made["recency_days"] = _spread(len(keys), at, last, np.nan)
    orders = made["orders"]
    gap = _spread(len(keys), at, first - last, np.nan)
    made["gap_days"] = np.where(orders > 1, gap / np.maximum(orders - 1, 1), np.nan)
    made["has_ordered"] = (orders > 0).astype(np.float64)
    at, rows = _placed(read.customers, keys)
    seen = pc.cast(rows["first_seen_at"], pa.timestamp("us", "UTC")).cast(pa.date32())
    made["tenure_days"] = _spread(len(keys), at, np.maximum(_days_ago(seen, as_of), 0.0), 0.0)
    return {**made, **_money(read.spending, keys)}


def _money(spending: pa.Table, keys: Ints) -> dict[str, Floats]:
    """Return ranks of revenue and of the average order among customers of the same main currency:
    that of most orders, of equal ones the first by name; and the number of discounted orders."""
    at, rows = _placed(spending, keys)
    orders, gross = _numbers(rows["orders"]), _numbers(rows["gross"])
    currency = np.array(rows["currency"].to_pylist(), dtype=object)
    discounted = np.zeros(len(keys))
    np.add.at(discounted, at, _numbers(rows["discounted"]))
    order = np.lexsort((np.unique(currency, return_inverse=True)[1], -orders, at))
    is_first = np.ones(len(order), bool)
    is_first[1:] = at[order][1:] != at[order][:-1]
    main = order[is_first]
    money = rank_within(gross[main], currency[main])
    basket = rank_within(gross[main] / np.maximum(orders[main], 1), currency[main])
    return {
        "discounted": discounted,
        "money_rank": _spread(len(keys), at[main], money, np.nan),
        "basket_rank": _spread(len(keys), at[main], basket, np.nan),
    }


def _shares(channels: pa.Table, keys: Ints) -> dict[str, Floats]:
    at, rows = _placed(channels, keys)
    events = _numbers(rows["events"])
    total = np.bincount(at, events, minlength=len(keys))
    names = np.array(rows["level"].to_pylist(), dtype=object)
    made = {}
    for name in sorted(set(names.tolist()) - {""}):
        mine = names == name
        counts = np.bincount(at[mine], events[mine], minlength=len(keys))
        made[name] = counts / np.maximum(total, 1)
    return made


def _most(categories: pa.Table, keys: Ints) -> Texts:
    """Return the text with most events of each customer, of equal ones the first by name."""
    at, rows = _placed(categories, keys)
    names = np.array(rows["level"].to_pylist(), dtype=object)
    codes = np.unique(names, return_inverse=True)[1] if len(names) else np.zeros(0, np.int64)
    order = np.lexsort((codes, -_numbers(rows["events"]), at))
    is_first = np.ones(len(order), bool)
    is_first[1:] = at[order][1:] != at[order][:-1]
    best = order[is_first]
    made = np.full(len(keys), "", dtype=object)
    made[at[best]] = names[best]
    return made


def _placed(rows: pa.Table, keys: Ints) -> tuple[Ints, pa.Table]:
    """Return the rows of these customers, and where each belongs."""
    mine = rows[KEY].to_numpy()
    if not len(keys):
        return np.zeros(0, np.int64), rows.slice(0, 0)
    at = np.minimum(np.searchsorted(keys, mine), len(keys) - 1)
    is_here = keys[at] == mine
    return at[is_here], rows.filter(pa.array(is_here))


def _numbers(values: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(values.cast(pa.float64()), 0.0).to_numpy())


def _days_ago(days: pa.ChunkedArray, as_of: date) -> Floats:
    """Return how many days before `as_of`, NaN for a missing day."""
    numbers: npt.NDArray[Any] = days.cast(pa.int32()).cast(pa.float64()).to_numpy()
    return (as_of - date(1970, 1, 1)).days - numbers


def _spread(size: int, at: Ints, values: Floats, otherwise: float) -> Floats:
    made = np.full(size, otherwise)
    made[at] = values
    return made
