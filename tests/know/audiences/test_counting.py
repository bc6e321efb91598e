"""Counting over arrays equals the oracle, forgets nothing it should know and knows nothing old."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders.audience_oracle import members
from tests.builders.audiences import AS_OF, World, make_world, put_in_lake, trees
from tests.builders.lake import lake_at

from quanqu.infra.auth.contracts import Scope
from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, delete_where
from quanqu.know.audiences.queries import counting, event_rows, everybody
from quanqu.know.audiences.queries.counting import forget_remembered, keys_of_members
from quanqu.know.audiences.queries.question import Question
from quanqu.know.audiences.rules.reading import parse

EVERYWHERE = Scope(everything=True)
BOUGHT: dict[str, Any] = {
    "kind": "event",
    "event": "Order Completed",
    "measure": "count",
    "op": "gte",
    "value": 1,
    "window": {},
    "where": [],
}
IN_BRITAIN = {"kind": "profile", "field": "country", "op": "eq", "value": "GB"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_remembered()
    yield
    forget_remembered()


def _counted(tree: dict[str, Any], scope: Scope = EVERYWHERE, as_of: date = AS_OF) -> list[int]:
    match = parse({"version": 2, "match": tree}).match
    found = keys_of_members(match, Question(as_of, scope))
    assert found is not None
    return [int(key) for key in found]


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees(), places=st.sampled_from([None, {1, 2}, {3}]), back=st.integers(0, 40))
def test_what_is_counted_equals_the_oracle(
    world: World, tree: dict[str, Any], places: set[int] | None, back: int
) -> None:
    scope = EVERYWHERE if places is None else Scope(places=frozenset(places))
    as_of = AS_OF - timedelta(days=back)

    found = _counted(tree, scope, as_of)

    assert found == sorted(members(world, tree, as_of=as_of, places=places))
    assert _counted(tree, scope, as_of) == found  # as it is remembered


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees())
def test_in_many_runs_of_days_too(
    world: World, monkeypatch: pytest.MonkeyPatch, tree: dict[str, Any]
) -> None:
    monkeypatch.setattr(event_rows, "MOST_ROWS", 25)
    monkeypatch.setattr(event_rows, "_FEW", 0)
    forget_remembered()

    assert _counted(tree) == sorted(members(world, tree, as_of=AS_OF))


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    world = make_world(7)
    with lake_at(tmp_path / "lake"):
        put_in_lake(world)
        yield world


def _put(name: str, rows: list[dict[str, Any]], version: int) -> None:
    data = pa.Table.from_pylist(rows, schema=registry.publication(name).schema)
    append(name=name, table=data, app_id="more", app_version=version)


def _agrees(world: World) -> None:
    for tree in (BOUGHT, {"kind": "not", "node": BOUGHT}, IN_BRITAIN):
        assert _counted(tree) == sorted(members(world, tree, as_of=AS_OF))


def test_what_changes_meanwhile_is_seen(own_world: World) -> None:
    world = own_world
    _agrees(world)

    fresh = [{**one, "event_key": 9_000 + n} for n, one in enumerate(make_world(8).events)]
    world.events += fresh
    _put("fact_event", fresh, 1)
    _agrees(world)

    # a customer more, far away from the others, and an identifier that moves
    stranger = {**world.customers[0], "customer_key": 70_000, "country": "GB", "bucket": "1"}
    world.customers.append(stranger)
    _put("dim_customer", [stranger], 1)
    _own(world, {**world.owner, 70_000: 70_000, 11: 20, 20: 70_000})
    _agrees(world)

    # and a customer less
    world.customers = [one for one in world.customers if one["customer_key"] != 70_000]
    delete_where(name="dim_customer", column="customer_key", values=[70_000])
    _agrees(world)


def _own(world: World, owner: dict[int, int]) -> None:
    world.owner = owner
    delete_where(name="dim_identity", column="bucket", values=["0", "1"])
    rows = [
        {"subject_key": s, "customer_key": c, "identifier_type": "x", "bucket": str(s // 65_536)}
        for s, c in owner.items()
    ]
    _put("dim_identity", rows, 1)


def test_only_the_partitions_that_changed_are_read(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [{**own_world.customers[0], "customer_key": 70_000 + n, "bucket": "1"} for n in (0, 1)]
    _put("dim_customer", more[:1], 1)
    before = everybody.everybody()
    asked = []
    real = everybody.run
    monkeypatch.setattr(everybody, "run", lambda table: asked.append(real(table)) or asked[-1])

    _put("dim_customer", more[1:], 2)
    after = everybody.everybody()

    assert before is not None
    assert after is not None
    assert [sorted(found["customer_key"].to_pylist()) for found in asked] == [[70_000, 70_001]]
    assert after.is_customer.sum() == before.is_customer.sum() + 1
    assert not before.is_customer[70_001]


def test_keys_that_lie_far_apart_are_left_to_the_engine(own_world: World) -> None:
    far = {**own_world.customers[0], "customer_key": everybody.MOST_PLACES + 5, "bucket": "1525"}
    _put("dim_customer", [far], 1)

    assert everybody.everybody() is None
    match = parse({"version": 2, "match": BOUGHT}).match
    assert keys_of_members(match, Question(AS_OF, EVERYWHERE)) is None


def test_keys_in_no_order_of_partitions_are_read_whole(own_world: World) -> None:
    stranger = {**own_world.customers[0], "customer_key": 70_000, "country": "GB"}
    own_world.customers.append(stranger)
    _put("dim_customer", [stranger], 1)  # in the partition of others
    _agrees(own_world)

    own_world.customers.pop()
    delete_where(name="dim_customer", column="customer_key", values=[70_000])
    _agrees(own_world)


def test_a_key_in_the_partition_of_others_is_forgotten_when_its_own_changed_too(
    own_world: World,
) -> None:
    neighbour = {**own_world.customers[0], "customer_key": 70_000, "country": "GB", "bucket": "1"}
    stranger = {**neighbour, "customer_key": 70_001, "bucket": own_world.customers[0]["bucket"]}
    own_world.customers.append(neighbour)
    _put("dim_customer", [neighbour], 1)
    _agrees(own_world)

    own_world.customers[-1:] = [stranger]
    delete_where(name="dim_customer", column="customer_key", values=[70_000])
    _put("dim_customer", [stranger], 2)
    _agrees(own_world)

    own_world.customers.pop()
    delete_where(name="dim_customer", column="customer_key", values=[70_001])
    _agrees(own_world)


def test_another_engine_is_asked_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUANQU_ENGINE", "sc://127.0.0.1:1")
    match = parse({"version": 2, "match": BOUGHT}).match

    assert keys_of_members(match, Question(AS_OF, EVERYWHERE)) is None


def test_so_many_bitmaps_are_remembered_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_REMEMBERED", 3)
    for value in range(1, 6):
        _counted({**BOUGHT, "op": "gte", "value": value})

    assert len(counting._remembered) == 3
