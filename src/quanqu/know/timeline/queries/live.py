"""Database work that outlives a restart of the server."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from quanqu.know.timeline.contracts import InboxUnavailableError

Result = TypeVar("Result")


def on_live_connection(work: Callable[[], Result]) -> Result:
    """Do one idempotent statement; a connection found lost is renewed once.

    Inside a transaction nothing is repeated.  Raises: InboxUnavailableError.
    """
    try:
        return work()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        connection.close()
        raise InboxUnavailableError from error
