"""What is kept of any rule is right after days turn, in small runs of days, and on every engine."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.audience_oracle import members
from tests.builders.audiences import AS_OF, World, trees
from tests.know.audiences.test_kept import EVERYWHERE, FIXED, _leaves, _members, _rules

from quanqu.infra.auth.contracts import Scope
from quanqu.know.audiences.queries import event_rows
from quanqu.know.audiences.queries.kept import advance, keep
from quanqu.know.audiences.queries.question import Question


@pytest.fixture(scope="module", autouse=True)
def few_rows_at_once() -> Iterator[None]:
    """Read so few events at once that every rule is put together from several runs of days."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_rows, "MOST_ROWS", 50)
        yield


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    tree=trees(),
    other=trees(),
    back=st.integers(0, 100),
    places=st.sampled_from([None, {1, 2}]),
)
def test_days_that_turn_and_rules_that_come_equal_the_oracle(
    world: World, tree: dict[str, Any], other: dict[str, Any], back: int, places: set[int] | None
) -> None:
    match, more = _rules(tree), _rules(other)
    scope = EVERYWHERE if places is None else Scope(places=frozenset(places))
    kept = keep(Question(AS_OF - timedelta(days=back), scope), _leaves(match))

    advance(kept, Question(AS_OF, scope), _leaves(match, more))

    assert _members(kept, match) == sorted(members(world, tree, as_of=AS_OF, places=places))
    assert _members(kept, more) == sorted(members(world, other, as_of=AS_OF, places=places))


def test_every_engine_keeps_the_same(world: World, engine: str) -> None:
    wanted = _leaves(*(_rules(tree) for tree in FIXED))
    kept = keep(Question(AS_OF - timedelta(days=2), EVERYWHERE), wanted)

    advance(kept, Question(AS_OF, EVERYWHERE), wanted)

    for tree in FIXED:
        assert _members(kept, _rules(tree)) == sorted(members(world, tree, as_of=AS_OF)), engine


def test_more_lists_of_conditions_than_one_number_has_bits(world: World) -> None:
    def tree(least: int, count: int) -> dict[str, Any]:
        where = [{"field": "revenue_minor", "op": "gte", "value": least}]
        asked = {"measure": "count", "op": "gte", "value": count, "window": {"last_days": 100}}
        return {"kind": "event", "event": "Order Completed", "where": where, **asked}

    asked = [tree(least * 20, count) for least in range(130) for count in (1, 2)]
    kept = keep(Question(AS_OF, EVERYWHERE), _leaves(*map(_rules, asked)))

    assert len(kept.states) == 130  # rules that only compare otherwise share what is kept
    sizes = set()
    for one in asked:
        found = _members(kept, _rules(one))
        assert found == sorted(members(world, one, as_of=AS_OF))
        sizes.add(len(found))
    assert len(sizes) > 2
    assert all(state.dtype == np.int32 for (state,) in kept.states.values())
