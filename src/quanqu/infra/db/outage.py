"""Tells a database that is away from a fault of ours."""

import psycopg
from django.db import InterfaceError, OperationalError

# connection lost or refused, server stopping or starting, no connection left, disk full
_CLASSES = ("08", "53", "57P")


def is_outage(error: BaseException | None) -> bool:
    """Tell whether the database was away or out of room, so that the same may work later."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError | psycopg.OperationalError):
        return False
    first = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
    state = getattr(first, "sqlstate", None)
    return state is None or state.startswith(_CLASSES)
