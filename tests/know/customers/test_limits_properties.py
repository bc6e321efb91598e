"""Limits, shared values, verdicts and matches: what is stored is what all evidence says."""

import random
from collections.abc import Callable
from datetime import timedelta

import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders.customers import NOW, activate, make_actor, resolve

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.customers.actions.law import identity_breaches
from quanqu.know.customers.contracts import AmbiguousLinkError, HeldApartError
from quanqu.know.customers.facade import (
    add_match_evidence,
    hold_apart,
    lift_apart,
    merge_customers,
    withdraw_evidence,
    withdraw_match_evidence,
)
from quanqu.know.customers.models import Breach, Customer, Evidence, Identifier

IDS = [
    *(("user_id", f"shop:u{n}") for n in range(5)),
    *(("email", f"e{n}@shop.org") for n in range(4)),
    *(("phone", f"+86139123456{n}8") for n in range(2)),
    *(("device_id", f"device-{n}") for n in range(2)),
    *(("anonymous_id", f"web:anon-{n}") for n in range(4)),
]
TIGHT = {
    "types": {
        "user_id": {"limit": 2},
        "email": {"limit": 1, "shared_above": 3},
        "phone": {"shared_above": 2},
        "device_id": {"shared_above": 2},
        "anonymous_id": {"limit": 2, "window_days": 1},
    }
}
RECORD = st.tuples(
    st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True), st.integers(0, 4_000)
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["feed", "feed", "feed", "merge", "withdraw", "match", "unmatch", "apart", "lift"]
        ),
        st.lists(RECORD, min_size=1, max_size=4),
    ),
    min_size=2,
    max_size=10,
)
slow_ok = settings(
    max_examples=50,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _feed(records: list[tuple[list[tuple[str, str]], int]]) -> None:
    resolve(
        *(ids for ids, _ in records),
        at=[NOW + timedelta(minutes=minute) for _, minute in records],
    )


def _pair(pick: random.Random) -> pa.Table | None:
    keys = sorted(Identifier.objects.values_list("key", flat=True))
    if len(keys) < 2:
        return None
    left, right = pick.sample(keys, 2)
    return pa.table({"left_subject": [left], "right_subject": [right], "confidence": [0.97]})


def take_step(
    what: str, records: list[tuple[list[tuple[str, str]], int]], pick: random.Random
) -> None:
    """Do one thing of a kind to what is stored."""
    pair = _pair(pick)
    if what == "feed" or pair is None:
        _feed(records)
    elif what == "merge":
        live = list(Customer.objects.filter(merged_into_key=None).order_by("key"))
        one, two = pick.choice(live), pick.choice(live)
        try:
            merge_customers(actor=make_actor(), customer_id=one.id, other_id=two.id, now=NOW)
        except (AmbiguousLinkError, HeldApartError):
            return
    elif what == "withdraw":
        held = list(Evidence.objects.filter(withdrawn_at=None).order_by("key"))
        if held:
            withdraw_evidence(actor=make_actor(), evidence_key=pick.choice(held).key, now=NOW)
    elif what == "match":
        rule = pick.choice(["model", "review"])
        add_match_evidence(actor=SYSTEM, pairs=pair, source="test", rule=rule, now=NOW)
    elif what == "unmatch":
        withdraw_match_evidence(actor=SYSTEM, pairs=_matched(), source="test", now=NOW)
    elif what == "apart":
        hold_apart(actor=SYSTEM, pairs=pair, source="test", reason="", now=NOW)
    else:
        lift_apart(actor=SYSTEM, pairs=pair, source="test", now=NOW)


def _matched() -> pa.Table:
    rows = list(
        Evidence.objects.filter(source="test").order_by("key").values_list("left_id", "right_id")
    )
    return pa.table(
        {
            "left_subject": pa.array([row[0] for row in rows[:1]], pa.int64()),
            "right_subject": pa.array([row[1] for row in rows[:1]], pa.int64()),
        }
    )


def _undone(action: Callable[[], None]) -> None:
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


@pytest.mark.django_db
@slow_ok
@given(steps=STEPS, pick=st.randoms(use_true_random=False), is_tight=st.booleans())
def test_after_every_step_what_is_stored_is_what_all_evidence_says(
    steps: list[tuple[str, list[tuple[list[tuple[str, str]], int]]]],
    pick: random.Random,
    is_tight: bool,
) -> None:
    def check() -> None:
        if is_tight:
            activate(TIGHT)
        for what, records in steps:
            take_step(what, records, pick)
            assert identity_breaches() == []

    _undone(check)


@pytest.mark.django_db
@slow_ok
@given(
    records=st.lists(RECORD, min_size=1, max_size=14),
    shuffled=st.randoms(use_true_random=False),
    batches=st.integers(1, 5),
)
def test_under_limits_customers_do_not_depend_on_the_order_of_arrival(
    records: list[tuple[list[tuple[str, str]], int]], shuffled: random.Random, batches: int
) -> None:
    other = list(records)
    shuffled.shuffle(other)
    found = []

    def feed(order: list[tuple[list[tuple[str, str]], int]]) -> None:
        activate(TIGHT)
        for at in range(0, len(order), batches):
            _feed(order[at : at + batches])
        name = {row.key: (row.type, bytes(row.value_hash)) for row in Identifier.objects.all()}
        groups: dict[int, set[tuple[str, bytes]]] = {}
        for row in Identifier.objects.all():
            groups.setdefault(row.customer_id, set()).add(name[row.key])
        barred = {name[row.key] for row in Identifier.objects.filter(barred="shared")}
        refused = {
            (name[row.demoted_id], name[row.other_id], row.reason) for row in Breach.objects.all()
        }
        found.append((set(map(frozenset, groups.values())), barred, refused))

    _undone(lambda: feed(records))
    _undone(lambda: feed(other))

    assert found[0] == found[1]
