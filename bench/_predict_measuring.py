"""The measuring of bench.predict, imported once Django is set up."""

import json
import resource
import time
from typing import Any

import numpy as np
import pandas as pd
from bench._audience_data import AS_OF
from bench._audience_measuring import prepare

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run as ask
from quanqu.infra.lake.facade import table
from quanqu.learn.predict.contracts import LearningBasis
from quanqu.learn.predict.queries.people import read_customers, read_known
from quanqu.learn.predict.rules.features import Known
from quanqu.learn.predict.rules.lookalike import learn

EVERYTHING = Scope(everything=True)
CHECKED = ("orders", "recency_days", "active_days")


def run(customers: int, events: int, rounds: int) -> None:
    """Make the features, learn who orders much on coloured noise, and make the features again."""
    del rounds
    prepare(customers, events)
    started = time.perf_counter()
    people = read_customers(EVERYTHING)
    keys = people["customer_key"].to_numpy()
    known = read_known(people, keys, EVERYTHING, AS_OF)
    features_s = time.perf_counter() - started
    dice = np.random.default_rng(7)
    liking = known.figures["orders"] + dice.normal(0, 1, len(keys))
    is_member = liking >= np.quantile(liking, 0.9)
    started = time.perf_counter()
    learnt = learn(known, is_member, basis=LearningBasis.CONSENT, shared=frozenset())
    learn_s = time.perf_counter() - started
    started = time.perf_counter()
    theirs = _by_pandas()
    peer_s = time.perf_counter() - started
    is_equal = _is_equal(known, theirs)
    _show("predict.features_s", features_s, peer_s)
    _show("predict.learn_s", learn_s, None)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, value, unit in (
        ("predict.auc", round(learnt.card.auc.value, 4), "rate"),
        ("predict.peak_rss_mb", round(peak_mb), "MB"),
        ("predict.equal", int(is_equal), "1 = yes"),
    ):
        print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)
    if not is_equal:
        raise SystemExit(1)


def _by_pandas() -> pd.DataFrame:
    """Return the same figures as a notebook makes them: rows read whole, then grouped."""
    columns = ["subject_key", "event", "day", "channel", "category", "currency", "revenue_minor"]
    events = ask(table("fact_event").select(*columns)).to_pandas()
    identity = ask(table("dim_identity").select("subject_key", "customer_key")).to_pandas()
    events = events[pd.to_datetime(events["day"]) <= pd.Timestamp(AS_OF)]
    events = events.merge(identity, on="subject_key")
    is_order = events["event"] == "Order Completed"
    orders = events[is_order].groupby("customer_key")
    made = orders.agg(orders=("event", "size"), last_on=("day", "max"))
    others = events[~is_order & (events["event"] != "Order Refunded")]
    made = made.join(others.groupby("customer_key")["day"].nunique().rename("active"), how="outer")
    for level in ("channel", "category"):  # what a lookalike needs besides is grouped, too
        events.groupby(["customer_key", level], observed=True).size()
    return made


def _is_equal(known: Known, theirs: pd.DataFrame) -> bool:
    mine = theirs.reindex(known.keys)
    days = (pd.Timestamp(AS_OF) - pd.to_datetime(mine["last_on"])).dt.days
    expected: dict[str, Any] = {
        "orders": mine["orders"].fillna(0),
        "recency_days": days,
        "active_days": mine["active"].fillna(0),
    }
    return all(
        np.array_equal(known.figures[name], expected[name].to_numpy(float), equal_nan=True)
        for name in CHECKED
    )


def _show(name: str, value: float, peer_value: float | None) -> None:
    told: dict[str, Any] = {"name": name, "value": round(value, 2), "unit": "s"}
    if peer_value is not None:
        told |= {"peer": "pandas", "peer_value": round(peer_value, 2)}
    print(json.dumps(told), flush=True)
