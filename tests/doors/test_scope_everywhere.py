"""Law 9 on every route: whoever may see a part of the group is answered as if the rest were not.

The routes are read from the OpenAPI document and from the console's addresses, so a new one is
walked as soon as it is there, and a parameter nobody has described in `walks` fails the test.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from tests.builders import timeline
from tests.builders.corners import NOW, Corner, make_corner, make_goods, private_of
from tests.builders.held import held_database
from tests.builders.http import signed_in
from tests.builders.org import SYSTEM, actor_of_person, make_company, make_person, make_place
from tests.builders.tiers import IS_USUAL
from tests.builders.walks import (
    GROUP_WIDE,
    Route,
    api_routes,
    api_writes,
    console_routes,
    console_writes,
    stable,
    text_of,
)

from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel import ids
from quanqu.kernel.time import utc_now
from quanqu.know.audiences.facade import save_audience
from quanqu.know.org.contracts import PlaceType, RoleCode, RoleGrant, UnitInfo
from quanqu.know.org.facade import grant_role, revoke_role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Answers = dict[Route, tuple[int, str]]
Known = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads: their session, what they may name, what others have."""

    client: Client
    known: Known
    others: Known
    hidden: tuple[str, ...]

    def read(self, route: Route, **changed: str) -> tuple[int, str]:
        """Return status and body of a route."""
        answer = route.call(self.client, self.known, **changed)
        return answer.status_code, text_of(answer)


@dataclass(frozen=True, slots=True)
class World:
    """The readers, the routes, and what two readers read before the other company was there."""

    readers: Mapping[str, Reader]
    routes: tuple[Route, ...]
    writes: tuple[Route, ...]
    before: Mapping[str, Answers]
    after: dict[str, Answers] = field(default_factory=dict)

    def answers(self, name: str) -> Answers:
        """Return what a reader reads on every route, read once."""
        if name not in self.after:
            self.after[name] = _read_all(self.readers[name], self.routes)
        return self.after[name]


ALSO_NORTH, ALSO_SOUTH = (
    pytest.param(name, marks=pytest.mark.thorough) for name in ("north", "south")
)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[World]:
    """Return the group of this file; it is there for the whole file and gone afterwards."""
    home = tmp_path_factory.mktemp("corners")
    with held_database(django_db_blocker, home):
        yield _make_world(home)


def _make_world(home: Path) -> World:
    document = Client().get("/api/openapi.json").json()
    routes = (*api_routes(document), *console_routes())
    ibis = make_company("ibis")
    web = make_corner("aardvark", ibis, PlaceType.WEB_SHOP, 1111, home)
    store = make_corner("badger", ibis, PlaceType.STORE, 2222, home)
    lamps, north = _goods(ibis, web, store)
    both = make_person("Both", unit_id=ibis.id)
    jackals = ("jackal", "caracal")
    readers = {
        "north": Reader(signed_in(north), {**web.known, **lamps}, {}, jackals),
        "store": Reader(
            signed_in(store.keeper), {**store.known, **lamps}, web.known, (*jackals, *web.private)
        ),
    }
    compared = ("store",) if IS_USUAL else ("north", "store")
    before = {name: _read_all(readers[name], routes) for name in compared}
    jackal = make_company("jackal")
    other = make_corner("caracal", jackal, PlaceType.WEB_SHOP, 3333, home)
    desks, south = _goods(jackal, other, other)
    grant_role(
        actor=SYSTEM, person_id=both.id, grant=RoleGrant(RoleCode.VIEWER, jackal.id), now=NOW
    )
    _leave_waiting()
    far = {**other.known, **desks}
    hidden = (*other.private, *private_of(desks), "jackal")
    near = ("ibis", *private_of(lamps), *web.private, *store.private)
    mine = readers["north"].known
    gone = make_person("Nobody", unit_id=jackal.id)
    readers["north"] = Reader(readers["north"].client, mine, far, hidden)
    readers["store"] = Reader(
        readers["store"].client, readers["store"].known, web.known, (*hidden, *web.private)
    )
    readers["south"] = Reader(signed_in(south), far, mine, near)
    readers["nobody"] = Reader(signed_in(gone), mine, far, (*hidden, *near))
    revoke_role(actor=SYSTEM, person_id=gone.id, assignment_id=gone.assignments[0].id, now=NOW)
    return World(readers, routes, (*api_writes(document), *console_writes()), before)


def _leave_waiting() -> None:
    """Leave events unsettled, and an audience over no place at all."""
    issued = timeline.make_source("caracal-late", place="caracal-late")
    timeline.accept(issued, [timeline.make_event(messageId="caracal-late")], now=utc_now())
    nowhere = actor_of_person(make_person("Lynxson", unit_id=make_company("lynx").id))
    rules = {"version": 1, "match": {"kind": "event", "event": "caracal odd"}}
    save_audience(actor=nowhere, name="caracal ghosts", definition=rules, now=NOW)


def _goods(company: UnitInfo, first: Corner, second: Corner) -> tuple[Known, Any]:
    boss = make_person(f"{company.code.title()}man", unit_id=company.id)
    place = second.place
    if first is second:
        place = make_place(f"{company.code}-depot", company=company)
    known = make_goods(company.code, company, actor_of_person(boss), first.place, place)
    publish_dirty(now=NOW)
    return known, boss


def _read_all(reader: Reader, routes: tuple[Route, ...]) -> Answers:
    return {route: reader.read(route) for route in routes}


def _told(reader: Reader, route: Route, status: int, text: str) -> str:
    """Return what an answer gives away beside what was asked; empty when that is nothing."""
    if status >= 500:
        return f"status {status}"
    asked = [route.value(name, reader.known) for name in (*route.path, *route.required)]
    low = stable(text, *asked).lower()
    found = [word for word in reader.hidden if word.lower() in low]
    return f"shows {found[0]} …{_around(low, found[0].lower())}…" if found else ""


def _amiss(status: int, text: str, expected: int) -> str:
    return "" if status == expected else f"{status} {text[:200]}"


def _lines(told: Mapping[Route, str]) -> str:
    return "\n".join(f"{route.template}: {said}" for route, said in told.items() if said)


def _around(text: str, word: str) -> str:
    at = text.index(word)
    return " ".join(text[max(at - 80, 0) : at + 80].split())


@pytest.mark.parametrize("name", [ALSO_NORTH, "store", ALSO_SOUTH, "nobody"])
def test_no_route_shows_anything_of_the_others(world: World, name: str) -> None:
    reader = world.readers[name]

    told = {route: _told(reader, route, *said) for route, said in world.answers(name).items()}

    assert not _lines(told), _lines(told)


@pytest.mark.parametrize("name", [ALSO_NORTH, "store", ALSO_SOUTH])
def test_every_route_answers_for_ones_own_things(world: World, name: str) -> None:
    # An upload is the session's own; what is set for a whole company is not one place's to read.
    whole = (
        "company_id", "profile_id", "decision_id", "statement_id", "difference_id", "account_id",
        "account", "supplier_place", "offer_key",
    )  # fmt: skip
    aside = {"token", *(whole if name == "store" else ())}
    mine = [route for route in world.routes if not aside & {*route.path, *route.inside}]
    told = {
        route: _amiss(
            *world.answers(name)[route],
            403 if route.template in GROUP_WIDE else _answer_for(name, route.template),
        )
        for route in mine
    }

    assert not _lines(told), _lines(told)


def _answer_for(name: str, template: str) -> int:
    if name == "store" and template == "/api/v1/dropship/orders/{dropship_id}/address":
        return 404  # it is the supplier's alone, and whose who is over it
    return _OTHERWISE.get(template, 200)


# Of a parcel without a label there is none; some addresses only lead to the page of their form.
_OTHERWISE = {
    "/api/v1/parcels/{parcel_id}/label": 404,
    "fulfilment/parcels/{parcel_id}/label": 404,
    "fulfilment/carriers/{carrier_id}/tariffs": 302,
    "returns/policy/try": 302,
}


@pytest.mark.parametrize("name", [ALSO_NORTH, "store"])
def test_things_of_others_are_answered_like_things_that_are_not(world: World, name: str) -> None:
    reader = world.readers[name]

    told: dict[Route, str] = {}
    for route in world.routes:
        for parameter in route.sided():
            if route.key_of(parameter) not in reader.others:
                continue
            theirs = route.value(parameter, reader.others)
            nothing = _nothing_like(theirs)
            status, text = reader.read(route, **{parameter: theirs})
            expected, empty = reader.read(route, **{parameter: nothing})
            if status != expected or stable(text, theirs) != stable(empty, nothing):
                change = _difference(stable(empty, nothing), stable(text, theirs))
                told[route] = f"{parameter} {expected} {status} {change}"
            elif parameter in route.path and status not in (403, 404):
                told[route] = f"{parameter} {status}"

    assert not _lines(told), _lines(told)


@pytest.mark.parametrize("name", [ALSO_NORTH, "store"])
def test_nothing_changes_when_another_company_comes(world: World, name: str) -> None:
    after, before = world.answers(name), world.before[name]

    told: dict[Route, str] = {}
    for route in world.routes:
        if route.template in _TRAIL:
            continue
        (status, text), (old, then) = after[route], before[route]
        if status != old or stable(text) != stable(then):
            told[route] = _difference(stable(then), stable(text))

    assert not _lines(told), _lines(told)


def test_nobody_changes_what_others_have(world: World) -> None:
    reader, south = world.readers["north"], world.readers["south"]
    before = world.answers("south")

    told: dict[Route, str] = {}
    for route in world.writes:
        for parameter in route.sided():
            if (route.template, parameter) in _WAY_BACK:
                continue
            theirs = route.value(parameter, reader.others)
            status, text = reader.read(route, **{parameter: theirs})
            expected, empty = reader.read(route, **{parameter: _nothing_like(theirs)})
            if status != expected or status not in _REFUSED[route.template.startswith("/api")]:
                told[route] = f"{parameter} {status} {expected} {text[:200]} {empty[:200]}"

    assert not _lines(told), _lines(told)
    for route, (_, text) in _read_all(south, world.routes).items():
        if route.template not in _TRAIL:
            assert stable(text) == stable(before[route][1]), route


# The reads of these tests are in it.
_TRAIL = ("/api/v1/audit", "settings/audit")
# These only say where to go afterwards.
_WAY_BACK = {
    ("customers/{customer_id}/evidence/{evidence_key}/withdrawal", "customer_id"),
    ("customers/{customer_id}/verdicts/{verdict_key}/lift", "customer_id"),
}
# A form of the console may answer a refusal with a message on the page it came from.
_REFUSED = {True: (403, 404), False: (302, 403, 404)}


def test_figures_are_those_of_ones_own_rows(world: World) -> None:
    question = {
        "metrics": ["gross_sales", "refunds_amount", "net_sales", "orders", "units_sold"],
        "period": {"first": str(NOW.date() - timedelta(days=5)), "last": str(NOW.date())},
    }

    found = {}
    for name in ("north", "store", "south", "nobody"):
        answer = world.readers[name].client.post(
            "/api/v1/metrics/query", question, "application/json"
        )
        found[name] = (
            [cells[0]["value"] for cells in answer.json()["rows"][0]["cells"].values()]
            if answer.status_code == 200
            else answer.status_code
        )

    # At each place two orders of two mugs, one mug given back, and an imported order of nothing;
    # a mug is 11.11 at the first place, 22.22 at the store and 33.33 at the other company.
    assert found == {
        "north": ["133.32", "33.33", "99.99", 6, 8],
        "store": ["88.88", "22.22", "66.66", 3, 4],
        "south": ["133.32", "33.33", "99.99", 3, 4],
        "nobody": 403,
    }


def _difference(old: str, new: str) -> str:
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return f"{old[at - 60 : at + 80]!r} became {new[at - 60 : at + 80]!r}"


def _nothing_like(value: str) -> str:
    if value.isdigit():
        return "9" * 15
    if value[3:4] == "_":
        return ids.encode(value[:3], ids.new_id())
    for word in ("aardvark", "caracal", "jackal"):
        if word in value.lower():
            return value.lower().replace(word, "zebra")
    return "f" * len(value)
