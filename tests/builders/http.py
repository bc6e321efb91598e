"""Builders of HTTP callers: programs with a key, people with a session."""

from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from tests.builders.org import make_key, make_person

from quanqu.know.org.contracts import PersonInfo, RoleCode

API = "/api/v1"


def program(*, role: RoleCode = RoleCode.OWNER, unit_id: str | None = None) -> Client:
    """Return a client that calls with a fresh API key, over the whole group unless told."""
    issued = make_key(role=role, unit_id=unit_id)
    return with_token(issued.token)


def with_token(token: str) -> Client:
    """Return a client that calls with this token; server errors come back as answers."""
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def signed_in(person: PersonInfo | None = None, *, enforce_csrf: bool = False) -> Client:
    """Return a client with a person's session."""
    who = person or make_person("Sam")
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf)
    user = get_user_model().objects.get(pk=who.key)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem of this status and code, and return it."""
    assert response["Content-Type"] == "application/problem+json", response.content
    found: dict[str, Any] = response.json()
    assert (response.status_code, found["status"], found["code"]) == (status, status, code)
    assert set(found) == {"type", "title", "status", "detail", "code", "request_id", "fields"}
    assert found["type"] == f"/errors/{code}"
    assert found["request_id"] == response["X-Request-ID"]
    return found
