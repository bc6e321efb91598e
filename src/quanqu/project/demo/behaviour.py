"""What the web shop's real customers did: the ground the simulated channels grow from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

GOODS_CODE = r"\d{5}[A-Za-z]*"


@dataclass(frozen=True)
class Behaviour:
    """Sale lines of known customers: one row a line.

    Columns: invoice, sku, name (text); quantity (sale units, > 0); price_e4 (price × 10⁴);
    at (naive, the shop's own clock); member (the shop's customer number as text).
    """

    lines: pd.DataFrame

    @cached_property
    def orders(self) -> pd.DataFrame:
        """One row an order, by time: invoice, member, at, lines, value_e4."""
        grouped = self.lines.assign(value=self.lines.quantity * self.lines.price_e4).groupby(
            "invoice", sort=True
        )
        orders = grouped.agg(
            member=("member", "first"),
            at=("at", "min"),
            lines=("sku", "size"),
            value_e4=("value", "sum"),
        )
        return orders.reset_index().sort_values(["at", "invoice"], ignore_index=True)

    @cached_property
    def members(self) -> pd.DataFrame:
        """One row a customer, by number: member, orders, first_at, last_at."""
        grouped = self.orders.groupby("member", sort=True)
        found = grouped.agg(
            orders=("invoice", "size"), first_at=("at", "min"), last_at=("at", "max")
        )
        return found.reset_index()


def read_behaviour(path: Path) -> Behaviour:
    """Read the web shop's file (UCI Online Retail II) and keep goods sold to known people."""
    raw = pd.read_parquet(path)
    sold = raw[
        raw["Customer ID"].notna()
        & ~raw["Invoice"].str.startswith(("C", "A"))
        & (raw["Quantity"] > 0)
        & (raw["Price"] > 0)
        & raw["StockCode"].str.fullmatch(GOODS_CODE)
        & (raw["Country"] == "United Kingdom")
    ]
    lines = pd.DataFrame(
        {
            "invoice": sold["Invoice"],
            "sku": sold["StockCode"],
            "name": sold["Description"].str.strip(),
            "quantity": sold["Quantity"],
            "price_e4": (sold["Price"] * 10_000).round().astype("int64"),
            "at": sold["InvoiceDate"],
            "member": sold["Customer ID"].astype("int64").astype(str),
        }
    )
    return Behaviour(lines.reset_index(drop=True))
