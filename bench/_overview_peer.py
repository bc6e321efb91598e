"""The same figures by pandas over the same Parquet files."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from quanqu.kernel.time import Period

COLUMNS = {
    "fact_order": "channel subject_key business_date currency status total_minor "
    "item_count country region",
    "fact_order_line": "business_date currency status variant_key kind quantity amount_minor",
    "fact_refund": "channel business_date currency kind amount_minor country",
    "dim_identity": "subject_key customer_key",
    "dim_product": "variant_key product_id",
}


def read(lake: Path) -> dict[str, pd.DataFrame]:
    """Read the columns that are needed."""
    frames = {}
    for name, columns in COLUMNS.items():
        parts = [
            pq.ParquetFile(path).read(columns=columns.split()).to_pandas(date_as_object=False)
            for path in sorted((lake / name).rglob("*.parquet"))
            if "_delta_log" not in path.parts
        ]
        frames[name] = pd.concat(parts, ignore_index=True)
    return frames


def figures(frames: dict[str, pd.DataFrame], period: Period, compared: Period) -> dict[str, Any]:
    """Compute tiles, trend, channels, countries, best products and cohorts."""
    orders = frames["fact_order"]
    orders = orders[~orders.status.isin(["cancelled", "draft"])]
    refunds = frames["fact_refund"]
    refunds = refunds[refunds.kind.isin(["return", "refund", "cancellation"])]
    known = orders.merge(frames["dim_identity"], on="subject_key", how="inner")
    first = known.groupby("customer_key").business_date.min().rename("first_on")
    answer: dict[str, Any] = {"cohorts": _cohorts(known, first)}
    for name, span in (("now", period), ("before", compared)):
        sold, back = _cut(orders, span), _cut(refunds, span)
        buyers = _cut(known, span).groupby("customer_key").size().rename("n").to_frame().join(first)
        answer[name] = {
            "gross": _by(sold, "currency", "total_minor"),
            "refunds": _by(back, "currency", "amount_minor"),
            "orders": len(sold),
            "customers": len(buyers),
            "new_customers": int((buyers.first_on >= np.datetime64(span.first)).sum()),
            "repeat": int((buyers.n >= 2).sum()),
            **{
                key: _net(sold, back, [key, "currency"])
                for key in ("channel", "country", "business_date")
            },
            "products": _best(_cut(frames["fact_order_line"], span), frames["dim_product"]),
        }
    return answer


def _cut(rows: pd.DataFrame, span: Period) -> pd.DataFrame:
    day = rows.business_date
    return rows[(day >= np.datetime64(span.first)) & (day <= np.datetime64(span.last))]


def _by(rows: pd.DataFrame, key: Any, value: str) -> dict[Any, int]:
    return {found: int(total) for found, total in rows.groupby(key)[value].sum().items()}


def _net(sold: pd.DataFrame, back: pd.DataFrame, key: list[str]) -> dict[Any, int]:
    sales, given = _by(sold, key, "total_minor"), _by(back, key, "amount_minor")
    return {one: sales.get(one, 0) - given.get(one, 0) for one in {*sales, *given}}


def _best(lines: pd.DataFrame, products: pd.DataFrame) -> dict[Any, int]:
    goods = lines[(lines.kind == "goods") & ~lines.status.isin(["cancelled", "draft"])]
    goods = goods.merge(products, on="variant_key")
    totals = goods.groupby(["currency", "product_id"]).amount_minor.sum().reset_index()
    ordered = totals.sort_values(["amount_minor", "product_id"], ascending=[False, True])
    best = ordered.groupby("currency").head(10)
    return {(r.currency, r.product_id): int(r.amount_minor) for r in best.itertuples()}


def _cohorts(known: pd.DataFrame, first: pd.Series) -> dict[tuple[date, int], int]:
    month = known.business_date.dt.to_period("M")
    pairs = pd.DataFrame({"customer_key": known.customer_key, "month": month}).drop_duplicates()
    begun = first.dt.to_period("M").rename("begun")
    pairs = pairs.join(begun, on="customer_key")
    since = pairs.month.astype("int64") - pairs.begun.astype("int64")
    counts = pairs.assign(since=since).groupby(["begun", "since"]).size()
    return {(b.to_timestamp().date(), int(s)): int(n) for (b, s), n in counts.items()}
