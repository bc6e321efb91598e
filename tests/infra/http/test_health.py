"""Health and figures: who may see them and what they say."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings
from tests.builders.http import problem

from quanqu.infra.http import health


@pytest.mark.django_db
def test_healthy_with_a_database_and_no_worker() -> None:
    response = Client().get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "worker": "none"}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "state"), [("1 second", "ok"), ("5 minutes", "late")])
def test_worker_is_told_by_its_heartbeat(age: str, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)",
            [age],
        )

    assert Client().get("/healthz").json()["worker"] == state


def test_without_a_database_it_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError

    monkeypatch.setattr(health, "_last_heartbeat", gone)

    told = problem(Client().get("/healthz"), 503, "http.unhealthy")
    assert told["fields"] == {"database": "unavailable", "worker": "unknown"}


def test_the_process_itself_is_alive_without_a_database() -> None:
    response = Client().get("/livez")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_figures_count_requests_by_route_never_by_address() -> None:
    client = Client()
    client.get("/errors/org.last_owner")

    text = client.get("/metrics").content.decode()

    line = 'quanqu_http_requests_total{method="GET",route="errors/<str:code>",status="200"}'
    assert line in text
    assert "org.last_owner" not in text
    assert 'quanqu_workers{state="alive"} 0.0' in text


@pytest.mark.django_db
def test_figures_are_for_this_machine_or_the_holder_of_the_token(settings: Settings) -> None:
    assert Client().get("/metrics").status_code == 200
    problem(Client(REMOTE_ADDR="203.0.113.9").get("/metrics"), 403, "kernel.not_allowed")
    problem(
        Client(headers={"X-Forwarded-For": "203.0.113.9"}).get("/metrics"),
        403,
        "kernel.not_allowed",
    )

    settings.METRICS_TOKEN = "s3cret"

    assert Client().get("/metrics").status_code == 403
    allowed = Client(headers={"Authorization": "Bearer s3cret"}, REMOTE_ADDR="203.0.113.9")
    assert allowed.get("/metrics").status_code == 200
