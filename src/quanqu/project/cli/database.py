"""A database that answers and is up to date, with Django over it, while a command runs."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.db import connections

from quanqu.infra.backup.facade import require_whole
from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import Lease
from quanqu.infra.process.facade import loading
from quanqu.project.environment import require_settings
from quanqu.project.migration_state import is_current
from quanqu.project.migrations import migrate


@contextmanager
def database() -> Iterator[None]:
    """Use DATABASE_URL, or join the home's running server, or start it for the duration."""
    require_settings()
    home = open_home()
    require_whole(home)
    os.environ["QUANQU_HOME"] = str(home.root)
    given = os.environ.get("DATABASE_URL")
    if given:
        with _tables(home, given):
            yield
        return
    with Lease(home) as url:
        os.environ["DATABASE_URL"] = url
        try:
            with _tables(home, url):
                yield
        finally:
            del os.environ["DATABASE_URL"]  # a program started later is not given a server


def set_up() -> None:
    """Load the rooms without a database: enough for a command's help."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it tells of every task it finds
    with loading():
        django.setup()


@contextmanager
def _tables(home: Home, url: str) -> Iterator[None]:
    set_up()
    try:
        if not is_current(home, url):
            migrate(home, url)
        yield
    finally:
        connections.close_all()
