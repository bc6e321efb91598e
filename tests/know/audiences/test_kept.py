"""What is kept of rules equals what a question asked from nothing finds, whatever came between."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.audience_oracle import members
from tests.builders.audiences import AS_OF, World, make_world, put_in_lake, trees
from tests.builders.lake import lake_at

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, delete_where, row_count
from quanqu.know.audiences.contracts import Node
from quanqu.know.audiences.queries import kept_marks
from quanqu.know.audiences.queries.kept import advance, keep
from quanqu.know.audiences.queries.kept_marks import Kept
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.reading import leaves, parse, rule_key
from quanqu.know.audiences.rules.states import state_key
from quanqu.know.audiences.rules.truth import members_of

EVERYWHERE = Scope(everything=True)


def _rules(tree: dict[str, Any]) -> Node:
    return parse({"version": 2, "match": tree}).match


def _members(kept: Kept, match: Node) -> list[int]:
    held = members_of(match, kept.held)
    return [int(key) for key in kept.people.keys[np.asarray(held)]]


def _leaves(*matches: Node) -> list[Any]:
    return [rule for match in matches for _, rule in leaves(match)]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees(), places=st.sampled_from([None, {1, 2}]))
def test_what_is_kept_equals_the_oracle(
    world: World, tree: dict[str, Any], places: set[int] | None
) -> None:
    match = _rules(tree)
    scope = EVERYWHERE if places is None else Scope(places=frozenset(places))

    kept = keep(Question(AS_OF, scope), _leaves(match))

    assert _members(kept, match) == sorted(members(world, tree, as_of=AS_OF, places=places))


FIXED: list[dict[str, Any]] = [
    {
        "kind": "event",
        "event": "Order Completed",
        "measure": "count",
        "op": "gte",
        "value": 1,
        "window": {"last_days": 31},
        "where": [],
    },
    {
        "kind": "event",
        "event": "Product Viewed",
        "measure": "sum",
        "of": "quantity",
        "op": "gt",
        "value": 2,
        "window": {"from_days_ago": 60, "to_days_ago": 7},
        "where": [],
    },
    {
        "kind": "event",
        "event": "Email Opened",
        "measure": "recency",
        "op": "lte",
        "value": 30,
        "window": {"last_days": 90},
        "where": [],
    },
    {
        "kind": "event",
        "event": "Email Opened",
        "measure": "average",
        "of": "properties.rating",
        "op": "gte",
        "value": 3,
        "window": {},
        "where": [],
    },
    {
        "kind": "event",
        "event": "Order Completed",
        "measure": "first",
        "op": "before",
        "value": "2026-05-16",
        "window": {},
        "where": [],
    },
    {
        "kind": "event",
        "event": "Order Completed",
        "measure": "distinct_days",
        "op": "lt",
        "value": 2,
        "window": {},
        "where": [],
    },
    {
        "kind": "sequence",
        "steps": [
            {"event": "Product Viewed", "where": []},
            {"event": "Order Completed", "where": [], "within": {"number": 900, "unit": "hours"}},
        ],
        "window": {},
    },
    {"kind": "profile", "field": "country", "op": "ne", "value": "GB"},
    {"kind": "birthday", "from_days": 0, "to_days": 16},
]


@pytest.fixture
def own_world(tmp_path: Any) -> Iterator[World]:
    with lake_at(tmp_path / "lake"):
        made = make_world(seed=11, events=200)
        put_in_lake(made)
        yield made


def _add_events(world: World, seed: int, first_key: int) -> None:
    rng = Random(seed)
    more = make_world(seed=seed, events=40).events
    strangers = [7_001, 7_002]
    for at, event in enumerate(more):
        event["event_key"] = first_key + at
        event["message_id"] = f"n{first_key + at}"
        event["subject_key"] = rng.choice([*world.owner, *strangers])
    world.events += more
    _append("fact_event", more, first_key)


def _append(name: str, rows: list[dict[str, Any]], version: int) -> None:
    data = pa.Table.from_pylist(rows, schema=registry.publication(name).schema)
    append(name=name, table=data, app_id="more", app_version=version)


def _agree(kept: Kept, world: World, as_of: date) -> None:
    for tree in FIXED:
        assert _members(kept, _rules(tree)) == sorted(members(world, tree, as_of=as_of)), tree


def test_new_events_days_and_owners_are_taken_in(own_world: World) -> None:
    world, wanted = own_world, _leaves(*(_rules(tree) for tree in FIXED))
    kept = keep(Question(AS_OF, EVERYWHERE), wanted)
    _agree(kept, world, AS_OF)

    _add_events(world, 21, 1_000)
    done = advance(kept, Question(AS_OF, EVERYWHERE), wanted)
    assert done.anew < len(wanted)
    _agree(kept, world, AS_OF)

    for ahead in (1, 4, 40):
        as_of = AS_OF + timedelta(days=ahead)
        _add_events(world, 30 + ahead, 2_000 + ahead * 100)
        advance(kept, Question(as_of, EVERYWHERE), wanted)
        _agree(kept, world, as_of)

    # identifiers that were strangers, and those of one customer, come to another: no event is new
    _own(world, {7_001: 10, 7_002: 20, **{one: 50 for one, o in world.owner.items() if o == 40}})
    as_of = AS_OF + timedelta(days=40)
    advance(kept, Question(as_of, EVERYWHERE), wanted)
    _agree(kept, world, as_of)


def _own(world: World, moved: dict[int, int]) -> None:
    world.owner.update(moved)
    delete_where(name="dim_identity", column="bucket", values=["0"])
    rows = [
        {"subject_key": subject, "customer_key": key, "identifier_type": "x", "bucket": "0"}
        for subject, key in world.owner.items()
    ]
    _append("dim_identity", rows, 1)


def test_events_that_are_gone_or_a_day_before_make_it_anew(own_world: World) -> None:
    world, wanted = own_world, _leaves(*(_rules(tree) for tree in FIXED))
    kept = keep(Question(AS_OF, EVERYWHERE), wanted)

    delete_where(name="fact_event", column="event_key", values=list(range(50)))
    world.events = [event for event in world.events if event["event_key"] >= 50]
    done = advance(kept, Question(AS_OF, EVERYWHERE), wanted)
    assert done.anew == len(wanted)
    _agree(kept, world, AS_OF)

    before = AS_OF - timedelta(days=9)
    advance(kept, Question(before, EVERYWHERE), wanted)
    _agree(kept, world, before)


def test_a_rule_more_or_less_does_not_make_the_others_anew(own_world: World) -> None:
    world, wanted = own_world, _leaves(*(_rules(tree) for tree in FIXED))
    kept = keep(Question(AS_OF, EVERYWHERE), wanted[:3])
    states = kept.states[state_key(wanted[0])]

    advance(kept, Question(AS_OF, EVERYWHERE), wanted)
    assert kept.states[state_key(wanted[0])] is states
    _agree(kept, world, AS_OF)

    advance(kept, Question(AS_OF, EVERYWHERE), wanted[:1])
    assert list(kept.bits) == [rule_key(wanted[0])]


def test_events_that_come_while_it_looks_do_not_make_it_anew(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, wanted = own_world, _leaves(*(_rules(tree) for tree in FIXED))
    kept = keep(Question(AS_OF, EVERYWHERE), wanted)
    waiting = [3_000, 4_000]

    def slow_count(name: str) -> int:
        if waiting:
            _add_events(world, waiting[0], waiting.pop(0))
        return row_count(name)

    monkeypatch.setattr(kept_marks, "row_count", slow_count)
    done = advance(kept, Question(AS_OF, EVERYWHERE), wanted)

    assert not waiting
    assert done.anew == 0
    _agree(kept, world, AS_OF)
