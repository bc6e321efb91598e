"""Jobs of a worker that vanished run again, but not for ever."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.testing import InMemoryConnector

from quanqu.project.stalled import ATTEMPTS, put_back_stalled

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def connector() -> InMemoryConnector:
    return InMemoryConnector()


@pytest.fixture
def working(connector: InMemoryConnector) -> App:
    app = App(connector=connector)

    @app.task(name="test.work", queueing_lock="one")
    def work() -> None:
        return

    return app


def add(app: App, connector: InMemoryConnector, **state: object) -> int:
    job = app.configure_task("test.work").defer()
    connector.jobs[job].update({"status": "doing", "worker_id": 7, **state})  # type: ignore[typeddict-item]  # of any column
    return job


def put_back(app: App) -> int:
    return async_to_sync(put_back_stalled)(app, now=NOW, silent_s=20)


def test_a_job_without_its_worker_waits_again(working: App, connector: InMemoryConnector) -> None:
    connector.workers[7] = datetime.now(UTC) - timedelta(seconds=60)  # noqa: TID251 - its clock
    job = add(working, connector)

    assert put_back(working) == 1

    assert connector.jobs[job]["status"] == "todo"
    assert connector.jobs[job]["attempts"] == 1
    assert connector.jobs[job]["scheduled_at"] == NOW


def test_a_job_of_a_living_worker_is_left_alone(working: App, connector: InMemoryConnector) -> None:
    connector.workers[7] = datetime.now(UTC)  # noqa: TID251 - its clock
    job = add(working, connector)

    assert put_back(working) == 0
    assert connector.jobs[job]["status"] == "doing"


def test_a_job_that_takes_workers_down_is_given_up(
    working: App, connector: InMemoryConnector
) -> None:
    job = add(working, connector, attempts=ATTEMPTS - 1)

    put_back(working)

    assert connector.jobs[job]["status"] == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_waits_already_is_not_put_back_beside_itself() -> None:
    statement = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status) "
        "VALUES ('default', 'test.work', 'one', '{}', %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, ["doing"])
        cursor.execute(statement, ["todo"])

    async def put_back_here(working: App) -> int:
        async with working.open_async():
            return await put_back_stalled(working, now=NOW, silent_s=20)

    connector = django_app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's
    with django_app.replace_connector(connector) as working:
        assert asyncio.run(put_back_here(working)) == 1

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, count(*) FROM procrastinate_jobs "
            "WHERE task_name = 'test.work' GROUP BY status"
        )
        assert cursor.fetchall() == [("todo", 1)]
