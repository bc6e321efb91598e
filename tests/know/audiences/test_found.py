"""What is really in the data: names, keys, values, and the day that windows end on."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from tests.builders.audiences import AS_OF, World

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotAllowedError
from quanqu.know.audiences.contracts import FieldOrigin, FoundValue, UnknownFieldError
from quanqu.know.audiences.facade import (
    find_as_of,
    list_found_events,
    list_found_keys,
    list_found_values,
)
from quanqu.know.audiences.rules.days import look_back


def _seen(world: World, places: set[int] | None) -> set[int]:
    return {key for key, place in world.presence if places is None or place in places} | (
        {row["customer_key"] for row in world.customers} if places is None else set()
    )


def _told(found: tuple[FoundValue, ...]) -> dict[str, int]:
    return {one.value: one.count for one in found}


PLACES = [None, {1, 2}, set[int]()]


@pytest.mark.parametrize("places", PLACES)
def test_event_names_are_counted_in_scope(
    world: World, places: set[int] | None, actor: Any
) -> None:
    events = [e for e in world.events if places is None or e["place_key"] in places]

    found = list_found_events(actor=actor(places))

    assert {one.name: one.events for one in found} == Counter(e["event"] for e in events)
    assert [one.events for one in found] == sorted((one.events for one in found), reverse=True)
    for one in found:
        assert one.last_on == max(e["day"] for e in events if e["event"] == one.name)


@pytest.mark.parametrize("places", PLACES)
def test_values_of_the_profile_count_customers_in_scope(
    world: World, places: set[int] | None, actor: Any
) -> None:
    rows = [r for r in world.customers if r["customer_key"] in _seen(world, places)]
    wanted = {
        "country": Counter(r["country"] for r in rows if r["country"]),
        "tags": Counter(tag for r in rows for tag in r["tags"] or ()),
        "identifier_types": Counter(kind for r in rows for kind in r["identifier_types"] or ()),
        "birth_year": Counter(str(r["birth_year"]) for r in rows if r["birth_year"]),
    }

    for field, counts in wanted.items():
        found = list_found_values(actor=actor(places), origin=FieldOrigin.PROFILE, field=field)
        assert _told(found) == counts


@pytest.mark.parametrize("places", PLACES)
def test_values_of_an_event_count_its_events_in_scope(
    world: World, places: set[int] | None, actor: Any
) -> None:
    rows = [
        e
        for e in world.events
        if e["event"] == "Order Completed" and (places is None or e["place_key"] in places)
    ]

    def ask(field: str, text: str = "") -> dict[str, int]:
        return _told(
            list_found_values(
                actor=actor(places),
                origin=FieldOrigin.EVENT,
                field=field,
                event="Order Completed",
                text=text,
            )
        )

    assert ask("category") == Counter(e["category"] for e in rows if e["category"])
    assert ask("category", "HAT") == Counter(e["category"] for e in rows if e["category"] == "Hats")
    assert ask("simulated") == Counter("true" if e["simulated"] else "false" for e in rows)


def test_keys_tell_how_often_they_are_filled_and_which_are_numbers(
    world: World, actor: Any
) -> None:
    found = {
        one.name: one for one in list_found_keys(actor=actor(None), origin=FieldOrigin.PROFILE)
    }

    named = {"traits.plan", "traits.score", "traits.vip", "traits.城市 名"}
    assert set(found) == named | {"tag_values.favourite", "tag_values.spend"}
    filled = [r["traits"] for r in world.customers if r["traits"]]
    share = sum('"plan"' in text for text in filled) / len(filled)
    assert found["traits.plan"].filled_rate == pytest.approx(share)
    keys = list_found_keys(actor=actor(None), origin=FieldOrigin.EVENT, event="Email Opened")
    assert {one.name for one in keys} <= {
        "properties.color",
        "properties.rating",
        "properties.gift",
    }
    assert keys
    assert list_found_keys(actor=actor(None), origin=FieldOrigin.EVENT, event="Never") == ()


def test_fields_nobody_knows_and_readers_without_rights_are_refused(
    world: World, actor: Any
) -> None:
    for origin in FieldOrigin:
        with pytest.raises(UnknownFieldError):
            list_found_values(actor=actor(None), origin=origin, field="shoe_size")
    nobody: Actor = actor(None, rights=frozenset())
    for ask in (
        lambda: list_found_events(actor=nobody),
        lambda: list_found_keys(actor=nobody, origin=FieldOrigin.PROFILE),
        lambda: list_found_values(actor=nobody, origin=FieldOrigin.PROFILE, field="country"),
        lambda: find_as_of(actor=nobody, today=AS_OF),
    ):
        with pytest.raises(NotAllowedError):
            ask()


def test_windows_end_today_or_where_old_data_ends(world: World, actor: Any) -> None:
    last = max(event["day"] for event in world.events if event["day"] <= AS_OF)

    assert find_as_of(actor=actor(None), today=AS_OF) == AS_OF
    assert find_as_of(actor=actor(set()), today=AS_OF) == AS_OF
    far = AS_OF + timedelta(days=400)
    assert find_as_of(actor=actor(None), today=far) == max(e["day"] for e in world.events)
    assert last <= AS_OF


@pytest.mark.parametrize(
    ("events", "fresh", "is_today"),
    [(0, 0, True), (10, 0, False), (10, 1, True), (1000, 1, True), (1001, 1, False)],
)
def test_data_is_old_when_hardly_any_is_fresh(events: int, fresh: int, is_today: bool) -> None:
    last = AS_OF - timedelta(days=46)

    found = look_back(today=AS_OF, events=events, fresh=fresh, last_before=last)

    assert found == (AS_OF if is_today else last)
    assert look_back(today=AS_OF, events=events, fresh=events, last_before=None) == AS_OF
