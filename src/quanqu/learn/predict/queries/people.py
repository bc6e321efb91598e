"""Whom a training may look at, as the gate says, and what they did, from the lake."""

from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run, table
from quanqu.know.audiences.facade import compile_members
from quanqu.know.consent.contracts import Channel, Purpose, Reason
from quanqu.know.consent.facade import decide
from quanqu.learn.predict.contracts import Counts, LearningBasis, LeftOut
from quanqu.learn.predict.metrics.behaviour import (
    KEY,
    activity,
    by_category,
    by_channel,
    customers_of,
    events_of,
    spending,
)
from quanqu.learn.predict.rules.assembly import Read, assemble
from quanqu.learn.predict.rules.choosing import Flags
from quanqu.learn.predict.rules.features import Ints, Known

GATES: Final = (Purpose.MODEL_TRAINING, Purpose.PROFILING)


def read_customers(scope: Scope) -> pa.Table:
    """Return the customers in scope by key: customer_key, country, first_seen_at."""
    found = customers_of(table("dim_customer"), table("dim_presence"), places_of(scope))
    return run(found.order_by(KEY))


def read_seed(definition: dict[str, Any], scope: Scope, as_of: date) -> Ints:
    """Return the keys of an audience's members as of a day, in order. Raises: DefinitionError."""
    members = compile_members(definition=definition, scope=scope, as_of=as_of)
    return np.unique(run(members)[KEY].to_numpy())


def may_learn_from(keys: Ints, basis: LearningBasis, at: datetime) -> tuple[Flags, list[str]]:
    """Ask the gate for training and for automated decisions: whom both allow, and for everybody
    why not, as `purpose:reason` of the first that refuses (empty: allowed).

    On legitimate interests whoever was never asked is allowed too; a refusal, a lapsed or pending
    word, a restriction and an opt-out stand on either basis.
    """
    why = np.full(len(keys), "", dtype=object)
    if not len(keys):
        return why == "", []
    for purpose in GATES:
        # by subject: a customer merged meanwhile is judged as the one it went into
        found = decide(purpose=purpose, channel=Channel.ALL, at=at, subjects=pa.array(keys))
        reasons = np.array(found["reason"].to_pylist(), dtype=object)
        allowed = found["is_allowed"].to_numpy(zero_copy_only=False).astype(bool)
        if basis is LearningBasis.LEGITIMATE_INTERESTS:
            allowed = allowed | (reasons == Reason.NOT_ASKED.value)
        refused = ~allowed & (why == "")
        why[refused] = [f"{purpose.value}:{reason}" for reason in reasons[refused]]
    return why == "", why.tolist()


def count_people(everybody: Ints, seed: Ints, why: list[str]) -> Counts:
    """Count who may be learned from and who was left out, by reason, the most frequent first."""
    is_seed = np.isin(everybody, seed)
    told: dict[str, list[int]] = {}
    for reason, inside in zip(why, is_seed.tolist(), strict=True):
        if reason:
            counts = told.setdefault(reason, [0, 0])
            counts[0] += 1
            counts[1] += inside
    left_out = [
        LeftOut(purpose, reason, people, inside)
        for (purpose, _, reason), (people, inside) in (
            (text.partition(":"), counts) for text, counts in told.items()
        )
    ]
    allowed = np.array([not reason for reason in why], bool)
    return Counts(
        everybody=len(everybody),
        base=int(allowed.sum()),
        seed=int((allowed & is_seed).sum()),
        left_out=tuple(sorted(left_out, key=lambda one: (-one.people, one.purpose, one.reason))),
    )


def read_known(customers: pa.Table, keys: Ints, scope: Scope, as_of: date) -> Known:
    """Return what is known of these customers (keys in order) up to a day, in scope."""
    events = events_of(table("fact_event"), table("dim_identity"), places_of(scope), as_of)
    read = Read(
        customers=customers,
        activity=run(activity(events, as_of)),
        spending=run(spending(events)),
        channels=run(by_channel(events)),
        categories=run(by_category(events)),
    )
    return assemble(read, keys, as_of)


def places_of(scope: Scope) -> frozenset[int] | None:
    """Return the places of a scope, None for everything."""
    return None if scope.everything else frozenset(scope.places)
