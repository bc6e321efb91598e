"""Rules on where customers live, from the place's form to the explanation."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.builders.customers import NOW, profile, resolve, seen_at
from tests.builders.org import make_place

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant, Scope
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.geo import Point, great_circle_km
from quanqu.know.audiences.contracts import DefinitionError, Explanation
from quanqu.know.audiences.facade import (
    count_audience,
    describe_audience,
    explain_membership,
    grammar,
    preview_audience,
)
from quanqu.know.customers.models import Customer
from quanqu.know.org.contracts import PlaceInfo, PlaceType

TODAY = NOW.date()
CENTRE = {"latitude": 53.797, "longitude": -1.548}
pytestmark = pytest.mark.django_db


def _actor(places: set[int] | None = None) -> Actor:
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    rights = frozenset({"audiences.view", "customers.view"})
    return Actor(ActorKind.PERSON, "per_1", "Pat", (Grant(rights, scope),))


@pytest.fixture
def places(own_lake: Path) -> dict[str, PlaceInfo]:
    """A store with both sorts of catchment, one with none, and a web shop."""
    store = {"place_type": PlaceType.STORE, "country": "GB"}
    leeds = {**store, **CENTRE, "catchment_km": 10, "catchment_postcodes": ("LS", "WF")}
    york = {**store, "latitude": 53.962, "longitude": -1.082}
    details = {"leeds": leeds, "york": york, "web": {}, "bare": store}
    return {code: make_place(code, **more) for code, more in details.items()}


@pytest.fixture
def people(places: dict[str, PlaceInfo]) -> dict[str, int]:
    """Four customers: near by coordinates, by postcode, near York, and nobody knows where."""
    names = ("near", "posted", "york", "lost")
    keys = dict(zip(names, resolve(*({"member_id": f"m:{n}"} for n in names)), strict=True))
    profile(keys["near"], traits=json.dumps({"latitude": 53.81, "longitude": -1.52}))
    profile(keys["posted"], postcode="WF1 1AA", country="GB")
    profile(keys["york"], traits=json.dumps({"latitude": 53.95, "longitude": -1.1}))
    profile(keys["lost"], postcode="EH1 1AA", country="GB")
    seen_at(*((key, places["web"].key) for key in keys.values()))
    publish_dirty(now=NOW)
    return {name: key for name, key in keys.items() if key is not None}


def _found(match: dict[str, Any], actor: Actor | None = None) -> set[int]:
    who = actor or _actor()
    definition = {"version": 2, "match": match}
    rows = preview_audience(actor=who, definition=definition, as_of=TODAY)
    assert count_audience(actor=who, definition=definition, as_of=TODAY) == len(rows)
    return {row.key for row in rows}


def _names(people: dict[str, int], keys: set[int]) -> set[str]:
    return {name for name, key in people.items() if key in keys}


def test_catchments_and_nearest_stores_hold_for_whom_they_should(
    places: dict[str, PlaceInfo], people: dict[str, int]
) -> None:
    leeds, york = places["leeds"].id, places["york"].id
    of_leeds = {"kind": "catchment", "place": leeds}

    assert _names(people, _found(of_leeds)) == {"near", "posted"}
    assert _names(people, _found({"kind": "not", "node": of_leeds})) == {"york", "lost"}
    assert _names(people, _found({"kind": "catchment"})) == {"near", "posted"}
    nearest = {"kind": "catchment", "place": york, "is_nearest": True}
    assert _names(people, _found(nearest)) == {"york"}
    assert _found({"kind": "and", "nodes": [of_leeds, nearest]}) == set()
    web = _actor({places["web"].key})
    assert _names(people, _found({"kind": "catchment"}, web)) == {"near", "posted"}


def test_near_measures_from_where_customers_are(
    places: dict[str, PlaceInfo], people: dict[str, int]
) -> None:
    far = great_circle_km(Point(53.81, -1.52), Point(*CENTRE.values()))
    near = {"kind": "near", "place": places["leeds"].id}

    assert _names(people, _found({**near, "within_km": far + 0.01})) == {"near", "posted"}
    assert _names(people, _found({**near, "within_km": far - 0.01})) == {"posted"}
    assert _names(people, _found({**near, "within_km": 20_000})) == {"near", "posted", "york"}


@pytest.mark.parametrize(
    ("code", "more", "fault"),
    [
        ("york", {}, "place_without_catchment"),
        ("web", {}, "place_without_catchment"),
        ("web", {"is_nearest": True}, "not_a_store"),
        ("bare", {"is_nearest": True}, "place_without_point"),
    ],
)
def test_a_place_that_lacks_what_is_asked_is_refused_by_name(
    places: dict[str, PlaceInfo], code: str, more: dict[str, Any], fault: str
) -> None:
    rule = {"kind": "catchment", "place": places[code].id, **more}

    with pytest.raises(DefinitionError) as refused:
        _found({"kind": "not", "node": rule})

    (problem,) = refused.value.problems
    assert (problem.path, problem.code) == ("$.match.node.place", fault)
    assert problem.details == {"place": places[code].id}


def test_a_place_out_of_scope_is_no_place(places: dict[str, PlaceInfo]) -> None:
    rule = {"kind": "catchment", "place": places["leeds"].id}

    with pytest.raises(DefinitionError) as refused:
        _found(rule, _actor({places["web"].key}))

    assert refused.value.problems[0].code == "unknown_place"


def _why(match: dict[str, Any], key: int, actor: Actor) -> Explanation:
    return explain_membership(
        actor=actor,
        definition={"version": 2, "match": match},
        customer_id=Customer.objects.get(key=key).id,
        as_of=TODAY,
    )


def test_an_explanation_names_the_places_in_view(
    places: dict[str, PlaceInfo], people: dict[str, int]
) -> None:
    leeds, york = places["leeds"], places["york"]
    match = {
        "kind": "or",
        "nodes": [
            {"kind": "catchment", "place": leeds.id},
            {"kind": "catchment", "place": leeds.id, "is_nearest": True},
            {"kind": "near", "place": leeds.id, "within_km": 5},
        ],
    }

    near = _why(match, people["near"], _actor())
    away = _why(match, people["york"], _actor())
    anywhere = _why({"kind": "catchment"}, people["near"], _actor({places["web"].key}))

    assert [(leaf.holds, leaf.found) for leaf in near.leaves] == [
        (True, leeds.name),
        (True, leeds.name),
        (True, "2.3"),
    ]
    assert near.leaves[0].sentence == f"lives in the catchment of “{leeds.name}”"
    assert [(leaf.holds, leaf.found) for leaf in away.leaves] == [
        (False, ""),
        (False, york.name),
        (False, "33.9"),
    ]
    assert [(leaf.holds, leaf.found) for leaf in anywhere.leaves] == [(True, "")]


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (
            {"kind": "catchment", "place": "plc_1"},
            "Customers with: lives in the catchment of “Leeds”.",
            "符合以下条件的客户：居住在“Leeds”的商圈内。",
        ),
        (
            {"kind": "catchment"},
            "Customers with: lives in the catchment of a place of the group.",
            "符合以下条件的客户：居住在本集团某个地点的商圈内。",
        ),
        (
            {"kind": "catchment", "place": "plc_1", "is_nearest": True},
            "Customers with: has “Leeds” as the nearest store.",
            "符合以下条件的客户：离“Leeds”比离其他门店近。",
        ),
    ],
)
def test_it_is_said_in_both_languages(rule: dict[str, Any], english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        told = describe_audience(
            definition={"version": 2, "match": rule},
            language=language,
            names={"place:plc_1": "Leeds"},
        )
        assert told == sentence


def test_the_schema_knows_the_rule() -> None:
    schema = grammar()["$defs"]["CatchmentRule"]

    assert schema["properties"]["kind"] == {"enum": ["catchment"]}
    assert set(schema["properties"]) == {"kind", "place", "is_nearest"}
    assert schema["required"] == ["kind"]
