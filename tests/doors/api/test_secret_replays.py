"""Calls that answer with a secret: a retry gives the same secret, and none rests in clear text."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from tests.builders.http import API, problem, program, with_token
from tests.builders.org import make_group, make_key, make_person, make_place
from tests.builders.timeline import make_source, timeline_lake

from quanqu.infra.http.models import IdempotentAnswer
from quanqu.know.org.models import ApiKey, LoginLink
from quanqu.know.timeline.models import Source, WriteKey

__all__ = ["timeline_lake"]

JSON: Final = "application/json"
ONCE: Final = {"Idempotency-Key": "retry-1"}


def _key() -> tuple[str, dict[str, Any]]:
    grant = {"role": "viewer", "unit_id": make_group().id}
    return "/api-keys", {"name": "Loader", "grant": grant}


def _key_rotation() -> tuple[str, dict[str, Any]]:
    return f"/api-keys/{make_key().info.id}/rotation", {"overlap_s": 60}


def _source() -> tuple[str, dict[str, Any]]:
    return "/sources", {"name": "Shop", "code": "shop", "place_id": make_place("web").id}


def _source_rotation() -> tuple[str, dict[str, Any]]:
    return f"/sources/{make_source().source.id}/rotation", {"overlap_s": 60}


def _link() -> tuple[str, dict[str, Any]]:
    return f"/people/{make_person('Mei').id}/sign-in-links", {}


CALLS: Final = {
    "key": (_key, "token"),
    "key rotation": (_key_rotation, "token"),
    "source": (_source, "write_key"),
    "source rotation": (_source_rotation, "write_key"),
    "sign-in link": (_link, "url"),
}


def _made() -> Mapping[str, int]:
    tables = (ApiKey, LoginLink, Source, WriteKey)
    return {table.__name__: table.objects.count() for table in tables}


@pytest.mark.django_db
@pytest.mark.usefixtures("timeline_lake")
@pytest.mark.parametrize("call", CALLS)
def test_a_retry_gives_the_same_secret_and_makes_no_second(call: str) -> None:
    make, field = CALLS[call]
    path, body = make()
    client = program()

    first = client.post(f"{API}{path}", body, JSON, headers=ONCE)
    made = _made()
    again = client.post(f"{API}{path}", body, JSON, headers=ONCE)
    other = client.post(f"{API}{path}", body | {"odd": 1}, JSON, headers=ONCE)

    assert first.status_code == 201, first.content
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    problem(other, 422, "http.idempotency_mismatch")
    assert _made() == made
    assert len(first.json()[field]) > 20


@pytest.mark.django_db
@pytest.mark.usefixtures("timeline_lake")
@pytest.mark.parametrize("call", CALLS)
def test_a_kept_answer_shows_nobody_its_secret(call: str) -> None:
    make, field = CALLS[call]
    path, body = make()

    answer = program().post(f"{API}{path}", body, JSON, headers=ONCE)

    row = IdempotentAnswer.objects.values().get()
    secret = answer.json()[field].rsplit("/", 1)[-1].encode()
    kept = b"".join(
        bytes(each) if isinstance(each, memoryview | bytes) else str(each).encode()
        for each in row.values()
    )
    assert secret in answer.content
    assert secret[-12:] not in kept


@pytest.mark.django_db
def test_an_answer_moved_to_another_call_is_not_read() -> None:
    client = program()
    path, body = _key()
    client.post(f"{API}{path}", body, JSON, headers=ONCE)
    client.post(f"{API}{path}", body, JSON, headers={"Idempotency-Key": "retry-2"})
    one, two = IdempotentAnswer.objects.order_by("key")

    IdempotentAnswer.objects.filter(pk=one.pk).update(body=two.body)

    refused = client.post(f"{API}{path}", body, JSON, headers=ONCE)
    problem(refused, 503, "crypto.undecipherable")


@pytest.mark.django_db
def test_another_key_of_the_same_rights_is_given_no_replay() -> None:
    path, body = _key()
    first = program().post(f"{API}{path}", body, JSON, headers=ONCE)

    other = program().post(f"{API}{path}", body, JSON, headers=ONCE)

    assert other.json()["token"] != first.json()["token"]


@pytest.mark.django_db(transaction=True)
def test_calls_at_once_make_one_key() -> None:
    path, body = _key()
    token, barrier = make_key().token, threading.Barrier(4)
    before = ApiKey.objects.count()

    def racer(_: int) -> tuple[int, bytes]:
        client: Client = with_token(token)
        try:
            barrier.wait(30)
            answer = client.post(f"{API}{path}", body, JSON, headers=ONCE)
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(racer, range(4)))

    assert ApiKey.objects.count() == before + 1
    assert {status for status, _ in answers} <= {201, 409}
    assert len({content for status, content in answers if status == 201}) == 1
