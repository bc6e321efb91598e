"""The REST calls of consent: states, recording, history, receipt, the gate, coverage."""

from typing import Any

import pytest
from ninja.testing import TestClient
from tests.builders.consent import NOW, customer_id, day, make_subjects, record, said
from tests.builders.customers import make_actor

from quanqu.infra.lake.facade import mark_everything, publish_dirty
from quanqu.kernel.errors import NotAllowedError
from quanqu.kernel.ids import encode
from quanqu.know.consent.api import router
from quanqu.know.consent.contracts import UnknownChannelError

pytestmark = pytest.mark.django_db
LOOK = frozenset({"customers.view"})


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


def _as(**other: Any) -> dict[str, Any]:
    return {"quanqu_actor": make_actor(**other)}


def _id(subject: int) -> str:
    return encode("cus", customer_id(subject))


def _body(**other: Any) -> dict[str, Any]:
    told = {
        "purpose": "marketing",
        "channel": "sms",
        "status": "granted",
        "observed_at": "2026-02-01T00:00:00Z",
        "source": "till",
        "source_kind": "place",
        "valid_until": "2199-01-01T00:00:00Z",
    }
    return {"statements": [told | other], "note": "Form 12"}


def test_a_consent_is_recorded_shown_and_receipted(client: TestClient) -> None:
    (key,) = make_subjects(1)
    path = f"/customers/{_id(key)}/consents"

    assert client.post(path, json=_body(), **_as()).json() == {"made": 1, "known": 0}
    assert client.post(path, json=_body(), **_as()).json() == {"made": 0, "known": 1}
    states = {(row["purpose"], row["channel"]): row for row in client.get(path, **_as()).json()}
    history = client.get(f"{path}/records", **_as()).json()
    receipt = client.get(f"{path}/receipt", **_as()).json()

    assert len(states) == 17
    assert states["marketing", "sms"]["reason"] == "granted"
    assert states["marketing", "sms"]["valid_until"] == "2199-01-01T00:00:00.000Z"
    assert states["marketing", "email"]["reason"] == "not_asked"
    assert (history[0]["note"], history[0]["counts"]) == ("Form 12", True)
    assert receipt["records"] == history
    assert receipt["consents"] == list(states.values())
    assert receipt["customer"] == _id(key)


def test_wrong_bodies_are_refused(client: TestClient) -> None:
    (key,) = make_subjects(1)
    path = f"/customers/{_id(key)}/consents"

    with pytest.raises(UnknownChannelError):
        client.post(path, json=_body(channel="ads"), **_as())
    assert client.post(path, json={"statements": []}, **_as()).status_code == 422
    assert client.post(path, json=_body(observed_at=5), **_as()).status_code == 422
    with pytest.raises(NotAllowedError):
        client.post(path, json=_body(), **_as(rights=LOOK))


def test_the_gate_answers_for_customers_in_scope_only(client: TestClient) -> None:
    near, far = *make_subjects(1, place=1), *make_subjects(1, place=2)
    record(said(near, "granted", 1), said(far, "granted", 1))
    body = {"purpose": "marketing", "channel": "email", "customers": [_id(far), _id(near)]}

    whole = client.post("/consent/decisions", json=body, **_as()).json()
    part = client.post("/consent/decisions", json=body, **_as(places=[1])).json()

    assert [row["customer"] for row in whole] == [_id(far), _id(near)]
    assert [(row["customer"], row["is_allowed"]) for row in part] == [(_id(near), True)]
    assert part[0]["records"] == [1]


def test_coverage_counts_the_customers_of_the_scope(client: TestClient, own_lake: object) -> None:
    keys = [*make_subjects(3, place=1), *make_subjects(1, place=2)]
    record(
        said(keys[0], "granted", 1),
        said(keys[1], "granted", 1, valid_until=day(5)),
        said(keys[3], "denied", 2),
    )
    mark_everything()
    publish_dirty(now=NOW)

    def counted(**other: Any) -> dict[str, int]:
        rows = client.get("/consent/coverage", **_as(**other)).json()
        (row,) = [r for r in rows if (r["purpose"], r["channel"]) == ("marketing", "email")]
        return {state: n for state, n in row["states"].items() if n} | {"all": row["customers"]}

    def listed(state: str) -> list[str]:
        found = client.get(f"/consent/customers?state={state}", **_as()).json()["items"]
        return [row["id"] for row in found]

    assert counted() == {"granted": 1, "expired": 1, "denied": 1, "not_asked": 1, "all": 4}
    assert counted(places=[1]) == {"granted": 1, "expired": 1, "not_asked": 1, "all": 3}
    assert listed("expired") == [_id(keys[1])]
    assert listed("not_asked") == [_id(keys[2])]
    first = client.get("/consent/customers?state=not_asked&by=sms&limit=2", **_as()).json()
    rest = client.get(
        f"/consent/customers?state=not_asked&by=sms&cursor={first['next_cursor']}", **_as()
    ).json()
    assert [row["id"] for row in (*first["items"], *rest["items"])] == [_id(key) for key in keys]


def test_the_words_are_in_both_languages(client: TestClient) -> None:
    told = client.get("/consent/vocabulary", **_as()).json()
    made = client.post(
        "/consent/texts", json={"purpose": "marketing", "en": "May we?", "zh-hans": "可以吗？"},
        **_as(),
    ).json()  # fmt: skip

    assert all(word["name"]["zh-hans"] for word in (*told["purposes"], *told["channels"]))
    assert [row["version"] for row in made] == [1, 1]
    assert client.get("/consent/texts", **_as()).json() == made
