"""A simulated store: people of the web shop who also come by, and buy what they know, in small.

Simulated, and labelled so: each visit lies between two real web orders of the same person, each
line is a product that person really bought, at its real price.
"""

import numpy as np
import pandas as pd

from quanqu.project.demo.behaviour import Behaviour

VISITOR_SHARE = 0.35
VISITS_PER_ORDER = 0.7
LARGEST_BASKET = 8
OPENS, CLOSES = 9, 18
RETURN_SHARE = 0.02


def simulate_store(behaviour: Behaviour, *, seed: int) -> pd.DataFrame:
    """Return the till's lines, by time.

    Columns: receipt, at (naive, the store's clock), loyalty_card, sku, name, quantity (negative on
    a return), price (text with two decimals), kind ("sale" or "return").
    """
    rng = np.random.default_rng([seed, 1])
    visits = _visits(behaviour, rng)
    known = behaviour.lines.drop_duplicates(["member", "sku"])[
        ["member", "sku", "name", "price_e4"]
    ]
    candidates = visits.merge(known, on="member")
    candidates["draw"] = rng.random(len(candidates))
    candidates["rank"] = candidates.groupby("receipt")["draw"].rank(method="first")
    lines = candidates[candidates["rank"] <= candidates["basket"]].copy()
    lines["quantity"] = 1 + rng.poisson(0.4, len(lines))
    lines["price"] = (lines["price_e4"] / 10_000).map("{:.2f}".format)
    lines["kind"] = "sale"
    lines = lines[lines["price"] != "0.00"]
    lines = pd.concat([lines, _returns(lines, rng)], ignore_index=True)
    lines["loyalty_card"] = "QC" + lines["member"]
    ordered = lines.sort_values(["at", "receipt", "sku"], ignore_index=True)
    return ordered[["receipt", "at", "loyalty_card", "sku", "name", "quantity", "price", "kind"]]


def _visits(behaviour: Behaviour, rng: np.random.Generator) -> pd.DataFrame:
    orders = behaviour.orders.copy()
    orders["next_at"] = orders.groupby("member")["at"].shift(-1)
    visitors = behaviour.members[rng.random(len(behaviour.members)) < VISITOR_SHARE]["member"]
    gaps = orders[orders["next_at"].notna() & orders["member"].isin(visitors)]
    gaps = gaps[rng.random(len(gaps)) < VISITS_PER_ORDER].reset_index(drop=True)
    between = gaps["at"] + (gaps["next_at"] - gaps["at"]) * rng.random(len(gaps))
    minute = rng.integers(OPENS * 60, CLOSES * 60, len(gaps))
    visits = pd.DataFrame(
        {
            "member": gaps["member"],
            "at": between.dt.normalize() + pd.to_timedelta(minute, unit="min"),
            "basket": 1 + rng.integers(0, LARGEST_BASKET, len(gaps)),
        }
    ).sort_values(["at", "member"], ignore_index=True)
    visits["receipt"] = [f"T{number:06d}" for number in range(1, len(visits) + 1)]
    return visits


def _returns(lines: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    back = lines[rng.random(len(lines)) < RETURN_SHARE].copy()
    back["receipt"] = "R" + back["receipt"].str[1:]
    back["quantity"] = -back["quantity"]
    back["at"] = back["at"] + pd.to_timedelta(rng.integers(1, 15, len(back)), unit="D")
    back["kind"] = "return"
    first = back.groupby("receipt")["at"].transform("min")
    return back.assign(at=first)
