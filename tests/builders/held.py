"""A database state that lasts for a whole file of tests and is gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import TestCase
from pytest_django.plugin import DjangoDbBlocker

_AROUND_REQUESTS = (request_started, request_finished)


@contextmanager
def held_database(blocker: DjangoDbBlocker, home: Path) -> Iterator[None]:
    """Open the database and a lake of its own until the end; no caller runs out of calls."""
    with pytest.MonkeyPatch.context() as patch, blocker.unblock():
        patch.setenv("QUANQU_LAKE", str(home / "lake"))
        patch.setattr(settings, "API_RATE", (10**9, 10.0**9))
        held = TestCase._enter_atomics()  # as for one test
        for signal in _AROUND_REQUESTS:
            signal.disconnect(close_old_connections)
        try:
            yield
        finally:
            for signal in _AROUND_REQUESTS:
                signal.connect(close_old_connections)
            TestCase._rollback_atomics(held)


@contextmanager
def undone() -> Iterator[None]:
    """Undo whatever is done inside; a transaction that must be the outermost one may start."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined] # what TestCase itself sets
    with block:
        yield
        transaction.set_rollback(True)
