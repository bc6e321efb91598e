"""Run statements of the room on the current transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

_LOCK_CLASS = 0x636174  # "cat": this room's share of the advisory locks


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


def lock_company(company_key: int) -> None:
    """Wait to be the only writer of a company's catalogue until the transaction ends."""
    run(
        "SELECT pg_advisory_xact_lock(%(room)s, %(company)s)",
        {"room": _LOCK_CLASS, "company": company_key},
    )
