"""The demo's stock is what explains its sales, and is the same every time."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders.goods import NOW, make_shop
from tests.builders.stock import breaches, levels

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.project.demo.stock import REASONS, load_stock, stock_of, till_sales
from quanqu.sell.inventory.facade import explain_level, list_ledger

MONTHS = pd.period_range("2010-01", "2010-04", freq="M")


def sales(**units: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"sku": sku, "month": month, "quantity": sold}
            for sku, counts in units.items()
            for month, sold in zip(MONTHS, counts, strict=True)
            if sold
        ]
    )


def test_a_rise_is_bought_in_and_a_fall_is_left_over() -> None:
    told = stock_of(sales(TEA=[10, 20, 4, 1]))
    rows = told[["ordered", "bought_in", "sold", "left"]].values.tolist()
    assert rows == [
        [15, 0, 10, 5],  # one and a half times its own month
        [10, 5, 20, 0],  # up to 15, five more are sold than that
        [30, 0, 4, 26],  # up to 30, and little is sold
        [0, 0, 1, 25],  # nothing is ordered for the last month
    ]


@given(st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=4))
def test_nothing_is_sold_that_is_not_there(counts: list[list[int]]) -> None:
    sold = sales(FIXED=[1, 1, 1, 1], **{f"S{at}": one for at, one in enumerate(counts)})
    told = stock_of(sold)
    assert (told[["ordered", "bought_in", "sold", "left"]] >= 0).all().all()
    for sku, rows in told.groupby("sku"):
        assert rows["sold"].sum() == sold[sold["sku"] == sku]["quantity"].sum()
        moved = (rows["ordered"] + rows["bought_in"] - rows["sold"]).cumsum()
        assert moved.tolist() == rows["left"].tolist()


@pytest.mark.django_db
def test_stock_is_posted_once_and_its_ledger_says_how_it_came() -> None:
    shop = make_shop("north", "TEA", "CUP")
    told = sales(TEA=[10, 20, 4, 1], CUP=[0, 3, 0, 30], UNKNOWN=[1, 1, 1, 1])

    def load() -> int:
        return load_stock(shop.store, told, now=NOW, report=lambda *_: None)

    tea, cup = shop.items["TEA"], shop.items["CUP"]
    assert load() == load() == 13
    found = levels()
    assert found[shop.store.key, tea.key]["on_hand"] == 25
    cups = found[shop.store.key, cup.key]
    assert (cups["on_hand"], cups["safety"]) == (0, 0)
    where = {"actor": SYSTEM, "place_key": shop.store.key, "variant_key": tea.key}
    rows = list_ledger(**where, limit=200).items
    assert {row.reason for row in rows} <= set(REASONS.values())
    assert {(one.kind, one.quantity) for one in explain_level(**where)} == {
        ("receipt", 60),
        ("sale", -35),
    }
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert not breaches()


def test_a_till_sells_what_is_not_a_return() -> None:
    till = pd.DataFrame(
        {
            "sku": ["tea", "TEA", "tea"],
            "at": pd.to_datetime(["2010-01-05", "2010-01-09", "2010-01-11"]),
            "quantity": [2, 3, -1],
            "kind": ["sale", "sale", "return"],
        }
    )
    assert till_sales(till).values.tolist() == [["TEA", pd.Period("2010-01"), 5]]
