"""Customers with orders and visits, an audience of some of them, and models trained on it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pyarrow as pa
from tests.builders.consent import record, said
from tests.builders.customers import STAMP, resolve, seen_at

from quanqu.infra.auth.contracts import SYSTEM, Actor, ActorKind, Grant, Scope
from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, publish_dirty
from quanqu.know.audiences.facade import save_audience
from quanqu.know.customers.facade import assign_tag, record_profiles
from quanqu.know.customers.models import Customer
from quanqu.learn.predict import facade
from quanqu.learn.predict.contracts import TrainingRow
from quanqu.learn.predict.models import Training

TODAY = date(2026, 6, 15)
NOW = datetime.combine(TODAY, time(12), UTC)
RIGHTS = frozenset({"audiences.view", "audiences.manage", "customers.view", "customers.manage"})
TAG = "vip"
TAGGED = {
    "version": 2,
    "match": {"kind": "profile", "field": "tags", "op": "contains", "value": TAG},
}


def actor_over(places: set[int] | None = None, rights: frozenset[str] = RIGHTS) -> Actor:
    """Return a person with the rights of these tests over places (None: everything)."""
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    return Actor(ActorKind.PERSON, "per_1", "Pat", (Grant(rights, scope),))


def make_people(
    count: int = 500, *, has_signal: bool = True, seed: int = 1, places: Sequence[int] = (1,)
) -> tuple[list[int], list[int]]:
    """Make customers with events; return all keys and those tagged.

    With a signal the tagged ones order more often and more lately, with much noise: three in ten
    are tagged.  Without one the tag falls on anybody.
    """
    rng = Random(seed)
    found = resolve(*({"member_id": f"m{seed}:{1000 + at}"} for at in range(count)))
    keys = [key for key in found if key is not None]
    _profiles(keys, rng)
    seen_at(*((key, places[at % len(places)]) for at, key in enumerate(keys)))
    liking = {key: rng.random() for key in keys}
    _events(keys, liking, rng, seed, places)
    told = {key: liking[key] + rng.gauss(0, 0.15) if has_signal else rng.random() for key in keys}
    chosen = sorted(sorted(keys, key=lambda key: -told[key])[: 3 * count // 10])
    ids = list(Customer.objects.filter(key__in=chosen).values_list("id", flat=True))
    assign_tag(actor=SYSTEM, tag=TAG, customer_ids=ids, now=NOW)
    publish_dirty(now=NOW)
    return keys, chosen


def _profiles(keys: list[int], rng: Random) -> None:
    table = pa.table(
        {
            "subject_key": pa.array(keys, pa.int64()),
            "observed_at": pa.array([NOW] * len(keys), STAMP),
            "country": [rng.choice(["GB", "CN", "BR"]) for _ in keys],
        }
    )
    record_profiles(profiles=table, source="shop", now=NOW)


def _events(
    keys: list[int], liking: dict[int, float], rng: Random, seed: int, places: Sequence[int]
) -> None:
    rows: list[dict[str, Any]] = []
    for at, key in enumerate(keys):
        for _ in range(round(6 * liking[key])):
            rows.append(_event("Order Completed", key, rng, liking[key], places[at % len(places)]))
        for _ in range(rng.randint(0, 4)):
            rows.append(_event("Product Viewed", key, rng, 0.5, places[at % len(places)]))
    for number, row in enumerate(rows):
        row["event_key"] = seed * 1_000_000 + number
        row["message_id"] = f"m-{seed}-{number}"
    table = pa.Table.from_pylist(rows, schema=registry.publication("fact_event").schema)
    append(name="fact_event", table=table, app_id=f"predict-{seed}", app_version=1)


def _event(name: str, key: int, rng: Random, liking: float, place: int) -> dict[str, Any]:
    day = TODAY - timedelta(days=int(rng.expovariate(1 / (10 + 150 * (1 - liking)))))
    nothing = dict.fromkeys(("source", "order_ref", "product_ref", "page_path"), "")
    return nothing | {
        "event": name,
        "type": "track",
        "subject_key": key,
        "place_key": place,
        "channel": rng.choice(["web", "store"]),
        "category": rng.choice(["Hats", "Shoes"]),
        "currency": "GBP",
        "revenue_minor": rng.randint(500, 9_000),
        "day": day,
        "occurred_at": datetime.combine(day, time(9), UTC),
        "part": f"{day:%Y%m}",
    }


def say(keys: Sequence[int], purpose: str, status: str) -> None:
    """Record a word of each of these people about a purpose, long ago."""
    rows = [said(key, status, 1, purpose=purpose, channel="all") for key in keys]
    record(*rows, now=NOW)


def save_tagged(actor: Actor | None = None, name: str = "VIPs") -> UUID:
    """Save the audience of those tagged."""
    row = save_audience(actor=actor or actor_over(), name=name, definition=TAGGED, now=NOW)
    return row.id


def train(
    audience_id: UUID,
    *,
    actor: Actor | None = None,
    basis: str = "legitimate_interests",
    now: datetime = NOW,
) -> TrainingRow:
    """Queue a training, work it off and return what came of it."""
    who = actor or actor_over()
    made = facade.create_model(actor=who, audience_id=audience_id, basis=basis, now=now)
    facade.work_training(training_key=key_of(made.last.id), now=now)
    return facade.get_lookalike(actor=who, model_id=made.id).last


def key_of(training_id: UUID) -> int:
    """Return the key that the job of a training is given."""
    return Training.objects.values_list("key", flat=True).get(id=training_id)
