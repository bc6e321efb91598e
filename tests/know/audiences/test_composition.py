"""Members beside everybody, against a count over the raw rows in plain Python."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from tests.builders.customers import profile, resolve, seen_at
from tests.builders.org import make_company, make_group, make_place
from tests.know.audiences.test_saved import NOW, TODAY, _actor, _refresh, _save

from quanqu.infra.lake import registry
from quanqu.infra.lake.facade import append, publish_dirty
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import new_id
from quanqu.know.audiences.contracts import Composition, Trait, UnknownFieldError
from quanqu.know.audiences.facade import compose_members
from quanqu.know.customers.facade import assign_tag, customers_by_subject
from quanqu.know.org.contracts import PlaceType

pytestmark = pytest.mark.django_db

WOMEN = {
    "version": 1,
    "match": {"kind": "profile", "field": "gender", "op": "eq", "value": "female"},
}
Person = dict[str, Any]


@pytest.fixture
def crowd(own_lake: Path) -> list[Person]:
    """Ninety customers with everything a composition tells of, some of it missing."""
    make_group(currency="GBP")
    company = make_company("hearth", currency="GBP")
    places = [
        make_place("web", company=company, place_type=PlaceType.WEB_SHOP, currency="GBP"),
        make_place("shop", company=company, place_type=PlaceType.STORE, currency="GBP"),
    ]
    dice = random.Random(5)
    found = resolve(*({"member_id": f"s:{number}"} for number in range(1, 91)))
    keys = [key for key in found if key is not None]
    crowd = [_person(dice, key, [place.key for place in places]) for key in keys]
    for one in crowd:
        fields = {name: one[name] for name in ("country", "gender") if one[name]}
        traits = {"traits": '{"rfm": "' + one["rfm"] + '"}'} if one["rfm"] else {}
        born = {"birth_on": date(one["born"], 5, 1)} if one["born"] else {}
        profile(one["key"], **fields, **born, **traits)
        seen_at(*((one["key"], place) for place in one["places"]))
    rows = customers_by_subject(actor=_actor(), subject_keys=keys)
    vip = [rows[one["key"]].id for one in crowd if one["is_vip"]]
    rights = frozenset({"customers.view", "customers.manage"})
    assign_tag(actor=_actor(rights=rights), tag="vip", customer_ids=vip, now=NOW)
    _order([(one["key"], day, one["places"][0]) for one in crowd for day in one["orders"]])
    publish_dirty(now=NOW)
    return crowd


def _person(dice: random.Random, key: int, places: list[int]) -> Person:
    return {
        "key": key,
        "country": dice.choice(["GB", "GB", "CN", "FR", None]),
        "gender": dice.choice(["female", "male", None]),
        "born": dice.choice([None, 2010, 1999, 1985, 1970, 1950]),
        "rfm": dice.choice(["champion", "asleep", ""]),
        "is_vip": dice.random() < 0.3,
        "places": dice.choice([places[:1], places[1:], places]),
        "orders": [TODAY - timedelta(days=dice.randrange(900)) for _ in range(dice.randrange(6))],
    }


def _order(orders: list[tuple[int, date, int]]) -> None:
    rows = [
        {
            "event_key": number,
            "event": "Order Completed",
            "subject_key": key,
            "place_key": place,
            "day": day,
            "part": f"{day:%Y%m}",
        }
        for number, (key, day, place) in enumerate(orders, 1)
    ]
    schema = registry.publication("fact_event").schema
    table = pa.Table.from_pylist(rows, schema=schema)
    append(name="fact_event", table=table, app_id="test", app_version=1)


def _age(one: Person) -> list[str | None]:
    if one["born"] is None:
        return [None]
    years = TODAY.year - one["born"]
    for below, name in ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44")):
        if years < below:
            return [name]
    return ["45-54" if years < 55 else "55-64" if years < 65 else "65+"]


def _often(one: Person) -> list[str | None]:
    count = sum((TODAY - day).days < 365 for day in one["orders"])
    return ["0" if not count else "1" if count == 1 else "2-3" if count < 4 else "4-9"]


def _recent(one: Person) -> list[str | None]:
    ago = min(((TODAY - day).days for day in one["orders"]), default=999)
    for most in (30, 90, 180, 365, 730):
        if ago <= most:
            before = {30: 0, 90: 31, 180: 91, 365: 181, 730: 366}[most]
            return [f"{before}-{most}"]
    return ["none"]


def _channels(one: Person, names: Mapping[int, str]) -> list[str | None]:
    return sorted({names[place] for place in one["places"]})  # type: ignore[return-value]  # a list of text


def _expected(
    crowd: list[Person], values: Callable[[Person], list[str | None]]
) -> dict[str | None, tuple[int, int]]:
    everybody = Counter(value for one in crowd for value in values(one))
    members = Counter(value for one in crowd if one["gender"] == "female" for value in values(one))
    return {value: (members[value], count) for value, count in everybody.items()}


def _told(found: Composition, trait: str) -> dict[str | None, tuple[int, int]]:
    (parts,) = (one.parts for one in found.traits if one.trait == trait)
    return {part.value: (part.members, part.everybody) for part in parts}


def test_every_trait_is_counted_as_over_the_raw_rows(crowd: list[Person]) -> None:
    women = _save(WOMEN)
    _refresh(women)

    found = compose_members(actor=_actor(), audience_id=women, today=TODAY, fields=("traits.rfm",))

    inside = sum(one["gender"] == "female" for one in crowd)
    assert (found.members, found.everybody, found.as_of) == (inside, 90, TODAY)
    web, shop = sorted({place for one in crowd for place in one["places"]})
    names = {web: "web", shop: "store"}
    counted: dict[str, Callable[[Person], list[str | None]]] = {
        Trait.COUNTRY: lambda one: [one["country"]],
        Trait.GENDER: lambda one: [one["gender"]],
        Trait.AGE: _age,
        Trait.ORDERS: _often,
        Trait.LAST_ORDER: _recent,
        Trait.TAG: lambda one: ["vip" if one["is_vip"] else None],
        Trait.CHANNEL: lambda one: _channels(one, names),
        Trait.KNOWN_BY: lambda one: ["member_id"],
        "traits.rfm": lambda one: [one["rfm"] or None],
    }
    for trait, values in counted.items():
        assert _told(found, trait) == _expected(crowd, values), trait
    (countries,) = (one.parts for one in found.traits if one.trait == Trait.COUNTRY)
    for part in countries:
        index = 100 * (part.members / inside) / (part.everybody / 90)
        assert part.index == round(index, 1)
        assert part.is_few == (part.members < 30 or part.everybody < 30)
    assert any(part.is_few for part in countries)
    assert [part.members for part in countries] == sorted(
        (part.members for part in countries), reverse=True
    )


def test_bands_stand_in_their_own_order_and_unknown_fields_are_refused(
    crowd: list[Person],
) -> None:
    women = _save(WOMEN)
    before = compose_members(actor=_actor(), audience_id=women, today=TODAY)
    _refresh(women)

    found = compose_members(actor=_actor(), audience_id=women, today=TODAY)

    assert before.members == 0
    assert before.everybody == 90
    (bands,) = (one.parts for one in found.traits if one.trait == Trait.LAST_ORDER)
    order = ["0-30", "31-90", "91-180", "181-365", "366-730", "none"]
    told = cast("list[str]", [part.value for part in bands])
    assert told == [name for name in order if name in told]
    with pytest.raises(UnknownFieldError):
        compose_members(actor=_actor(), audience_id=women, today=TODAY, fields=("shoe",))
    with pytest.raises(NotFoundError):
        compose_members(actor=_actor(), audience_id=new_id(), today=TODAY)


def test_a_scope_sees_its_own_customers_and_orders_only(crowd: list[Person]) -> None:
    place = min(place for one in crowd for place in one["places"])
    mine = [one for one in crowd if place in one["places"]]
    actor = _actor({place})
    women = _save(WOMEN, actor=actor)
    _refresh(women)

    found = compose_members(actor=actor, audience_id=women, today=TODAY)

    assert found.everybody == len(mine)
    assert found.members == sum(one["gender"] == "female" for one in mine)
    assert set(_told(found, Trait.CHANNEL)) == {"web"}
    here = [{**one, "orders": one["orders"] if one["places"][0] == place else []} for one in mine]
    assert _told(found, Trait.LAST_ORDER) == _expected(here, _recent)
