"""The same call again: replayed, refused for another body, done once however many race."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from quanqu.infra.auth.contracts import Actor, ActorKind
from quanqu.infra.auth.facade import set_actor
from quanqu.infra.http.facade import drop_old_answers, idempotent_view
from quanqu.infra.http.models import IdempotentAnswer, RateBucket
from quanqu.kernel.errors import RefusedError
from quanqu.kernel.time import utc_now

ANN = Actor(ActorKind.API_KEY, "key_ann", "Ann")
BO = Actor(ActorKind.API_KEY, "key_bo", "Bo")


def call(
    view: Callable[[HttpRequest], HttpResponse],
    *,
    key: str | None = "k1",
    body: str = '{"a": 1}',
    actor: Actor | None = ANN,
    path: str = "/api/v1/orders",
) -> HttpResponse:
    headers = {"Idempotency-Key": key} if key is not None else {}
    request = RequestFactory().post(path, body, "application/json", headers=headers)
    if actor is not None:
        set_actor(request, actor)
    return idempotent_view(view)(request)


def work(request: HttpRequest) -> HttpResponse:
    """Leave one row a call."""
    count = RateBucket.objects.count() + 1
    RateBucket.objects.create(
        name=f"row-{count}-{threading.get_ident()}",
        tokens=0,
        is_granted=True,
        updated_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return HttpResponse(f"made {count}", status=201, headers={"Location": "/x/1"})


@pytest.mark.django_db
def test_repeated_call_is_replayed_and_does_nothing() -> None:
    first, again = call(work), call(work)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Location"] == "/x/1"
    assert again["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert RateBucket.objects.count() == 1


@pytest.mark.django_db
def test_another_body_is_refused() -> None:
    call(work)

    refused = call(work, body='{"a": 2}')

    assert refused.status_code == 422
    assert b"http.idempotency_mismatch" in refused.content
    assert RateBucket.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"key": "k2"}, {"actor": BO}, {"path": "/api/v1/refunds"}, {"key": None}]
)
def test_other_key_caller_or_address_is_another_call(change: dict[str, object]) -> None:
    call(work)
    call(work, **change)  # type: ignore[arg-type]

    assert RateBucket.objects.count() == 2


@pytest.mark.django_db
def test_stranger_gets_no_replay() -> None:
    call(work)

    answer = call(lambda request: HttpResponse(status=401), actor=None)

    assert answer.status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "ü"])
def test_malformed_key_is_refused(key: str) -> None:
    refused = call(work, key=key)

    assert refused.status_code == 422
    assert b"http.idempotency_key" in refused.content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [409, 422, 500])
def test_refused_work_leaves_nothing_and_may_be_tried_again(status: int) -> None:
    def fails(request: HttpRequest) -> HttpResponse:
        work(request)
        return HttpResponse(status=status)

    assert call(fails).status_code == status
    assert RateBucket.objects.count() == 0
    assert call(work).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_crash_leaves_nothing_and_an_error_is_a_problem() -> None:
    def crashes(request: HttpRequest) -> HttpResponse:
        work(request)
        raise ZeroDivisionError

    def refuses(request: HttpRequest) -> HttpResponse:
        raise RefusedError("no")

    with pytest.raises(ZeroDivisionError):
        call(crashes)
    assert call(refuses).status_code == 409
    assert RateBucket.objects.count() == 0
    assert IdempotentAnswer.objects.count() == 0


@pytest.mark.django_db
def test_after_a_day_the_key_is_free_again() -> None:
    call(work)
    IdempotentAnswer.objects.update(created_at=utc_now() - timedelta(hours=24))

    again = call(work, body='{"a": 2}')

    assert again.status_code == 201
    assert RateBucket.objects.count() == 2
    assert IdempotentAnswer.objects.count() == 1
    assert drop_old_answers(now=utc_now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_second_call_while_the_first_works_is_told_so() -> None:
    started, finish = threading.Event(), threading.Event()

    def slow(request: HttpRequest) -> HttpResponse:
        started.set()
        assert finish.wait(10)
        return work(request)

    def first() -> HttpResponse:
        try:
            return call(slow)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(first)
        assert started.wait(10)
        during = call(work)
        finish.set()
        done = running.result(10)

    assert during.status_code == 409
    assert b"http.idempotency_in_flight" in during.content
    assert done.status_code == 201
    assert call(work).content == done.content
    assert RateBucket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_of_many_does_the_work_once() -> None:
    barrier = threading.Barrier(6)

    def racer(_: int) -> int:
        try:
            barrier.wait(10)
            return call(work).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(racer, range(6)))

    assert RateBucket.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


@pytest.mark.django_db(transaction=True)
def test_answer_is_kept_only_if_the_work_commits() -> None:
    with transaction.atomic():
        call(work)
        transaction.set_rollback(True)

    assert IdempotentAnswer.objects.count() == 0
    assert RateBucket.objects.count() == 0
