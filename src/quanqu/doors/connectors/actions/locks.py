"""One process at a time works on a run; the lock goes with the connection when the process dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from quanqu.doors.connectors.contracts import RunBusyError

_LOCK_CLASS: Final = 0x696D70  # "imp": this room's share of the advisory locks
_MAPPINGS_CLASS: Final = 0x6D6170  # "map"


@contextmanager
def working_on(run_key: int, run_id: str) -> Iterator[None]:
    """Hold the run's lock. Raises: RunBusyError when another process holds it."""
    key = run_key & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, key])
        if not cursor.fetchone()[0]:
            raise RunBusyError(run=run_id)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, key])


def lock_mappings(company_key: int) -> None:
    """Let one transaction at a time number the mappings of a company."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_MAPPINGS_CLASS, company_key])
