"""The database and the lake at one and the same instant, while both are being written.

The lake's versions are read before and after a snapshot of the database is taken; when they are
equal, that snapshot and those versions stood beside each other at a real moment. Every protocol
between the two survives a crash at any moment, so it survives being restored to this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import IsolationLevel

from quanqu.infra.backup.contracts import UnquietLakeError
from quanqu.infra.backup.lake_files import versions

_ATTEMPTS: Final = 200


@dataclass(frozen=True, slots=True)
class Instant:
    """A snapshot of the database to hand to pg_dump, and the lake's versions beside it."""

    snapshot: str
    lake: dict[str, int]
    server_version: str


@contextmanager
def instant(url: str, lake: Path | None) -> Iterator[Instant]:
    """Hold an instant as long as the block runs. Raises: UnquietLakeError."""
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for _ in range(_ATTEMPTS):
            before = versions(lake)
            row = connection.execute(
                "SELECT pg_export_snapshot(), current_setting('server_version')"
            ).fetchone()
            if row is not None and versions(lake) == before:
                yield Instant(row[0], before, row[1])
                return
            connection.rollback()
    raise UnquietLakeError(attempts=_ATTEMPTS)
