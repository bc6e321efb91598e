"""Features are what pandas finds in the raw rows, on every engine; nothing after the day counts."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.builders.audiences import World, put_in_lake
from tests.builders.lake import lake_at

from quanqu.infra.auth.contracts import Scope
from quanqu.know.audiences.facade import dump, validate
from quanqu.know.audiences.rules.reading import parse
from quanqu.learn.predict.queries.people import read_customers, read_known
from quanqu.learn.predict.rules.features import FIGURES, Known, column, learn_scale, scaled
from quanqu.learn.predict.rules.leaks import shared_features

AS_OF = date(2026, 6, 15)
EVERYWHERE = Scope(everything=True)
EVENTS = ("Order Completed", "Order Refunded", "Product Viewed", "Email Opened")


def _make(seed: int) -> World:
    rng = Random(seed)
    world = World()
    for key in range(10, 410, 10):
        seen = datetime(2026, 6, 15, 9, tzinfo=UTC) - timedelta(days=rng.randint(-3, 500))
        country = rng.choice(["GB", "CN", None])
        world.customers.append(
            {"customer_key": key, "customer_id": f"cus_{key}", "first_seen_at": seen,
             "country": country, "bucket": "0"}
        )  # fmt: skip
        world.owner |= {key: key, key + 1: key}
        world.presence += [(key, place) for place in (1, 2) if rng.random() < 0.6]
    for number in range(900):
        day = AS_OF - timedelta(days=rng.choice([-5, -1, 0, 1, 29, 30, 31, 89, 90, 91, 300]))
        discount = rng.choice([None, "0.00", "1.50", "x"])
        world.events.append(
            {"event_key": number, "event": rng.choice(EVENTS), "day": day, "part": f"{day:%Y%m}",
             "subject_key": rng.choice([*list(world.owner)[:60], None]),
             "place_key": rng.choice([1, 2]), "channel": rng.choice(["web", "store", None]),
             "category": rng.choice(["Hats", "Shoes", "", None]),
             "currency": rng.choice(["GBP", "GBP", "CNY"]),
             "revenue_minor": rng.choice([None, 100, 250, 9_900]),
             "properties": json.dumps({"discount": discount}) if discount else None,
             "occurred_at": datetime.combine(day, datetime.min.time(), UTC)}
        )  # fmt: skip
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with lake_at(tmp_path_factory.mktemp("predict") / "lake"):
        made = _make(5)
        put_in_lake(made)
        yield made


def _frame(world: World, places: set[int] | None) -> pd.DataFrame:
    """Return the events that count, with their customers, as pandas has them."""
    rows = pd.DataFrame(world.events)
    rows = rows[rows["subject_key"].notna() & (rows["day"] <= AS_OF)]
    if places is not None:
        rows = rows[rows["place_key"].isin(places)]
    return rows.assign(customer=rows["subject_key"].map(world.owner))


def _expected(world: World, keys: list[int], places: set[int] | None) -> dict[str, Any]:
    """Return each figure of each customer by going over its own rows."""
    rows = _frame(world, places)
    seen = {row["customer_key"]: row["first_seen_at"] for row in world.customers}
    told: dict[str, list[float]] = {name: [] for name in FIGURES}
    main: list[tuple[str, float, float] | None] = []
    for key in keys:
        mine = rows[rows["customer"] == key]
        orders = mine[mine["event"] == "Order Completed"]
        other = mine[~mine["event"].isin(["Order Completed", "Order Refunded"])]
        days = sorted(orders["day"])
        ago = [(AS_OF - one).days for one in days]
        cut = [
            json.loads(text)["discount"] for text in orders["properties"] if isinstance(text, str)
        ]
        told["has_ordered"].append(float(bool(days)))
        told["recency_days"].append(min(ago) if ago else np.nan)
        told["orders"].append(len(days))
        told["order_days"].append(len(set(days)))
        told["orders_90"].append(sum(one < 90 for one in ago))
        gap = (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 1 else np.nan
        told["gap_days"].append(gap)
        told["discounted"].append(sum(one == "1.50" for one in cut))
        told["refunds"].append((mine["event"] == "Order Refunded").sum())
        told["tenure_days"].append(max(0, (AS_OF - seen[key].date()).days))
        told["active_days"].append(other["day"].nunique())
        recent = other[other["day"] > AS_OF - timedelta(days=30)]
        told["active_days_30"].append(recent["day"].nunique())
        sizes = orders.groupby("currency").size() if len(orders) else pd.Series(dtype=int)
        if len(sizes):
            name = min(sizes.index, key=lambda code: (-sizes[code], code))
            gross = orders[orders["currency"] == name]["revenue_minor"].fillna(0).sum()
            main.append((name, gross, gross / sizes[name]))
        else:
            main.append(None)
    for name, place in (("money_rank", 1), ("basket_rank", 2)):
        for one in main:
            if one is None:
                told[name].append(np.nan)
                continue
            group = [other[place] for other in main if other and other[0] == one[0]]
            below = sum(value < one[place] for value in group)
            equal = sum(value == one[place] for value in group)
            told[name].append((below + (equal + 1) / 2 - 0.5) / len(group))
    return told


@pytest.mark.parametrize("places", [None, {1}])
def test_figures_are_what_pandas_finds(world: World, engine: str, places: set[int] | None) -> None:
    scope = EVERYWHERE if places is None else Scope(places=frozenset(places))
    customers = read_customers(scope)
    keys = customers["customer_key"].to_numpy()

    known = read_known(customers, keys, scope, AS_OF)

    seen = {key for key, place in world.presence if places is None or place in places}
    wanted = [
        c["customer_key"] for c in world.customers if places is None or c["customer_key"] in seen
    ]
    assert keys.tolist() == wanted
    expected = _expected(world, wanted, places)
    for name in FIGURES:
        np.testing.assert_allclose(known.figures[name], expected[name], err_msg=name)


def test_shares_countries_and_categories_are_what_pandas_finds(world: World, engine: str) -> None:
    customers = read_customers(EVERYWHERE)
    keys = customers["customer_key"].to_numpy()

    known = read_known(customers, keys, EVERYWHERE, AS_OF)

    rows = _frame(world, None)
    for at, key in enumerate(keys.tolist()):
        mine = rows[rows["customer"] == key]
        for channel in ("web", "store"):
            share = (mine["channel"] == channel).mean() if len(mine) else 0.0
            assert known.shares[channel][at] == pytest.approx(share)
        named = mine[mine["category"].isin(["Hats", "Shoes"])].groupby("category").size()
        best = min(named.index, key=lambda one: (-named[one], one)) if len(named) else ""
        assert known.category[at] == best
        assert known.country[at] == (world.customers[at]["country"] or "")


def test_columns_are_scaled_by_those_trained_on_and_gaps_are_the_mean(world: World) -> None:
    customers = read_customers(EVERYWHERE)
    keys = customers["customer_key"].to_numpy()
    known = read_known(customers, keys, EVERYWHERE, AS_OF)
    at = np.arange(0, len(keys), 2)

    scale = learn_scale(known, at)
    x = scaled(known, scale, at)

    assert {"country:GB", "country:CN", "channel:web", "category:Hats"} <= set(scale.columns)
    for number, name in enumerate(scale.columns):
        values = column(known, name)[at]
        there = ~np.isnan(values)
        assert x[there, number].mean() == pytest.approx(0, abs=1e-9)
        assert x[there, number].std() == pytest.approx(1)
        assert (x[~there, number] == 0).all()


def test_what_tells_nobody_apart_is_left_out(world: World) -> None:
    customers = read_customers(EVERYWHERE)
    keys = customers["customer_key"].to_numpy()
    known = read_known(customers, keys, EVERYWHERE, AS_OF)
    buyers = np.flatnonzero(known.figures["orders"] > 0)

    scale = learn_scale(known, buyers)

    assert "has_ordered" in scale.constant
    assert "has_ordered" not in scale.columns


def test_rare_levels_are_no_columns() -> None:
    countries = np.array(["GB"] * 394 + ["CN"] * 4 + ["BR"] * 2 + [""] * 400, dtype=object)
    zeros = dict.fromkeys(FIGURES, np.zeros(800))
    known = Known(np.arange(800), zeros, {}, countries, countries)

    scale = learn_scale(known, np.arange(800))

    assert scale.columns == ("country:GB", "country:CN", "category:GB", "category:CN")


def test_nobody_and_nothing_is_no_trouble(tmp_path: Path) -> None:
    with lake_at(tmp_path / "lake"):
        put_in_lake(World())
        customers = read_customers(EVERYWHERE)

        known = read_known(customers, np.array([], np.int64), EVERYWHERE, AS_OF)

    assert len(known.keys) == 0
    assert customers.num_rows == 0


def test_features_of_the_rules_own_events_are_named() -> None:
    match = {
        "kind": "or",
        "nodes": [
            {"kind": "profile", "field": "country", "op": "eq", "value": "GB"},
            {"kind": "not", "node": {"kind": "event", "event": "Order Refunded"}},
        ],
    }
    definition = parse({"version": 2, "match": match})
    tagged = parse(
        {
            "version": 2,
            "match": {"kind": "profile", "field": "tags", "op": "contains", "value": "x"},
        }
    )

    assert validate(definition=dump(definition=definition)) == ()
    assert shared_features(definition.match) == {"country", "refunds", "channel"}
    assert shared_features(tagged.match) == frozenset()
