"""A database that is away is told from a mistake of ours."""

import psycopg
import pytest
from django.db import DataError, InterfaceError, OperationalError, connection
from psycopg import errors

from quanqu.infra.db.facade import is_outage


def wrapped(cause: psycopg.Error) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("connection refused"),
        wrapped(psycopg.OperationalError("connection refused")),
        wrapped(errors.AdminShutdown("terminating")),
        wrapped(errors.TooManyConnections("too many")),
        wrapped(errors.DiskFull("no room")),
        InterfaceError("the connection is closed"),
    ],
)
def test_what_mends_itself_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("no"),
        DataError("no"),
        wrapped(errors.LockNotAvailable("locked")),
        wrapped(errors.QueryCanceled("too slow")),
    ],
)
def test_anything_else_is_not(error: Exception | None) -> None:
    assert not is_outage(error)


@pytest.mark.django_db(transaction=True)
def test_a_session_ended_by_the_server_is_one() -> None:
    with connection.cursor() as cursor, pytest.raises(OperationalError) as caught:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()

    assert is_outage(caught.value)
