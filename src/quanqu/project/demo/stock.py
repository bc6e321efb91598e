"""Goods for what the demo sells: stock worked out from what each place really sold, month by month.

There is no record of what the shop had on its shelves; this is the plainest stock that explains
its sales.  Before each month a place orders up to one and a half times what it sold of an item in
the month before (in the first month: in that same month); what a month sells beyond that is bought
in during it; then the month's sales leave.  Nothing is ordered for the last month, of which the
record has only the first days.  What is on hand after the last month is what a real
rise or fall of demand left over.  Safety stock is three days of the last month's sales.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.org.contracts import PlaceInfo
from quanqu.project.demo.behaviour import GOODS_CODE
from quanqu.sell.catalog import facade as catalog
from quanqu.sell.inventory import facade as inventory
from quanqu.sell.inventory.contracts import MOST_LINES, Movement, MovementKind, Posting, StockState

COVER: Final = 1.5
SAFETY_DAYS: Final = 3
VERSION: Final = b"stock-1"
REASONS: Final = {
    "ordered": "Ordered for the month, worked out from recorded sales",
    "bought_in": "Bought in during the month, worked out from recorded sales",
    "sold": "Sold in the month, as recorded",
}
_DAYS_A_MONTH: Final = 30

Report = Callable[[str, int, int], None]


def shop_sales(path: Path) -> pd.DataFrame:
    """Return what the web shop sold: sku, month (period), quantity; goods alone, returns not."""
    raw = pd.read_parquet(path)
    sold = raw[
        ~raw["Invoice"].str.startswith(("C", "A"))
        & (raw["Quantity"] > 0)
        & raw["StockCode"].str.fullmatch(GOODS_CODE)
    ]
    return _by_month(sold["StockCode"], sold["InvoiceDate"], sold["Quantity"])


def till_sales(till: pd.DataFrame) -> pd.DataFrame:
    """Return what the store's till sold: sku, month (period), quantity."""
    sold = till[till["kind"] == "sale"]
    return _by_month(sold["sku"], sold["at"], sold["quantity"])


def stock_of(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the stock that explains sales: one row an item and month with any movement.

    Columns: sku, month, ordered, bought_in, sold, left (units; `left` after the month).
    """
    wide = sales.pivot_table(index="sku", columns="month", values="quantity", fill_value=0)
    months = pd.period_range(wide.columns.min(), wide.columns.max(), freq="M")
    wide = wide.reindex(columns=months, fill_value=0)
    sold = wide.to_numpy(dtype=np.int64)
    left = np.zeros(len(wide), dtype=np.int64)
    rows = []
    for at, month in enumerate(months):
        is_last = at == len(months) - 1
        cover = 0.0 if is_last else COVER
        wanted = np.ceil(cover * sold[:, max(at - 1, 0)]).astype(np.int64)
        ordered = np.maximum(wanted - left, 0)
        bought_in = np.maximum(sold[:, at] - left - ordered, 0)
        left = left + ordered + bought_in - sold[:, at]
        rows.append(
            pd.DataFrame(
                {
                    "sku": wide.index,
                    "month": month,
                    "ordered": ordered,
                    "bought_in": bought_in,
                    "sold": sold[:, at],
                    "left": left,
                }
            )
        )
    told = pd.concat(rows, ignore_index=True)
    return told[told[["ordered", "bought_in", "sold"]].any(axis=1)].reset_index(drop=True)


def load_stock(place: PlaceInfo, sales: pd.DataFrame, *, now: datetime, report: Report) -> int:
    """Post the stock of a place and set its safety stock; posted once, however often it is called.

    Items the catalogue does not know are left out.  Returns how many movements there are.
    """
    told = stock_of(sales)
    known = catalog.variants_by_sku(skus={(place.company_key, sku) for sku in told["sku"].unique()})
    keys = {sku: ref.key for (_company, sku), ref in known.items()}
    told = told.assign(variant=told["sku"].map(keys)).dropna(subset=["variant"])
    told["variant"] = told["variant"].astype("int64")
    told = told.groupby(["variant", "month"], as_index=False).sum(numeric_only=True)
    done, total = 0, int((told[list(REASONS)] > 0).to_numpy().sum())
    for posting in _postings(place, told):
        inventory.post_movements(actor=SYSTEM, posting=posting, now=now)
        done += len(posting.movements)
        report(f"{place.code}: stock", done, total)
    _withhold(place, told, now)
    return done


def _postings(place: PlaceInfo, told: pd.DataFrame) -> Iterator[Posting]:
    zone = ZoneInfo(place.time_zone)
    month: Any
    for month in sorted(told["month"].unique()):
        rows = told[told["month"] == month]
        first = month.start_time.to_pydatetime().replace(hour=6, tzinfo=zone)
        last = month.end_time.floor("D").to_pydatetime().replace(hour=20, tzinfo=zone)
        for name, kind, sign, at in (
            ("ordered", MovementKind.RECEIPT, 1, first),
            ("bought_in", MovementKind.RECEIPT, 1, first + timedelta(days=14)),
            ("sold", MovementKind.SALE, -1, last),
        ):
            moved = rows[rows[name] > 0]
            movements = [
                Movement(place.key, variant, kind, StockState.ON_HAND, sign * units)
                for variant, units in zip(
                    moved["variant"].tolist(), moved[name].tolist(), strict=True
                )
            ]
            for start in range(0, len(movements), MOST_LINES):
                some = tuple(movements[start : start + MOST_LINES])
                once = f"{place.code}/{month}/{name}/{start}"
                yield Posting(some, at, "demo", reason=REASONS[name], once=once)


def _withhold(place: PlaceInfo, told: pd.DataFrame, now: datetime) -> None:
    last = told[told["month"] == told["month"].max()]
    targets = np.ceil(last["sold"] * SAFETY_DAYS / _DAYS_A_MONTH).astype(int)
    for target in sorted(set(targets.tolist())):
        ats = [(place.key, variant) for variant in last["variant"][targets == target].tolist()]
        inventory.set_policy(
            actor=SYSTEM, ats=ats, safety_target=target, backorder_limit=None, now=now
        )


def _by_month(skus: pd.Series, moments: pd.Series, quantities: pd.Series) -> pd.DataFrame:
    sales = pd.DataFrame(
        {
            "sku": skus.str.upper(),
            "month": moments.dt.to_period("M"),
            "quantity": quantities.astype("int64"),
        }
    )
    return sales.groupby(["sku", "month"], as_index=False).sum()
