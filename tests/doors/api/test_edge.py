"""The edge of the API: who gets in, what refusals look like, how many calls there are."""

import json

import pytest
from django.conf import settings
from django.test import Client
from tests.builders.http import API, problem, program, signed_in, with_token
from tests.builders.org import NOW, SYSTEM, make_company, make_group, make_key, make_person

from quanqu.know.org import facade
from quanqu.know.org.contracts import RoleCode

pytestmark = pytest.mark.django_db

JSON = "application/json"


def stranger() -> Client:
    return Client(raise_request_exception=False)


def test_stranger_is_asked_who_they_are() -> None:
    response = stranger().get(f"{API}/me")

    problem(response, 401, "auth.not_signed_in")
    assert response["WWW-Authenticate"] == 'Bearer realm="quanqu"'


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic YTpi", "Bearer ", "bearer x"])
def test_wrong_credentials_are_refused(header: str) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": header})

    problem(client.get(f"{API}/me"), 401, "auth.invalid_token")


def test_revoked_key_is_refused_at_once() -> None:
    issued = make_key()
    client = with_token(issued.token)
    assert client.get(f"{API}/me").status_code == 200

    facade.revoke_api_key(actor=SYSTEM, key_id=issued.info.id, now=NOW)

    problem(client.get(f"{API}/me"), 401, "auth.invalid_token")


def test_key_says_who_it_is() -> None:
    me = program(role=RoleCode.VIEWER).get(f"{API}/me").json()

    assert (me["kind"], me["person"]) == ("api_key", None)
    assert "orders.view" in me["permissions"]
    assert "org.manage" not in me["permissions"]


def test_session_reads_and_needs_its_csrf_token_to_write() -> None:
    client = signed_in(enforce_csrf=True)
    body = {"language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "dark"}
    assert client.get(f"{API}/me").json()["person"]["name"] == "Sam"

    problem(client.put(f"{API}/me/preferences", body, JSON), 403, "http.forbidden")

    client.cookies.update(stranger().get("/account/login/").cookies)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    done = client.put(
        f"{API}/me/preferences", json.dumps(body), JSON, headers={"X-CSRFToken": token}
    )
    assert done.status_code == 200
    assert done.json()["preferences"]["theme"] == "dark"


def test_key_needs_no_csrf_token() -> None:
    issued = make_key()
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {issued.token}"})

    made = client.post(f"{API}/units", {"kind": "brand", "code": "b", "name": "B"}, JSON)

    assert made.status_code == 201


def test_missing_permission_is_named() -> None:
    found = problem(
        program(role=RoleCode.ASSOCIATE).get(f"{API}/people"), 403, "kernel.not_allowed"
    )

    assert found["fields"] == {"permission": "org.manage"}


def test_missing_fields_are_named_one_by_one() -> None:
    response = program().post(f"{API}/people", {"email": "x", "grant": {"role": "king"}}, JSON)

    found = problem(response, 422, "http.invalid_request")
    places = {item["where"] for item in found["fields"]["errors"]}
    assert places == {"body.body.name", "body.body.grant.role", "body.body.grant.unit_id"}


@pytest.mark.parametrize(
    "body", ["{", "[1", '{"a": NaN}', "\xff", "[" * 100_000, "[" * 70 + "]" * 70]
)
def test_body_that_is_not_json_is_refused(body: str) -> None:
    response = program().generic("POST", f"{API}/people", body.encode("latin-1"), JSON)

    problem(response, 400, "http.bad_request")


@pytest.mark.parametrize("name", ["a\x00b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(name: str) -> None:
    body = {"kind": "brand", "code": "b", "name": name}

    response = program().post(f"{API}/units", json.dumps(body), JSON)

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"


def test_text_to_search_that_cannot_exist_is_refused() -> None:
    assert program().get(f"{API}/places", {"text": "\x00"}).status_code == 422


def test_too_large_a_body_is_refused() -> None:
    text = b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)

    for headers in ({}, {"Idempotency-Key": "k"}):
        response = program().generic("POST", f"{API}/units", text, JSON, headers=headers)
        problem(response, 413, "http.too_large")


def test_unknown_address_and_method() -> None:
    client = program()

    problem(client.get(f"{API}/nothing"), 404, "http.not_found")
    refused = client.delete(f"{API}/me")
    problem(refused, 405, "http.method_not_allowed")
    assert refused["Allow"] == "GET"


def test_bug_is_a_problem_without_its_innards(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("secret innards")

    monkeypatch.setattr(facade, "channels", broken)

    response = program().get(f"{API}/channel-codes")

    problem(response, 500, "http.internal")
    assert b"innards" not in response.content


def test_ids_of_the_wrong_kind_and_of_nothing() -> None:
    client = program()

    problem(client.get(f"{API}/units/ord_1"), 422, "kernel.malformed_id")
    problem(client.get(f"{API}/units/cmp_{'0' * 26}"), 404, "org.unit_not_found")
    problem(client.get(f"{API}/places?cursor=%20"), 422, "kernel.malformed_cursor")


def test_request_id_is_echoed_when_sane_and_made_otherwise() -> None:
    client = program()

    given = client.get(f"{API}/me", headers={"X-Request-ID": "trace-12345678"})
    odd = client.get(f"{API}/me", headers={"X-Request-ID": "a b\tc<script>"})

    assert given["X-Request-ID"] == "trace-12345678"
    assert odd["X-Request-ID"].startswith("req_")


def test_calls_are_counted_and_run_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_RATE", (3, 0.01))
    make_group()
    client, other = program(), program()

    answers = [client.get(f"{API}/me") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[0]["RateLimit-Limit"] == "3"
    found = problem(answers[3], 429, "http.rate_limited")
    assert answers[3]["Retry-After"] == str(found["fields"]["retry_after_s"])
    assert other.get(f"{API}/me").status_code == 200


def test_guessing_tokens_runs_out_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "API_RATE", (2, 0.01))
    client = with_token("qq_live_guess")

    codes = [client.get(f"{API}/me").status_code for _ in range(3)]

    assert codes == [401, 401, 429]


def test_repeated_write_is_replayed_through_the_api() -> None:
    client = program()
    body = {"kind": "brand", "code": "b", "name": "B"}
    headers = {"Idempotency-Key": "once"}

    first = client.post(f"{API}/units", body, JSON, headers=headers)
    again = client.post(f"{API}/units", body, JSON, headers=headers)
    other = client.post(f"{API}/units", body | {"code": "c"}, JSON, headers=headers)

    assert (first.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    problem(other, 422, "http.idempotency_mismatch")


def test_replay_needs_a_working_key_still() -> None:
    issued = make_key()
    client = with_token(issued.token)
    body = {"kind": "brand", "code": "b", "name": "B"}
    client.post(f"{API}/units", body, JSON, headers={"Idempotency-Key": "once"})

    facade.revoke_api_key(actor=SYSTEM, key_id=issued.info.id, now=NOW)

    refused = client.post(f"{API}/units", body, JSON, headers={"Idempotency-Key": "once"})
    problem(refused, 401, "auth.invalid_token")


def test_pages_link_to_the_next_one() -> None:
    client = program()
    for code in ("a", "b", "c"):
        make_person(code)

    first = client.get(f"{API}/people?limit=2&text=")
    following = first["Link"].partition(">")[0].removeprefix("<")
    second = client.get(following)

    assert following.startswith(f"{API}/people?")
    assert first.json()["next_cursor"] in following
    assert [p["name"] for p in first.json()["items"] + second.json()["items"]] == ["a", "b", "c"]
    assert not second.has_header("Link")
    assert second.json()["next_cursor"] is None


def test_two_scoped_keys_do_not_see_each_other() -> None:
    north, south = make_company("north"), make_company("south")
    one, two = program(unit_id=north.id), program(unit_id=south.id)

    assert [node["unit"]["code"] for node in one.get(f"{API}/units").json()] == ["north"]
    problem(two.get(f"{API}/units/{north.id}"), 404, "org.unit_not_found")
    problem(two.patch(f"{API}/units/{north.id}", {"name": "Mine"}, JSON), 404, "org.unit_not_found")


def test_link_for_somebody_takes_all_their_rights() -> None:
    owner = make_person("Own")

    made = program().post(f"{API}/people/{owner.id}/sign-in-links")
    refused = program(role=RoleCode.ADMINISTRATOR).post(f"{API}/people/{owner.id}/sign-in-links")

    assert made.status_code == 201
    assert made.json()["url"].startswith("http://testserver/account/link/")
    problem(refused, 403, "org.rights_exceeded")


def test_trail_shows_all_to_some_and_ones_own_to_others() -> None:
    owner, analyst = program(), program(role=RoleCode.ANALYST)
    owner.post(f"{API}/units", {"kind": "brand", "code": "b", "name": "B"}, JSON)

    shown = owner.get(f"{API}/audit?action=org.add_unit&limit=1").json()

    assert shown["items"][0]["after"]["code"] == "b"
    assert shown["items"][0]["actor_kind"] == "api_key"
    assert shown["next_cursor"]
    assert analyst.get(f"{API}/audit").json()["items"] == []
