"""What each door shows of a product: the shop its latest name and price, the store its first label.

Both texts and prices are real, of different days, so the differences the consistency audit finds
are the shop's own; that the store shows the old ones is simulated.
"""

import pandas as pd

from quanqu.project.demo.behaviour import Behaviour


def shop_listings(behaviour: Behaviour) -> pd.DataFrame:
    """Return what the web shop shows: sku, name, price (text), currency; the latest sale's."""
    return _shown(
        behaviour.lines.sort_values("at", kind="stable").drop_duplicates("sku", keep="last")
    )


def store_listings(behaviour: Behaviour, till: pd.DataFrame) -> pd.DataFrame:
    """Return the store's shelf labels, for goods its till has sold: the first sale's texts."""
    first = behaviour.lines.sort_values("at", kind="stable").drop_duplicates("sku", keep="first")
    return _shown(first[first["sku"].isin(till["sku"])])


def _shown(lines: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "sku": lines["sku"].str.upper(),
            "name": lines["name"],
            "price": (lines["price_e4"] / 10_000).map("{:.2f}".format),
            "currency": "GBP",
        }
    )
    return shown.drop_duplicates("sku").sort_values("sku", ignore_index=True)
