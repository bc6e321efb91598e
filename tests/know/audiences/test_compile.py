"""The compiled expression finds exactly whom the plain-Python oracle finds, on every engine."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.audience_oracle import members
from tests.builders.audiences import AS_OF, World, trees

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake.facade import run
from quanqu.know.audiences.contracts import EventRule
from quanqu.know.audiences.queries.answers import first_of_all
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.days import narrowed
from quanqu.know.audiences.rules.reading import parse

EVERYWHERE = Scope(everything=True)


def _found(tree: dict[str, Any], scope: Scope) -> list[int]:
    definition = parse({"version": 2, "match": tree})
    keys = run(compile_audience(definition.match, Question(AS_OF, scope)))
    return sorted(keys["customer_key"].to_pylist())


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees())
def test_the_compiled_audience_equals_the_oracle(
    world: World, engine: str, tree: dict[str, Any]
) -> None:
    assert _found(tree, EVERYWHERE) == sorted(members(world, tree, as_of=AS_OF))


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees())
def test_in_a_scope_only_its_customers_and_events_count(world: World, tree: dict[str, Any]) -> None:
    found = _found(tree, Scope(places=frozenset({1, 2})))

    assert found == sorted(members(world, tree, as_of=AS_OF, places={1, 2}))


def test_the_first_members_come_with_the_number_of_all(world: World, engine: str) -> None:
    everybody = {"kind": "event", "event": "x", "op": "gte", "value": 0}
    nobody = {"kind": "event", "event": "x"}

    def ask(tree: dict[str, Any]) -> list[tuple[int, int]]:
        match = parse({"version": 2, "match": tree}).match
        rows = run(first_of_all(compile_audience(match, Question(AS_OF, EVERYWHERE)), 3))
        return [(row["customer_key"], row["members"]) for row in rows.to_pylist()]

    size = len(world.customers)
    assert ask(everybody) == [(10, size), (20, size), (30, size)]
    assert ask(nobody) == []


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    compared=st.one_of(
        st.tuples(
            st.just("recency"),
            st.sampled_from(["eq", "ne", "lt", "lte", "gt", "gte"]),
            st.sampled_from([-1, 0, 1, 6, 7, 29.5, 30, 90, 200, 40_000]),
        ),
        st.tuples(st.just("recency"), st.just("between"), st.sampled_from([[7, 60], [-5, 0]])),
        st.tuples(
            st.just("last"),
            st.sampled_from(["within_last", "before_last"]),
            st.sampled_from([1, 2, 7, 31, 200]),
        ),
    ),
    days=st.sampled_from([None, 1, 7, 31, 91, 400]),
    is_not=st.booleans(),
)
def test_the_last_event_is_looked_for_no_farther_back_than_needed(
    world: World, compared: tuple[str, str, Any], days: int | None, is_not: bool
) -> None:
    measure, op, value = compared
    tree: dict[str, Any] = {
        "kind": "event",
        "event": "Order Completed",
        "measure": measure,
        "op": op,
        "value": value,
        "where": [],
        "window": {"last_days": days} if days else {},
    }
    rule = parse({"version": 2, "match": tree}).match
    assert isinstance(rule, EventRule)
    least = narrowed(rule).window.last_days
    if op in ("gt", "gte", "ne", "before_last") or value in (-1, 40_000):
        assert least == days
    else:
        assert least is not None
        assert least <= (days or least)
    tree = {"kind": "not", "node": tree} if is_not else tree

    assert _found(tree, EVERYWHERE) == sorted(members(world, tree, as_of=AS_OF))


@pytest.mark.parametrize("kind", ["empty", "other place"])
def test_an_empty_scope_shows_nobody(world: World, kind: str) -> None:
    scope = Scope() if kind == "empty" else Scope(places=frozenset({99}))
    everybody = {"kind": "event", "event": "x", "op": "gte", "value": 0}

    assert _found(everybody, scope) == []
    assert len(_found(everybody, EVERYWHERE)) == len(world.customers)
