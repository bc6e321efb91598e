"""Every family of errors has one status and one shape."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory
from tests.builders.http import problem, signed_in

from quanqu.infra.auth.contracts import InvalidTokenError, NotSignedInError
from quanqu.infra.http.contracts import TransportError
from quanqu.infra.http.facade import as_problem, problem_of, problem_response, status_of
from quanqu.kernel.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    QuanquError,
    RateLimitedError,
    RefusedError,
    UnavailableError,
)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidError("bad"), 422),
        (NotFoundError(kind="order", ref="x"), 404),
        (NotAllowedError(permission="orders.view"), 403),
        (NotSignedInError(), 401),
        (InvalidTokenError(), 401),
        (RefusedError("no"), 409),
        (RateLimitedError(retry_after_s=3), 429),
        (UnavailableError("later"), 503),
        (QuanquError("odd"), 500),
        (TransportError(413, "big"), 413),
    ],
)
def test_family_decides_the_status(error: QuanquError, status: int) -> None:
    response = problem_response(error)

    shown = json.loads(response.content)
    assert (status_of(error), response.status_code, shown["status"]) == (status, status, status)
    assert response["Content-Type"] == "application/problem+json"
    assert shown["detail"] == str(error)


def test_headers_go_with_the_status() -> None:
    assert problem_response(RateLimitedError(retry_after_s=3))["Retry-After"] == "3"
    assert problem_response(NotSignedInError())["WWW-Authenticate"].startswith("Bearer")


def test_fields_are_plain_json() -> None:
    @dataclass
    class Odd:
        def __str__(self) -> str:
            return "odd"

    fields = {
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "naive": datetime(2026, 3, 1),  # noqa: DTZ001 - the naive case is meant
        "on": date(2026, 3, 1),
        "price": Decimal("1.10"),
        "colour": Colour.RED,
        "ratio": float("inf"),
        "half": 0.5,
        "id": UUID(int=1),
        "many": (1, None, True),
        "inner": {"a": Odd()},
    }

    shown = json.loads(json.dumps(problem_of(InvalidError("x", **fields))["fields"]))

    assert shown == {
        "at": "2026-03-01T00:00:00.000Z",
        "naive": "2026-03-01T00:00:00",
        "on": "2026-03-01",
        "price": "1.10",
        "colour": "red",
        "ratio": "inf",
        "half": 0.5,
        "id": "00000000-0000-0000-0000-000000000001",
        "many": [1, None, True],
        "inner": {"a": "odd"},
    }


def test_framework_pages_become_problems_and_keep_their_headers() -> None:
    request = RequestFactory().delete("/api/v1/me")

    shown = as_problem(request, HttpResponseNotAllowed(["GET"]))

    assert (shown.status_code, shown["Allow"]) == (405, "GET")
    assert json.loads(shown.content)["code"] == "http.method_not_allowed"


def test_good_answers_and_problems_are_left_alone() -> None:
    request = RequestFactory().get("/")
    fine, wrong = HttpResponse("ok"), problem_response(RefusedError("no"))

    assert as_problem(request, fine) is fine
    assert as_problem(request, wrong) is wrong


def test_unknown_status_is_an_internal_error() -> None:
    shown = as_problem(RequestFactory().get("/"), HttpResponse(status=418))

    assert json.loads(shown.content)["code"] == "http.internal"


def refuse(*_arguments: object, **_named: object) -> None:
    raise OperationalError("connection refused")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/me", "/customers/"])
def test_a_database_that_is_away_is_no_bug(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in()
    client.raise_request_exception = False
    with monkeypatch.context() as changed:
        changed.setattr(CursorWrapper, "execute", refuse)

        response = client.get(path)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    if path.startswith("/api"):
        problem(response, 503, "http.unavailable")
