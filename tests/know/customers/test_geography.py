"""Where customers are: the document's table, a plain-Python oracle, the lake, the page's answer."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.customers import NOW, later, make_actor, profile, resolve, seen_at
from tests.builders.org import make_company, make_place

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.lake.facade import publish_dirty, run, table
from quanqu.infra.outbox.facade import deliver_events
from quanqu.kernel.geo import Point
from quanqu.know.customers.contracts import LocatedBy
from quanqu.know.customers.facade import get_customer
from quanqu.know.customers.models import Customer
from quanqu.know.customers.rules.geography import Located, Site, locate, own_point
from quanqu.know.org.contracts import PlaceDraft, PlaceInfo, PlaceType
from quanqu.know.org.facade import change_place

DOCUMENT = Path(__file__).parents[3] / "docs" / "rules" / "geography.md"
HOW = (None, "coordinates", "place_postcode", "catchment_postcode")
Person = tuple[Point | None, str | None, str | None]


def rows(number: int) -> list[list[str]]:
    section = DOCUMENT.read_text("utf-8").split("\n## Worked example\n")[1]
    tables = [part for part in section.split("\n\n") if part.startswith("|")]
    lines = tables[number].strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def said(found: Located) -> list[tuple[str | None, int, float, list[int]]]:
    names = {key: str(key) for key in range(100)}
    lists = found.catchments(names).to_pylist()
    return [
        (how, nearest, km, [int(one) for one in serving or []])
        for how, nearest, km, serving in zip(
            found.located_by(),
            found.nearest_store.tolist(),
            found.nearest_km.tolist(),
            lists,
            strict=True,
        )
    ]


def test_the_document_is_what_the_rule_does() -> None:
    sites = [
        Site(
            key=int(key),
            country=country,
            postcode=code,
            point=Point(float(north), float(east)),
            is_store=kind == "store",
            radius_km=float(radius) if radius else None,
            areas=tuple(one.replace(" ", "") for one in areas.split(",")),
        )
        for key, kind, country, code, north, east, radius, areas in rows(0)
    ]
    people = rows(1)
    own = [own_point([_told(*cells[0].split(), at=1)]) if cells[0] else None for cells in people]

    found = said(locate(own, [one[1] for one in people], [one[2] for one in people], sites))

    for cells, (how, nearest, km, serving) in zip(people, found, strict=True):
        told = (cells[3], cells[4], cells[5], cells[6])
        written = (
            how or "",
            str(nearest) if nearest >= 0 else "",
            "" if math.isnan(km) else f"{km:.1f}",
            " ".join(map(str, serving)),
        )
        assert written == told


def _told(latitude: Any, longitude: Any, *, at: int, source: str = "shop") -> dict[str, list[Any]]:
    return {"latitude": [latitude, at, source], "longitude": [longitude, at, source]}


@pytest.mark.parametrize(
    ("stored", "point"),
    [
        ([], None),
        ([{"plan": ["gold", 1, "shop"]}], None),
        ([_told(51.50012, -0.1239, at=1)], (51.5, -0.124)),
        ([_told(51.5, -0.12, at=1), _told("53.8", "-1.55", at=2)], (53.8, -1.55)),
        ([_told(51.5, -0.12, at=2, source="b"), _told(1, 2, at=2, source="a")], (51.5, -0.12)),
        ([_told(51.5, -0.12, at=1), _told("n/a", 5, at=2)], (51.5, -0.12)),
        ([{"latitude": [51.5, 1, "shop"]}], None),
        ([{"latitude": [51.5, 1, "shop"], "longitude": [3, 2, "shop"]}], None),
        ([{"latitude": [51.5, 1, "a"], "longitude": [3, 1, "b"]}], None),
    ],
)
def test_coordinates_count_when_they_were_told_together(stored: Any, point: Any) -> None:
    assert own_point(stored) == point


CORNERS = (
    Point(53.797, -1.548), Point(53.962, -1.082), Point(53.744, -0.332), Point(51.507, -0.128),
    Point(39.909, 116.434), Point(-33.868, 151.209), Point(-17.7, 178.1), Point(-17.7, -178.1),
)  # fmt: skip
CODES = ("LS1 4AP", "ls14aq", "LS29", "YO1 7HH", "10002-6", "1000", "", None)
COUNTRIES = ("GB", "gb", "CN", "United Kingdom", "", None)
PEOPLE = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from(CORNERS)),
        st.sampled_from(CODES),
        st.sampled_from(COUNTRIES),
    ),
    max_size=25,
)
SITES = st.lists(
    st.builds(
        Site,
        key=st.integers(1, 60),
        country=st.sampled_from(["GB", "CN", ""]),
        postcode=st.sampled_from(["LS1 4AP", "YO1 7HH", "100026", ""]),
        point=st.one_of(st.none(), st.sampled_from(CORNERS)),
        is_store=st.booleans(),
        radius_km=st.sampled_from([None, 0.5, 50.0, 300.0, 1000.0]),
        areas=st.lists(
            st.sampled_from(["LS", "LS1", "LS14A", "YO1", "1", "100026"]), max_size=3, unique=True
        ).map(tuple),
    ),
    max_size=8,
    unique_by=lambda site: site.key,
)


def km(here: Point, there: Point) -> float:
    """The law of cosines with the angle's tangent: no haversine, no chord."""
    a, b = math.radians(here.latitude), math.radians(there.latitude)
    turn = math.radians(there.longitude - here.longitude)
    across = math.hypot(
        math.cos(b) * math.sin(turn),
        math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(turn),
    )
    along = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371.0088 * math.atan2(across, along)


def oracle(person: Person, sites: list[Site]) -> tuple[str | None, int, float, list[int]]:
    """One person at a time, by the words of the document."""
    own, raw, nation = person
    code = "".join(filter(str.isalnum, (raw or "").upper()))
    near = sorted(sites, key=lambda site: site.key)
    country = nation.upper() if nation and len(nation) == 2 else ""
    mine = [s for s in near if not s.country or not country or s.country == country]
    exact = [s for s in mine if s.point and code and s.postcode.replace(" ", "") == code]
    named = [
        (-len(area), s.key, s.point)
        for s in mine
        for area in s.areas
        if s.point and code.startswith(area)
    ]
    where, how = own, "coordinates"
    if where is None:
        where, how = (exact[0].point, HOW[2]) if exact else (None, "")
    if where is None and named:
        where, how = min(named)[2], "catchment_postcode"
    serving = {s.key for s in mine if any(code.startswith(area) for area in s.areas)}
    if where is None:
        return None, -1, math.nan, sorted(serving)
    for site in near:
        if site.point and site.radius_km and km(where, site.point) <= site.radius_km:
            serving.add(site.key)
    stores = [(round(km(where, s.point), 6), s.key) for s in near if s.is_store and s.point]
    far, nearest = min(stores, default=(math.nan, -1))
    return how, nearest, far, sorted(serving)


@settings(max_examples=300, deadline=None)
@given(people=PEOPLE, sites=SITES)
def test_the_rule_in_columns_is_the_rule_in_words(people: list[Person], sites: list[Site]) -> None:
    columns = [list(column) for column in zip(*people, strict=True)] or [[], [], []]

    found = said(locate(columns[0], columns[1], columns[2], sites))

    for got, wanted in zip(found, (oracle(one, sites) for one in people), strict=True):
        assert (got[0], got[1], got[3]) == (wanted[0], wanted[1], wanted[3])
        assert got[2] == pytest.approx(wanted[2], abs=1e-3, nan_ok=True)


def test_many_are_located_in_parts_as_they_are_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = [
        Site(key, "", "", point, True, 500.0, ()) for key, point in enumerate(CORNERS, start=1)
    ]
    own = [Point(50 + at / 100, at / 50) for at in range(500)]
    nothing = [None] * 500
    whole = said(locate(own, nothing, nothing, sites))

    monkeypatch.setattr("quanqu.know.customers.rules.geography._AT_ONCE", 100)

    assert said(locate(own, nothing, nothing, sites)) == whole


def _store(code: str, **details: object) -> PlaceInfo:
    fields = {"place_type": PlaceType.STORE, "country": "GB"} | details
    return make_place(code, company=make_company(), **fields)


def _homes() -> dict[int, tuple[Any, ...]]:
    names = ("located_by", "nearest_store", "catchments", "latitude", "longitude")
    return {
        row["customer_key"]: tuple(row[name] for name in names)
        for row in run(table("dim_customer")).to_pylist()
    }


@pytest.mark.django_db
def test_customers_are_published_with_where_they_are_and_anew_when_places_move(
    own_lake: Path,
) -> None:
    leeds = _store("leeds", postcode="LS1 4AP", latitude=53.797, longitude=-1.548)
    york = _store("york", latitude=53.962, longitude=-1.082, catchment_km=30)
    ann, bob, cy = resolve({"member_id": "m:1"}, {"member_id": "m:2"}, {"member_id": "m:3"})
    profile(ann, postcode="ls14ap", country="GB")
    profile(bob, traits=json.dumps({"latitude": 53.95012, "longitude": "-1.1", "plan": "gold"}))
    profile(cy, postcode="HU5 1AA", country="GB")
    publish_dirty(now=NOW)

    assert _homes() == {
        ann: ("place_postcode", leeds.id, None, 53.797, -1.548),
        bob: ("coordinates", york.id, [york.id], 53.95, -1.1),
        cy: (None, None, None, None, None),
    }
    traits = {r["customer_key"]: r["traits"] for r in run(table("dim_customer")).to_pylist()}
    assert traits[bob] == '{"plan": "gold"}'

    served = PlaceDraft(
        leeds.code, leeds.name, replace(leeds.details, catchment_postcodes=("HU 5",))
    )
    change_place(actor=SYSTEM, place_id=leeds.id, place=served, now=NOW)
    deliver_events(now=NOW)
    publish_dirty(now=NOW)

    assert _homes()[cy] == ("catchment_postcode", leeds.id, [leeds.id], 53.797, -1.548)


@pytest.mark.django_db
def test_a_customers_page_says_what_the_lake_says_and_only_of_places_in_view() -> None:
    leeds = _store("leeds", latitude=53.797, longitude=-1.548, catchment_km=20)
    york = _store("york", latitude=53.962, longitude=-1.082, catchment_km=30)
    (ann,) = resolve({"member_id": "m:1"})
    profile(ann, traits=json.dumps({"latitude": 53.9, "longitude": -1.3}))
    seen_at((ann, leeds.key))
    identity = Customer.objects.get(key=ann).id

    whole = get_customer(actor=make_actor(), customer_id=identity)
    part = get_customer(actor=make_actor(places=[leeds.key]), customer_id=identity).whereabouts

    assert whole.whereabouts.located_by is LocatedBy.COORDINATES
    assert whole.whereabouts.nearest_store == york.key
    assert whole.whereabouts.nearest_km == pytest.approx(15.8, abs=0.05)
    assert whole.whereabouts.catchments == (leeds.key, york.key)
    assert (part.nearest_store, part.nearest_km, part.catchments) == (None, None, (leeds.key,))
    traits = {one.field: one.value for one in whole.traits}
    assert traits == {"latitude": "53.9", "longitude": "-1.3"}


@pytest.mark.django_db
def test_after_a_merge_the_latest_coordinates_count() -> None:
    _store("leeds", latitude=53.797, longitude=-1.548)
    one, two = resolve({"member_id": "m:1"}, {"email": "a@b.org"})
    profile(one, at=later(1), traits=json.dumps({"latitude": 53.8, "longitude": -1.5}))
    profile(two, at=later(2), traits=json.dumps({"latitude": 40.0, "longitude": 116.4}))
    resolve({"member_id": "m:1", "email": "a@b.org"})
    identity = Customer.objects.get(key=one).id

    found = get_customer(actor=make_actor(), customer_id=identity).whereabouts

    assert found.nearest_km == pytest.approx(
        km(Point(40.0, 116.4), Point(53.797, -1.548)), abs=1e-3
    )


def test_lists_of_places_are_arrow_lists() -> None:
    found = locate([CORNERS[0], None], [None, None], [None, None], [])

    assert found.catchments({}).type == pa.list_(pa.string())
    assert found.catchments({}).to_pylist() == [None, None]
