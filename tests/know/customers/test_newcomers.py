"""New identifiers decided in columns: the answer of the rules one by one, whatever is stored."""

import hashlib
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.builders.customers import NOW, activate, make_claims, resolve
from tests.know.customers.test_limits_properties import IDS, RECORD, STEPS, TIGHT, take_step

from quanqu.know.customers.actions import resolve as resolving
from quanqu.know.customers.actions.law import identity_breaches
from quanqu.know.customers.contracts import RuleSet
from quanqu.know.customers.models import Breach, Customer, Evidence, Identifier
from quanqu.know.customers.rules.claims import Together, pair_up, read_claims
from quanqu.know.customers.rules.components import Edge, settle
from quanqu.know.customers.rules.defaults import default_rules
from quanqu.know.customers.rules.newcomers import runs, settle_alone, tied
from quanqu.know.customers.rules.reading import read_rules
from quanqu.know.customers.rules.standing import limits_of, make_node, namespace_of, shared

Records = list[tuple[list[tuple[str, str]], int]]
RECORDS = st.lists(RECORD, min_size=1, max_size=20)


def _rules(*, is_tight: bool) -> RuleSet:
    rules, wrong = read_rules(TIGHT if is_tight else {}, default_rules())
    assert not wrong
    return rules


@given(records=RECORDS, is_tight=st.booleans())
def test_in_columns_is_the_answer_of_the_components(records: Records, is_tight: bool) -> None:
    rules = _rules(is_tight=is_tight)
    at = [NOW + timedelta(minutes=minute) for _, minute in records]
    read = read_claims(make_claims([ids for ids, _ in records], at=at), rules=rules)
    pairs = pair_up(read)
    hashes = [hashlib.sha256(value.encode()).digest() for value in read.values]
    codes = np.arange(len(read.values))
    nodes = {
        code: make_node(rules, type_, hashes[code], namespace_of(type_, read.values[code]))
        for code, type_ in enumerate(read.types)
    }
    columns = (pairs.left.tolist(), pairs.right.tolist(), pairs.observed_us.tolist())
    edges = [Edge(*row) for row in zip(*columns, strict=True)]

    found = settle_alone(rules, read, hashes, codes=codes, pairs=pairs)

    barred = shared(rules, nodes, edges, {})
    assert set(np.flatnonzero(found.is_shared).tolist()) == barred
    nodes |= {key: nodes[key]._replace(is_barred=True) for key in barred}
    told = settle(nodes, edges, limits=limits_of(rules))
    assert dict(enumerate(found.root.tolist())) == told.component
    anchors = {at: to for at, to in enumerate(found.anchor.tolist()) if to >= 0}
    assert anchors == told.anchors
    assert set(found.refused) == set(told.refused)
    ends = {end for one in told.refused for end in (one.demoted, one.other)}
    assert found.contested == {told.component[end] for end in ends}


@given(
    pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14),
    stored=st.sets(st.integers(0, 11)),
)
def test_tied_is_what_a_walk_from_the_stored_ones_meets(
    pairs: list[tuple[int, int]], stored: set[int]
) -> None:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    told = Together(columns[:, 0], columns[:, 1], np.zeros(len(pairs), dtype=np.int64))

    found = tied(told, np.isin(np.arange(12), list(stored)))

    met = set(stored)
    while more := {end for pair in pairs if met & set(pair) for end in pair} - met:
        met |= more
    assert set(np.flatnonzero(found).tolist()) == met


def test_runs_are_of_one_type_and_of_no_more_than_asked() -> None:
    read = read_claims(make_claims([dict([one]) for one in IDS]))

    found = list(runs(read, np.arange(len(read.values)), 2))

    assert all(at.stop - at.start <= 2 for _, at in found)
    assert [type_ for type_, at in found for _ in range(at.start, at.stop)] == read.types


def _undone(action: Callable[[], None]) -> None:
    with transaction.atomic():
        action()
        transaction.set_rollback(True)


def _stored() -> tuple[Any, ...]:
    """Return everything decided, by what identifiers are rather than by their keys."""
    rows = list(Identifier.objects.all())
    name = {row.key: (row.type, bytes(row.value_hash)) for row in rows}
    groups: dict[int, set[Any]] = {}
    for row in rows:
        groups.setdefault(row.customer_id, set()).add(name[row.key])
    customers = {
        frozenset(groups[row.key]): (row.is_contested, row.first_seen_at)
        for row in Customer.objects.filter(merged_into_key=None)
    }
    identifiers = {
        name[row.key]: (row.barred, name.get(row.anchor_key or 0), row.first_seen_at, row.hint)
        for row in rows
    }
    refused = {
        (name[b.demoted_id], name[b.other_id], b.reason, b.type) for b in Breach.objects.all()
    }
    evidence = {
        (
            frozenset({name[e.left_id], name[e.right_id]}),
            *(e.source, e.rule, e.confidence, e.observed_at, e.withdrawn_at),
        )
        for e in Evidence.objects.all()
    }
    return customers, identifiers, refused, evidence


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, records=RECORDS, seed=st.integers(0, 99), is_tight=st.booleans())
def test_both_ways_store_the_same(
    steps: list[Any], records: Records, seed: int, is_tight: bool
) -> None:
    at = [NOW + timedelta(minutes=minute) for _, minute in records]
    found, subjects = [], []

    def store() -> None:
        pick = random.Random(seed)
        if is_tight:
            activate(TIGHT)
        for what, told in steps:
            take_step(what, told, pick)
        answer = resolve(*(ids for ids, _ in records), at=at)
        assert identity_breaches() == []
        name = {row.key: (row.type, bytes(row.value_hash)) for row in Identifier.objects.all()}
        subjects.append([name.get(one or 0) for one in answer])
        found.append(_stored())

    _undone(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolving, "tied", lambda pairs, is_stored: np.ones(len(is_stored), bool))
        _undone(store)

    assert found[0] == found[1]
    assert subjects[0] == subjects[1]
