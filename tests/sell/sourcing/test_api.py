"""The REST calls of sourcing."""

from uuid import uuid4

import pyarrow as pa
import pytest
from ninja.testing import TestClient
from tests.builders.org import make_actor, make_company
from tests.builders.sourcing import NOW, Chain, body
from tests.builders.stock import TEA, receive

from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.org.contracts import RoleCode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import ensure_variants, variant_keys
from quanqu.sell.sourcing.api import router

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def owner(chain):
    return {"quanqu_actor": make_actor("Li", unit_id=chain.company.id)}


def status(call, *arguments, **fields):
    """Return the status of an answer, or that of the family of what was refused."""
    try:
        return call(*arguments, **fields).status_code
    except NotFoundError:
        return 404
    except NotAllowedError:
        return 403
    except InvalidError:
        return 422


def item_of(chain, sku="tea-100"):
    skus = pa.table({"sku": [sku]})
    ensure_variants(company_key=chain.company.key, skus=skus, source="shop", now=NOW)
    return variant_keys(company_key=chain.company.key, skus=[sku])["variant_key"][0].as_py()


def asked(chain, **more):
    lines = [{"sku": "tea-100", "quantity": 2, "value_minor": 900, "weight_g": 200}]
    where = {"latitude": 31.23, "longitude": 121.47}
    return {"company": chain.company.id, "lines": lines} | where | more


def test_a_promise_is_made_by_sku(client, chain, owner):
    receive(5, place=chain.near, item=item_of(chain))

    told = client.post("/sourcing/promise", json=asked(chain), **owner).json()

    place = places_by_key(keys=[chain.near])[chain.near].id
    (parcel,) = told["delivery"]
    assert (parcel["place"], parcel["hold"]) == (place, None)
    assert parcel["lines"] == [
        {"sku": "tea-100", "name": parcel["lines"][0]["name"], "quantity": 2}
    ]
    assert parcel["cost"] == {"amount": "0.00", "currency": "CNY"}
    assert [one["place"] for one in told["pickup"]] == [place]
    assert (told["profile_number"], told["gap"], told["unfilled"]) == (0, 0.0, [])


def test_what_cannot_be_promised_is_refused_by_name(client, chain, owner):
    item_of(chain)
    for broken, expected in (
        ({"company": encode("cmp", uuid4())}, 404),
        ({"company": places_by_key(keys=[chain.near])[chain.near].id}, 404),
        ({"lines": [{"sku": "nothing", "quantity": 1}]}, 404),
        ({"lines": [{"sku": "tea-100", "quantity": 0}]}, 422),
        ({"lines": [{"sku": "tea-100", "quantity": 10**12}]}, 422),
        ({"lines": []}, 422),
        ({"longitude": None}, 422),
        ({"latitude": 91}, 422),
        ({"postcode": "a\x00"}, 422),
    ):
        told = asked(chain, **broken)
        assert status(client.post, "/sourcing/promise", json=told, **owner) == expected, broken


def test_profiles_are_saved_shadowed_activated_and_undone(client, chain, owner):
    told = {"company": chain.company.id, "channel": "web", "note": "deep first"}

    one = client.post("/sourcing/profiles", json=told | {"profile": body("depth")}, **owner)
    other = client.post("/sourcing/profiles", json=told | {"profile": body("cost")}, **owner)

    assert (one.status_code, other.json()["number"]) == (201, 2)
    first, second = one.json(), other.json()
    assert first["sentences"][0] == "Every order goes by “only”."
    assert first["profile"]["strategies"]["only"]["criteria"] == [{"by": "depth", "band": 1}]
    assert client.post(f"/sourcing/profiles/{first['id']}/activation", **owner).json()["is_active"]
    assert client.post(f"/sourcing/profiles/{second['id']}/shadow", **owner).json()["is_shadow"]
    found = client.get(f"/sourcing/profiles?company={chain.company.id}&channel=web", **owner).json()
    assert [(row["number"], row["is_active"], row["is_shadow"]) for row in found] == [
        (2, False, True),
        (1, True, False),
    ]
    differences = client.get(f"/sourcing/profiles/{second['id']}/differences", **owner).json()
    assert (differences["decisions"], differences["cost"]["amount"]) == (0, "0.00")
    force = {"company": chain.company.id, "channel": "web"}
    assert client.post("/sourcing/profiles/shadow-end", json=force, **owner).status_code == 204
    undone = client.post("/sourcing/profiles/undo", json=force, **owner).json()
    assert undone == {"active": None}
    assert client.get(f"/sourcing/profiles/{first['id']}", **owner).json()["is_former"]
    empty = told | {"profile": {}}
    assert status(client.post, "/sourcing/profiles", json=empty, **owner) == 422
    assert "Strategy" in client.get("/sourcing/profiles/schema", **owner).json()["$defs"]


def test_a_decision_is_read_with_its_reasons(client, chain, owner):
    item = item_of(chain)
    for place in (chain.near, chain.depot):
        receive(5, place=place, item=item)
    made = chain.allocate(chain.order(lines=chain.lines(item)))
    places = places_by_key(keys=[chain.near, chain.middle, chain.depot])

    listed = client.get("/sourcing/decisions?is_filled=true", **owner).json()["items"]
    told = client.get(f"/sourcing/decisions/{listed[0]['id']}", **owner).json()

    assert listed[0]["id"] == encode("srq", made.request_id)
    assert listed[0]["places"] == [places[chain.near].id]
    assert told["parcels"][0]["lines"][0]["sku"] == "tea-100"
    assert told["score"] == told["bound"]
    reasons = {one["place"]: one["reason"] for one in told["rejections"]}
    assert reasons == {places[chain.depot].id: "worse", places[chain.middle].id: "no_stock"}
    unknown = f"/sourcing/decisions/{encode('srq', uuid4())}"
    assert status(client.get, unknown, **owner) == 404


def test_what_a_place_offers_is_said_and_read(client, chain, owner):
    place = places_by_key(keys=[chain.near])[chain.near].id
    at = f"/sourcing/places/{place}"

    usual = client.get(at, **owner).json()
    said = usual | {"daily_parcels": 40, "opens": [[540, 1200]] * 6 + [None], "tags": ["cold"]}
    put = client.put(at, json=said, **owner)

    assert (usual["is_pickup"], usual["daily_parcels"], usual["opens"]) == (True, None, [])
    assert put.status_code == 200, put.content
    assert client.get(at, **owner).json() == said
    assert status(client.put, at, json=said | {"opens": [[60, 50]] * 7}, **owner) == 422


def test_who_has_no_right_over_the_company_sees_and_changes_nothing(client, chain, owner):
    receive(5, place=chain.near, item=TEA)
    made = chain.allocate()
    saved = chain.profile(body("depth"))
    stranger = {"quanqu_actor": make_actor("Wu", unit_id=make_company("other").id)}
    viewer = {"quanqu_actor": make_actor("Bo", role=RoleCode.VIEWER, unit_id=chain.company.id)}
    profile, decision = encode("spf", saved.id), encode("srq", made.request_id)

    assert client.get("/sourcing/profiles", **stranger).json() == []
    assert client.get("/sourcing/decisions", **stranger).json()["items"] == []
    for path in (
        f"/sourcing/profiles/{profile}",
        f"/sourcing/profiles/{profile}/differences",
        f"/sourcing/decisions/{decision}",
        f"/sourcing/places/{places_by_key(keys=[chain.near])[chain.near].id}",
    ):
        assert status(client.get, path, **stranger) == 404
        assert client.get(path, **viewer).status_code == 200
    told = {"company": chain.company.id, "channel": "", "profile": body("cost")}
    assert status(client.post, "/sourcing/profiles", json=told, **stranger) == 404
    assert status(client.post, "/sourcing/profiles", json=told, **viewer) == 403
    assert status(client.post, f"/sourcing/profiles/{profile}/activation", **viewer) == 403
