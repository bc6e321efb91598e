"""A short transaction in two round trips: what is asked travels together, what is written too.

Source: pipeline mode of libpq, PostgreSQL documentation, "Pipeline Mode".
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from django.db import connection

__all__ = ["RoundTrips", "run_prepared"]

Statement = tuple[str, Sequence[Any]]

_WHOLE: Final = ("BEGIN", "COMMIT", "ROLLBACK")
_PART: Final = (
    "SAVEPOINT round_trips", "RELEASE SAVEPOINT round_trips", "ROLLBACK TO SAVEPOINT round_trips",
)  # fmt: skip

_PREPARED_AFTER = 5
"""Uses of a statement on a connection before the server keeps its plan."""


def run_prepared(text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement that the server has prepared; outside a transaction it is one itself."""
    raw = _connected()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(raw)
        cursor.execute(text, values)
        return cursor.fetchall() if cursor.description is not None else []


def _connected() -> psycopg.Connection[Any]:
    """Return the driver's connection below Django's, which prepares nothing unless it is told."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = _PREPARED_AFTER
    return raw


class RoundTrips:
    """A transaction whose statements are sent together, prepared by the server.

    Inside a transaction of Django it is a savepoint of that one.  Outside, `finish` sends the last
    statements with the commit.  Left without `finish`, everything is rolled back.
    """

    def __init__(self) -> None:
        self._raw = _connected()
        self._is_open = False
        told = _PART if connection.in_atomic_block else _WHOLE
        self._begin, self._commit, self._rollback = told

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_open:
            self._is_open = False
            if not self._raw.closed:
                self._raw.execute(self._rollback)

    def ask(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        """Run statements in one round trip and return the rows of each."""
        with connection.wrap_database_errors:
            return self._send(statements, [])

    def finish(self, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
        """Run the last statements, commit what this began, and return the rows of each."""
        with connection.wrap_database_errors:
            found = self._send(statements, [self._commit])
        self._is_open = False
        return found

    def _send(
        self, statements: Sequence[Statement], closing: list[str]
    ) -> list[list[tuple[Any, ...]]]:
        cursors = []
        with self._raw.pipeline():
            if not self._is_open:
                psycopg.Cursor(self._raw).execute(self._begin)
                self._is_open = True
            for text, values in statements:
                cursor = psycopg.Cursor(self._raw)
                cursor.execute(text, values)
                cursors.append(cursor)
            for text in closing:
                psycopg.Cursor(self._raw).execute(text)
        return [one.fetchall() if one.description is not None else [] for one in cursors]
