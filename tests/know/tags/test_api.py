"""The REST calls of computed tags."""

from pathlib import Path
from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.tags import BUYERS, FAVOURITE, customer_id, make_actor, make_people

from quanqu.kernel.ids import encode
from quanqu.know.customers.api import router as of_customers
from quanqu.know.tags.api import router

pytestmark = pytest.mark.django_db
AS = {"quanqu_actor": make_actor()}


@pytest.fixture
def people(own_lake: Path) -> list[str]:
    return [encode("cus", customer_id(key)) for key in make_people()]


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


def _made(client: TestClient, **more: Any) -> dict[str, Any]:
    body = {"name": "buyers", "kind": "rule", "definition": BUYERS, "owner": "Ann", **more}
    answer = client.post("/tags", json=body, **AS)
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_tag_is_made_worked_out_changed_and_put_away(
    client: TestClient, people: list[str]
) -> None:
    tag = _made(client)
    at = f"/tags/{tag['id']}"

    assert tag["sentence"] == "Customers with: did “Order Completed” in the last 30 days."
    done = client.post(f"{at}/refreshes", json={}, **AS).json()
    assert (done["customers"], done["everybody"], done["error"]) == (1, 3, "")
    body = {"definition": {"version": 2, "match": {"kind": "event", "event": "Order Completed"}}}
    assert client.put(at, json=body, **AS).json()["version"] == 2
    assert [one["version"] for one in client.get(f"{at}/versions", **AS).json()] == [2, 1]
    assert len(client.get(f"{at}/refreshes", **AS).json()) == 1
    assert client.post(f"{at}/archive", **AS).json()["archived_at"]
    assert client.get("/tags", **AS).json() == []
    assert len(client.get("/tags?archived=true", **AS).json()) == 1
    assert client.post(f"{at}/restoration", **AS).json()["archived_at"] is None
    assert client.get(at, **AS).json()["owner"] == ""


def test_a_sample_is_answered_and_a_file_taken(client: TestClient, people: list[str]) -> None:
    tag = _made(client, name="favourite", kind="statistic", definition=FAVOURITE)
    at = f"/tags/{tag['id']}"
    client.post(f"{at}/refreshes", json={}, **AS)
    sample = client.get(f"{at}/sample", **AS).json()

    assert {one["customer"]: one["value"] for one in sample} == dict(
        zip(people, ("Tea", "Hats", None), strict=True)
    )
    answers = [{"customer": one, "is_right": True} for one in people[:1]]
    assert client.post(f"{at}/answers", json={"answers": answers}, **AS).json()["made"] == 1
    text = "customer,answer\n" + "".join(f"{one},right\n" for one in people)
    done = client.post(f"{at}/answers/file", data=text.encode(), **AS).json()
    assert done == {"made": 2, "known": 1, "rejected": []}
    found = client.get(f"{at}/accuracy", **AS).json()
    assert (found["recall"], found["precision"]["value"]) == (1.0, 1.0)
    assert found["with_tag"] == {"size": 2, "asked": 2, "right": 2, "needed": 2}

    of = TestClient(of_customers)
    (worn,) = of.get(f"/customers/{people[0]}/tags", **AS).json()
    assert (worn["name"], worn["kind"], worn["value"], worn["until"]) == (
        "favourite",
        "statistic",
        "Tea",
        None,
    )
    assert of.get(f"/customers/{people[0]}/tags?on=2026-01-01", **AS).json() == []
    assert len(of.get(f"/customers/{people[0]}/tags/history", **AS).json()) == 1


def test_the_schema_of_statistics_is_told(client: TestClient) -> None:
    schema = client.get("/tags/statistics/schema", **AS).json()

    assert "most_frequent" in str(schema)
