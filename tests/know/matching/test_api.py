"""The REST calls of matching."""

from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.customers import NOW, make_actor, resolve

from quanqu.kernel.ids import encode
from quanqu.know.matching.api import router
from quanqu.know.matching.models import Pair, Run

pytestmark = pytest.mark.django_db

AS = {"quanqu_actor": make_actor()}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


def _pair() -> str:
    left, right = resolve({"user_id": "web:ann"}, {"user_id": "shop:anna"})
    run = Run.objects.create(state="done", started_by="Pat", queued_at=NOW)
    made = Pair.objects.create(
        run=run, left_key=min(left or 0, right or 0), right_key=max(left or 0, right or 0),
        odds_bits=1.0, probability=0.66, reasons=[["birth", "same", 5.0, 0.5]], state="open",
    )  # fmt: skip
    return encode("mpr", made.id)


def _read(client: TestClient, path: str) -> Any:
    answer = client.get(path, **AS)
    assert answer.status_code == 200
    return answer.json()


def test_before_the_first_run_everything_is_empty(client: TestClient) -> None:
    assert _read(client, "/matching/runs")["items"] == []
    assert _read(client, "/matching/model")["version"] == 0
    assert _read(client, "/matching/pairs")["items"] == []
    assert _read(client, "/matching/learning") == {
        "same": 0, "different": 0, "unsure": 0, "shift_bits": 0.0, "open_pairs": 0,
    }  # fmt: skip


def test_a_pair_is_listed_with_reasons_answered_and_asked_about_again(client: TestClient) -> None:
    pair = _pair()
    shown = _read(client, "/matching/pairs")["items"][0]
    assert (shown["id"], shown["state"], shown["probability"]) == (pair, "open", 0.66)
    assert shown["left_customer_id"].startswith("cus_")
    assert shown["reasons"] == [
        {"detail": "birth", "level": "same", "weight_bits": 5.0, "rarity_bits": 0.5}
    ]

    answer = client.post(f"/matching/pairs/{pair}/answer", json={"answer": "different"}, **AS)
    assert answer.json()["state"] == "different"
    assert _read(client, "/matching/learning")["shift_bits"] < 0
    assert _read(client, "/matching/pairs?state=different")["items"][0]["decided_by"]
    assert client.delete(f"/matching/pairs/{pair}/answer", **AS).json()["state"] == "open"


def test_a_run_is_queued(client: TestClient) -> None:
    answer = client.post("/matching/runs", **AS)

    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    assert _read(client, "/matching/runs")["items"][0]["id"] == answer.json()["id"]
