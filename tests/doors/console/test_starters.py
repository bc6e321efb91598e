"""The ready beginnings of audiences: each is right, and finds exactly whom it is meant for."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from tests.builders.audience_oracle import members
from tests.builders.audiences import AS_OF, World, make_world, put_in_lake
from tests.builders.lake import lake_at

from quanqu.doors.console.pages.audience_starters import DISCOUNTS, Starter, starters
from quanqu.infra.auth.contracts import SYSTEM, Scope
from quanqu.infra.lake.facade import run
from quanqu.know.audiences.facade import compile_members, count_audience, validate

TODAY = date(2026, 6, 10)  # the last shopping festival was 12 December, 180 days before
ALL = Scope(everything=True)
BUY, VIEW, CART, OPEN = "Order Completed", "Product Viewed", "Product Added", "Email Opened"
EVENTS = {BUY, VIEW, CART, OPEN}
# customer → events as (name, days ago, minor units, channel, properties)
HAPPENED: dict[int, list[tuple[Any, ...]]] = {
    10: [(BUY, ago, 15_000, "web", {}) for ago in (5, 40, 100, 200)],
    20: [(BUY, 180, 2_000, "store", {})],
    30: [(BUY, ago, 1_000, "web", {}) for ago in (100, 300)],
    40: [(BUY, 181, 120_000, "store", {}), *[(BUY, n, 1, "web", {}) for n in (400, 500, 600)]],
    50: [(BUY, 10, 3_000, "app", {"discount": "5.00", "coupon": "MAY"})],
    60: [(VIEW, 3, None, "web", {}), (CART, 3, None, "web", {})],
    70: [(VIEW, 20, None, "web", {}), (BUY, 40, 1_000, "web", {})],
    80: [(OPEN, 50, None, "email", {})],
    90: [],
    100: [(BUY, 20, 900, "web", {"discount": 5}), (BUY, 30, 900, "web", {"discount": 0})],
}
EXPECTED = {
    "champions": {10},
    "spent_most": {40},
    "bought_again": {10, 30, 100},
    "one_time": {20, 50, 70},
    "new": {50},
    "lapsing": {30},
    "at_risk": {40},
    "festival": {20, 40},
    "cart_left": {60},
    "looked": {60, 70},
    "store_only": {20},
    "discount_only": {50},
    "reachable": {80},
    "birthday": {80},
    "reads": {80},
}


def _every(*discounts: str) -> dict[str, Starter]:
    return {one.code: one for one in starters(EVENTS, "GBP", discounts)}


def _small_world() -> World:
    world = World()
    for key, events in HAPPENED.items():
        world.customers.append(_customer(key))
        world.owner[key] = key
        for name, ago, minor, channel, properties in events:
            number = len(world.events)
            world.events.append(_event(number, key, name, ago, minor, channel, properties))
        if key in (80, 90):
            allowed = {"is_allowed": True, "valid_until": None, "bucket": "0"}
            pair = {"customer_key": key, "purpose": "marketing", "channel": "email"}
            world.consents.append({**pair, **allowed})
    return world


def _customer(key: int) -> dict[str, Any]:
    return {
        "customer_key": key,
        "customer_id": f"cus_{key}",
        "first_seen_at": _at(TODAY - timedelta(days=700)),
        "traits": None,
        "tags": None,
        "birth_day": {80: 615, 90: 710}.get(key),
        "identifier_types": ["email"] if key == 80 else ["phone"],
        "bucket": "0",
    }


def _event(
    number: int, key: int, name: str, ago: int, minor: int | None, channel: str, properties: Any
) -> dict[str, Any]:
    day = TODAY - timedelta(days=ago)
    return {
        "event_key": number,
        "message_id": f"m{number}",
        "type": "track",
        "event": name,
        "subject_key": key,
        "place_key": None,
        "source": "shop",
        "channel": channel,
        "occurred_at": _at(day),
        "received_at": _at(day),
        "day": day,
        "revenue_minor": minor,
        "currency": "GBP" if minor is not None else None,
        "properties": json.dumps(properties) if properties else None,
        "simulated": False,
        "part": f"{day:%Y%m}",
    }


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Put a small world into a lake, of which everybody is known."""
    with lake_at(tmp_path_factory.mktemp("starters") / "lake"):
        world = _small_world()
        put_in_lake(world)
        yield world


def _meant(world: World, match: dict[str, Any], as_of: date) -> set[int]:
    return members(world, _full(match), as_of=as_of)


def _full(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node with what the grammar may leave out, as the oracle wants it."""
    if "nodes" in node:
        return {**node, "nodes": [_full(one) for one in node["nodes"]]}
    if "node" in node:
        return {**node, "node": _full(node["node"])}
    if node["kind"] != "event":
        return {"from_days": 0, **node} if node["kind"] == "birthday" else node
    where = [{"op": "eq", "value": None, **one} for one in node.get("where", [])]
    begun = {"measure": "count", "op": "gte", "value": 1, "window": {}}
    return {**begun, **node, "where": where}


def test_every_beginning_is_a_right_definition_and_the_expected_ones_are_there() -> None:
    for discounts in ((), *((one,) for one in DISCOUNTS)):
        for one in _every(*discounts).values():
            assert validate(definition=one.definition) == (), one.code
            assert one.title
            assert one.text
    assert set(_every(DISCOUNTS[1])) == set(EXPECTED)


def test_only_what_the_data_can_answer_is_offered() -> None:
    assert "discount_only" not in _every()
    assert {one.code for one in starters([], "GBP")} == {"reachable", "birthday"}
    without_money = {one.code for one in starters(EVENTS, "")}
    assert not {"champions", "spent_most"} & without_money


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_a_beginning_finds_exactly_whom_it_is_meant_for(small: World, code: str) -> None:
    definition = _every("properties.discount")[code].definition

    keys = run(compile_members(definition=definition, scope=ALL, as_of=TODAY)).column(0)

    assert set(keys.to_pylist()) == EXPECTED[code]
    assert _meant(small, definition["match"], TODAY) == EXPECTED[code]


def test_a_coupon_tells_of_a_discount_before_an_amount_does(small: World) -> None:
    definition = _every(*DISCOUNTS)["discount_only"].definition

    assert "properties.coupon" in json.dumps(definition)
    assert _meant(small, definition["match"], TODAY) == {50}
    assert count_audience(actor=SYSTEM, definition=definition, as_of=TODAY) == 1


def test_beginnings_equal_the_oracle_on_a_random_world(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with lake_at(tmp_path_factory.mktemp("random") / "lake"):
        world = make_world(seed=11, customers=60, events=900)
        put_in_lake(world)
        for one in _every("properties.discount").values():
            expected = _meant(world, one.match, AS_OF)
            found = count_audience(actor=SYSTEM, definition=one.definition, as_of=AS_OF)
            assert found == len(expected), one.code
