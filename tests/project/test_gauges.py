"""/metrics is valid Prometheus text and tells how an installation stands."""

from datetime import timedelta
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.urls import get_resolver
from prometheus_client.parser import text_string_to_metric_families
from tests.builders.timeline import accept, make_event, make_source, timeline_lake

from quanqu.infra.http import metrics
from quanqu.infra.outbox.models import OutboxEvent
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade as timeline
from quanqu.project import gauges

__all__ = ["timeline_lake"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake"),
]


@pytest.fixture(autouse=True)
def clean_queue() -> None:
    """Empty the queue's tables, which are not ours to flush; the addresses declare the figures."""
    get_resolver().url_patterns  # noqa: B018 - loads them
    connection.cursor().execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def samples() -> dict[str, float]:
    """Read every sample by its name and labels, strictly."""
    text = Client().get("/metrics").content.decode()
    found: dict[str, float] = {}
    names = []
    for family in text_string_to_metric_families(text):
        names.append(family.name)
        assert family.documentation, family.name
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            key = f"{sample.name}{{{labels}}}" if labels else sample.name
            assert key not in found
            found[key] = sample.value
    assert len(names) == len(set(names))
    return found


def test_queues_and_their_ages_are_told() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="a"), make_event(messageId="b")])
    old = utc_now() - timedelta(minutes=5)
    OutboxEvent.objects.create(name="test.x", payload={}, emitted_at=old, attempts=2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
            "VALUES ('default', 'test.work', '{}', 'failed')"
        )

    told = samples()

    assert told["quanqu_inbox_events"] == 2
    assert told["quanqu_jobs{state=failed}"] == 1
    assert told["quanqu_jobs{state=doing}"] == 0
    assert told["quanqu_workers{state=alive}"] == 0
    assert told["quanqu_outbox_stuck"] == 1
    assert 300 <= told["quanqu_outbox_oldest_seconds"] < 400
    assert told["quanqu_job_oldest_seconds"] >= 0
    assert told["quanqu_database_up"] == 1
    assert told["quanqu_disk_free_bytes"] > 0
    assert any(name.startswith("quanqu_build_info{version=") for name in told)


def test_settled_events_and_the_lakes_versions_are_told() -> None:
    accept(make_source(), [make_event(messageId=name) for name in "abc"])
    before = samples()
    timeline.settle_everything(now=utc_now())

    told = samples()

    assert (told["quanqu_inbox_events"], told["quanqu_events_settled"]) == (0, 3)
    version = "quanqu_lake_version{table=fact_event}"
    assert told[version] > before[version]
    assert told["quanqu_lake_lag_seconds"] >= 0


def test_without_a_database_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise DatabaseError

    monkeypatch.setattr(metrics, "_READERS", [gauges.machine, away])

    told = samples()

    assert told["quanqu_database_up"] == 0
    assert "quanqu_disk_free_bytes" in told
    assert "quanqu_inbox_events" not in told


def test_a_lake_that_is_away_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OSError("no route to the bucket")

    monkeypatch.setattr(metrics, "_READERS", [away, gauges.machine])

    told = samples()

    assert told["quanqu_database_up"] == 1
    assert "quanqu_disk_free_bytes" in told


def track(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Send a tracking call the way the web server does, and return its status line."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))  # importing it sets one
    wsgi = import_module("quanqu.project.wsgi")
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/track",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "CONTENT_LENGTH": "0",
        "HTTP_AUTHORIZATION": "Basic bm9ib2R5Og==",
    }
    statuses: list[str] = []
    wsgi.application(environ, lambda status, _headers: statuses.append(status))
    return statuses[0][:3]


@pytest.mark.parametrize(
    ("met", "status"), [(None, "401"), (OperationalError(), "503"), (ZeroDivisionError(), "500")]
)
def test_a_tracking_call_is_counted_once_whatever_it_meets(
    met: Exception | None, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(**_: object) -> None:
        if met is not None:
            raise met

    monkeypatch.setattr(timeline, "find_tracking_source", find)
    series = f"quanqu_http_requests_total{{method=POST,route=v1/<path:call>,status={status}}}"
    before = samples().get(series, 0)

    assert track(tmp_path, monkeypatch) == status

    assert samples()[series] == before + 1
