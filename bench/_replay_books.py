"""Baskets of two real retailers as orders of today, to the cent and the unit.

Complete Journey (84.51°, CJ): a basket of a store, taken along.  Olist (CC BY-NC-SA 4.0): an order
whose items come from several sellers, sent.  The files are read where they lie, never copied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

__all__ = ["BOOKS", "Book", "Order"]

MOST_LINES: Final = 200
"""Lines of a live order; a longer basket becomes several orders."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: where it is placed, (place, item, quantity, unit price in cents), and freight."""

    place: str
    lines: tuple[tuple[str, str, int, int], ...]
    freight: int = 0


@dataclass(frozen=True)
class Book:
    """Orders of a retailer. `sold`: (place, item, units); `cents`: what they come to."""

    name: str
    currency: str
    delivery: str
    steps: tuple[str, ...]
    orders: list[Order]
    sold: pd.DataFrame
    cents: int

    @property
    def places(self) -> list[str]:
        """Every place goods come from or orders are placed at."""
        return sorted({*self.sold["place"].unique(), *(one.place for one in self.orders)})


def complete_journey(folder: Path, most: int) -> Book:
    """Return a year of baskets (the first `most` of them; 0: all)."""
    rows = pd.read_parquet(folder / "complete_journey" / "transactions.parquet")
    rows = _first(
        rows[rows["quantity"] > 0].sort_values("transaction_timestamp"), "basket_id", most
    )
    rows = rows.assign(
        place="S" + rows["store_id"].astype(str),
        item="P" + rows["product_id"].astype(str),
        cents=(rows["sales_value"] * 100).round().astype("int64"),
    )
    orders = [
        order for _, basket in rows.groupby("basket_id", sort=False) for order in _carried(basket)
    ]
    return _book("complete_journey", "USD", "carry_out", ("hand_over",), orders, rows)


def olist(folder: Path, most: int) -> Book:
    """Return the orders of a marketplace, of goods at their sellers."""
    rows = pd.read_parquet(folder / "olist" / "olist_order_items_dataset.parquet")
    rows = _first(rows.sort_values(["shipping_limit_date", "order_id"]), "order_id", most)
    rows = rows.assign(
        place="S" + rows["seller_id"],
        item="P" + rows["product_id"],
        quantity=1,
        cents=(rows["price"] * 100).round().astype("int64"),
        freight=(rows["freight_value"] * 100).round().astype("int64"),
    )
    orders = [_sent(items) for _, items in rows.groupby("order_id", sort=False)]
    return _book("olist", "BRL", "ship", ("pick", "ship"), orders, rows)


BOOKS: Final = {"complete_journey": complete_journey, "olist": olist}


def _first(rows: pd.DataFrame, key: str, most: int) -> pd.DataFrame:
    return rows[rows[key].isin(rows[key].drop_duplicates().head(most))] if most else rows


def _carried(basket: pd.DataFrame) -> Iterator[Order]:
    """Give each line whole cents a unit: what does not divide is asked of some units more."""
    lines: list[tuple[str, str, int, int]] = []
    for item, quantity, cents in zip(
        basket["item"], basket["quantity"], basket["cents"], strict=True
    ):
        price, more = divmod(int(cents), int(quantity))
        if more:
            lines.append(("", item, more, price + 1))
        if quantity - more:
            lines.append(("", item, int(quantity) - more, price))
    place = str(basket["place"].iloc[0])
    for at in range(0, len(lines), MOST_LINES):
        yield Order(place, tuple((place, *line[1:]) for line in lines[at : at + MOST_LINES]))


def _sent(items: pd.DataFrame) -> Order:
    grouped = items.groupby(["place", "item", "cents"], sort=True).size()
    lines = tuple(
        (place, item, int(count), int(cents)) for (place, item, cents), count in grouped.items()
    )
    return Order("web", lines, int(items["freight"].sum()))


def _book(
    name: str, currency: str, delivery: str, steps: tuple[str, ...], orders: list[Order], rows: Any
) -> Book:
    sold = rows.groupby(["place", "item"], as_index=False)["quantity"].sum()
    cents = int(rows["cents"].sum()) + (int(rows["freight"].sum()) if "freight" in rows else 0)
    return Book(name, currency, delivery, steps, orders, sold, cents)
