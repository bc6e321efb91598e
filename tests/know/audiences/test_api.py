"""The REST calls of audiences."""

from pathlib import Path
from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.customers import NOW, make_actor, profile, resolve, seen_at

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.ids import encode
from quanqu.know.audiences.api import router
from quanqu.know.audiences.api.questions import COUNTED
from quanqu.know.customers.facade import customers_by_subject

pytestmark = pytest.mark.django_db

ACTOR: Actor = make_actor(
    rights=frozenset({"audiences.view", "audiences.manage", "customers.view", "customers.export"})
)
AS = {"quanqu_actor": ACTOR}
BRITONS = {
    "version": 1,
    "match": {"kind": "profile", "field": "country", "op": "eq", "value": "GB"},
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture
def customer(own_lake: Path) -> str:
    (key,) = resolve({"member_id": "s:1001"})
    assert key is not None
    profile(key, name="Ann Lee", country="GB")
    seen_at((key, 1))
    publish_dirty(now=NOW)
    return encode("cus", customers_by_subject(actor=SYSTEM, subject_keys=[key])[key].id)


def test_grammar_fields_and_validation(client: TestClient) -> None:
    wrong: dict[str, Any] = {"version": 1, "match": {**BRITONS["match"], "field": "shoe"}}  # type: ignore[dict-item]

    assert "$defs" in client.get("/audiences/grammar", **AS).json()
    for _, example in COUNTED.values():
        shown = client.post("/audiences/validation", json=example, **AS).json()
        assert shown["is_valid"], shown
    assert len(client.get("/audiences/fields", **AS).json()) > 20
    right = client.post("/audiences/validation", json={"definition": BRITONS}, **AS).json()
    assert right == {
        "is_valid": True,
        "problems": [],
        "sentence": "Customers with: country is “GB”.",
    }
    told = client.post("/audiences/validation", json={"definition": wrong}, **AS).json()
    assert told["problems"] == [
        {
            "path": "$.match.field",
            "code": "unknown_field",
            "message": "There is no field shoe.",
        }
    ]


def test_live_count_and_explanation(client: TestClient, customer: str) -> None:
    asked = {"definition": BRITONS, "as_of": "2026-11-22"}

    assert client.post("/audiences/count", json=asked, **AS).json() == {
        "count": 1,
        "as_of": "2026-11-22",
        "sentence": "Customers with: country is “GB”.",
    }
    why = client.post("/audiences/explanation", json={**asked, "customer": customer}, **AS).json()
    assert why["is_member"]
    assert why["leaves"][0]["holds"]


def test_a_saved_audience_from_birth_to_archive(client: TestClient, customer: str) -> None:
    body = {"name": "Britons", "definition": BRITONS}
    made = client.post("/audiences", json=body, **AS)
    assert made.status_code == 201
    path = f"/audiences/{made.json()['id']}"

    refreshed = client.post(f"{path}/refreshes", json={}, **AS).json()
    assert (refreshed["members"], refreshed["entered"]) == (1, 1)
    assert client.get(path, **AS).json()["last_refresh"] == refreshed
    assert [row["id"] for row in client.get(f"{path}/members", **AS).json()["items"]] == [customer]
    assert client.get(f"{path}/refreshes", **AS).json() == [refreshed]
    stays = client.get(f"/customers/{customer}/audiences", **AS).json()
    assert [stay["name"] for stay in stays] == ["Britons"]

    export = client.post(f"{path}/exports", json={"format": "csv"}, **AS)
    assert customer in export.content.decode("utf-8-sig")

    other = {"definition": {"version": 1, "match": {"kind": "not", "node": BRITONS["match"]}}}
    assert client.post(f"{path}/versions", json=other, **AS).json()["version"] == 2
    assert [row["version"] for row in client.get(f"{path}/versions", **AS).json()] == [2, 1]
    assert client.patch(path, json={"name": "Others"}, **AS).json()["name"] == "Others"
    assert client.post(f"{path}/archive", **AS).status_code == 204
    assert client.get("/audiences", **AS).json()["items"] == []
    assert len(client.get("/audiences?archived=true", **AS).json()["items"]) == 1
