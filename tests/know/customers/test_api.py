"""The REST calls of customers: outside ids, masks, refusals."""

from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.customers import later, make_actor, profile, resolve, seen_at

from quanqu.infra.laws.facade import laws
from quanqu.kernel.errors import NotAllowedError, NotFoundError
from quanqu.kernel.ids import encode
from quanqu.know.customers.actions.law import identity_breaches
from quanqu.know.customers.api import router
from quanqu.know.customers.models import Customer, Identifier

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture
def ids() -> list[str]:
    found = resolve(
        {"member_id": "shop:501", "email": "ann@shop.org"},
        {"member_id": "shop:502"},
        at=[later(1), later(2)],
    )
    keys = [key for key in found if key is not None]
    profile(keys[0], name="Ann Lee", city="Leeds", traits='{"plan": "gold"}')
    seen_at((keys[0], 1))
    return [
        encode("cus", Customer.objects.get(key=Identifier.objects.get(key=key).customer_id).id)
        for key in keys
    ]


def _as(rights: frozenset[str] | None = None) -> dict[str, Any]:
    actor = make_actor() if rights is None else make_actor(rights=rights)
    return {"quanqu_actor": actor}


def test_list_pages_and_counts(client: TestClient, ids: list[str]) -> None:
    first = client.get("/customers?limit=1", **_as()).json()
    second = client.get(f"/customers?limit=1&cursor={first['next_cursor']}", **_as()).json()

    assert [row["id"] for row in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next_cursor"] is None
    oldest = client.get("/customers?sort=oldest", **_as()).json()["items"]
    assert [row["id"] for row in oldest] == ids
    assert client.get("/customers/count", **_as()).json() == {"customers": 2}
    assert client.get("/customers/count?channel=web", **_as()).json() == {"customers": 0}


def test_detail_is_masked_and_reveal_is_not(client: TestClient, ids: list[str]) -> None:
    shown = client.get(f"/customers/{ids[0]}", **_as()).json()
    clear = client.post(f"/customers/{ids[0]}/reveal", **_as()).json()

    assert shown["name"] == "A*** L***"
    assert [(found["field"], found["value"]) for found in shown["traits"]] == [("plan", "gold")]
    assert len(shown["evidence"]) == 1
    assert clear["contact"] == {"name": "Ann Lee"}
    assert "ann@shop.org" in clear["identifiers"].values()
    with pytest.raises(NotAllowedError):
        client.post(f"/customers/{ids[0]}/reveal", **_as(frozenset({"customers.view"})))


def test_lookup_finds_by_any_identifier(client: TestClient, ids: list[str]) -> None:
    def status(**body: str) -> int:
        return client.post("/customers/lookup", json=body, **_as()).status_code

    asked = {"type": "email", "value": "ANN@shop.org"}
    found = client.post("/customers/lookup", json=asked, **_as()).json()

    assert [row["id"] for row in found] == [ids[0]]
    assert status(type="shoe", value="1") == status(value="\0") == status(type="email") == 422


def test_tags_by_api(client: TestClient, ids: list[str]) -> None:
    body = {"tag": "vip", "customers": ids}

    assert client.post("/customers/tags/assignments", json=body, **_as()).json() == {"customers": 2}
    (tag,) = client.get("/customers/tags", **_as()).json()
    assert (tag["name"], tag["description"], tag["customers"], tag["share"]) == ("vip", "", 2, 1.0)
    meaning = {"tag": " vip ", "description": "Spends most", "owner": "Loyalty"}
    defined = client.put("/customers/tags/definitions", json=meaning, **_as()).json()
    assert defined == {**tag, "description": "Spends most", "owner": "Loyalty"}
    assert client.post("/customers/tags/removals", json=body, **_as()).json() == {"customers": 2}


def test_merge_and_unmerge_by_api(client: TestClient, ids: list[str]) -> None:
    body = {"other": ids[1], "reason": "same card"}
    key = client.post(f"/customers/{ids[0]}/merges", json=body, **_as()).json()["evidence"]

    assert client.get(f"/customers/{ids[1]}", **_as()).json()["id"] == ids[0]
    assert client.delete(f"/customers/evidence/{key}", **_as()).status_code == 204
    assert client.get(f"/customers/{ids[1]}", **_as()).json()["id"] == ids[1]
    with pytest.raises(NotFoundError):
        client.delete("/customers/evidence/9223372036854775807", **_as())


def test_the_law_holds_and_sees_a_breach(ids: list[str]) -> None:
    assert "L4.identity" in {law.code for law in laws()}
    assert identity_breaches() == []

    first, second = Customer.objects.order_by("key")[:2]
    Identifier.objects.filter(customer=first).update(customer=second)

    assert len(identity_breaches()) == 2
