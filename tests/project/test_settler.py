"""The settler process: settles what arrives, stands by for another, outlives a lost session."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from tests.builders.timeline import (
    NOW,
    accept,
    make_event,
    make_source,
    settled_ids,
    timeline_lake,
)

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.know.timeline import facade
from quanqu.project import settler as settler_module
from quanqu.project.settler import settle_until

__all__ = ["timeline_lake"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("timeline_lake"),
]


@contextmanager
def settler() -> Iterator[None]:
    """Run the settler's loop in a thread, which has a session of its own."""
    stopping = threading.Event()
    thread = threading.Thread(target=settle_until, args=(stopping,))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def wait_for(ids: list[str], seconds: float = 20.0) -> float:
    started = time.monotonic()
    while settled_ids() != ids:
        assert time.monotonic() - started < seconds, settled_ids()
        time.sleep(0.05)
    return time.monotonic() - started


def test_what_is_accepted_is_seen_in_the_lake_soon() -> None:
    issued = make_source()
    with settler():
        accept(issued, [make_event(messageId="a")])
        wait_for(["a"])
        accept(issued, [make_event(messageId="b")])
        wait_for(["a", "b"])


def test_a_second_settler_stands_by_until_the_first_is_gone() -> None:
    issued = make_source()
    accept(issued, [make_event(messageId="a")])
    with psycopg.connect(**session(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7204102)")
        with settler():
            time.sleep(0.6)
            assert settled_ids() == []
            other.close()
            wait_for(["a"])


def test_a_lost_session_is_renewed() -> None:
    issued = make_source()
    with settler():
        accept(issued, [make_event(messageId="a")])
        wait_for(["a"])
        (lost,) = holders()
        with psycopg.connect(**session(), autocommit=True) as other:
            assert other.execute("SELECT pg_terminate_backend(%s, 10000)", [lost]).fetchone() == (
                True,
            )
        accept(issued, [make_event(messageId="b")])
        wait_for(["a", "b"])
        (renewed,) = holders()
    assert renewed != lost
    assert facade.inbox_state(actor=SYSTEM, now=issued.source.created_at).events == 0


def holders() -> list[int]:
    """Return the backends that hold the settler's lock in the tests' database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 7204102 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return [row[0] for row in cursor.fetchall()]


def session() -> dict[str, str]:
    given = connection.settings_dict
    return {
        "host": given["HOST"], "port": given["PORT"], "dbname": given["NAME"],
        "user": given["USER"], "password": given["PASSWORD"],
    }  # fmt: skip


def test_a_clock_that_is_set_back_does_not_make_it_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    issued = make_source()
    told = itertools.count()
    monkeypatch.setattr(settler_module, "utc_now", lambda: NOW - timedelta(hours=next(told)))

    with settler():
        accept(issued, [make_event(messageId="a")])
        wait_for(["a"])
        accept(issued, [make_event(messageId="b")])
        wait_for(["a", "b"])
