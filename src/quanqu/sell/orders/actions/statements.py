"""Run statements of the room on the current transaction."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection


def run(statement: str, params: Mapping[str, Any] | None = None) -> int:
    """Execute a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def rows(statement: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Execute a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def json_object(text: str | None) -> dict[str, Any] | None:
    """Read a jsonb column of `rows`, which Django hands over as text."""
    return None if text is None else json.loads(text)
