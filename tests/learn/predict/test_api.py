"""Models by API: begin, watch, read the card, make an audience; and scores of other teams."""

from pathlib import Path
from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.predict import NOW, actor_over, key_of, make_people, save_tagged

from quanqu.infra.lake.facade import publish_dirty
from quanqu.kernel.ids import decode, encode
from quanqu.know.customers.api import router as customers_router
from quanqu.know.customers.models import Customer
from quanqu.learn.predict import facade
from quanqu.learn.predict.api import router

pytestmark = pytest.mark.django_db

AS = {"quanqu_actor": actor_over()}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


@pytest.fixture(scope="module")
def customers() -> TestClient:
    return TestClient(customers_router)


def _post(client: TestClient, path: str, body: dict[str, Any], status: int) -> Any:
    answer = client.post(path, json=body, **AS)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_from_the_audience_to_similar_people(own_lake: Path, client: TestClient) -> None:
    make_people(500)
    audience = encode("aud", save_tagged())

    made = _post(client, "/models", {"audience": audience, "basis": "legitimate_interests"}, 202)
    assert (made["audience"], made["score"]) == (audience, f"lookalike:{audience}")
    assert (made["last"]["state"], made["in_force"]) == ("queued", None)
    facade.work_training(training_key=key_of(decode("trn", made["last"]["id"])), now=NOW)

    shown = client.get(f"/models/{made['id']}", **AS).json()
    assert shown["in_force"]["state"] == "done"
    assert shown["in_force"]["card"]["auc"]["low"] > 0.5
    assert shown["in_force"]["counts"]["seed"] == 150
    assert [one["id"] for one in client.get("/models", **AS).json()["items"]] == [made["id"]]
    trainings = client.get(f"/models/{made['id']}/trainings", **AS).json()["items"]
    assert [one["version"] for one in trainings] == [1]
    similar = _post(
        client, f"/models/{made['id']}/audiences", {"name": "Like VIPs", "rate": 0.05}, 201
    )
    assert similar["audience"].startswith("aud_")
    again = _post(client, f"/models/{made['id']}/trainings", {}, 202)
    assert (again["last"]["state"], again["last"]["basis"]) == ("queued", "consent")
    assert again["in_force"]["version"] == 1


def test_scores_of_another_team(own_lake: Path, client: TestClient, customers: TestClient) -> None:
    keys, _ = make_people(20)
    ids = dict(Customer.objects.filter(key__in=keys).values_list("key", "id"))
    defined = customers.put(
        "/customers/scores/definitions",
        json={"name": "churn", "meaning": "Chance of leaving", "owner": "Data", "low": 0},
        **AS,
    )
    assert defined.status_code == 200
    assert defined.json()["customers"] == 0
    values = [{"customer": encode("cus", ids[key]), "value": at / 2} for at, key in enumerate(keys)]
    body = {"score": "churn", "version": "2026-06", "values": [*values, values[0]]}

    made = _post(client, "/customers/scores/values", body, 200)

    assert (made["taken"], made["changed"], made["reasons"]) == (20, 20, {"twice": 1})
    assert made["rejected"] == [{"customer": values[0]["customer"], "reason": "twice"}]
    publish_dirty(now=NOW)
    (score,) = customers.get("/customers/scores/definitions", **AS).json()
    assert (score["name"], score["customers"], score["version"]) == ("churn", 20, "2026-06")
    best = customers.get(f"/customers/{values[-1]['customer']}/scores", **AS).json()
    assert [(one["value"], one["tenth"]) for one in best] == [(9.5, 1)]
