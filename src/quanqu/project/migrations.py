"""Brings the database's tables up to date, one process at a time.

`python -m quanqu.project.migrations`.
"""

import logging
import os
import sys
from typing import ClassVar, Final

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from quanqu.infra.backup.facade import require_whole
from quanqu.infra.home.facade import Home, open_home
from quanqu.infra.postgres.facade import require_server
from quanqu.kernel.errors import QuanquError, RefusedError
from quanqu.project.environment import require_settings
from quanqu.project.migration_state import remember

_LOCK: Final = 0x71_75_61_6E_71_75  # "quanqu": the advisory lock of migrations


class DatabaseNewerError(RefusedError):
    """A later version has changed the tables in ways that this one does not know."""

    code: ClassVar[str] = "project.database_newer"
    template: ClassVar[str] = (
        "A later version of Quanqu has used this database ({migrations}). Use that version, "
        "or restore a backup that this one made."
    )


def migrate(home: Home, url: str) -> None:
    """Apply pending migrations and remember that they are. Django must be set up.

    Raises: DatabaseNewerError and what `require_whole` and `require_server` say.
    """
    require_whole(home)
    require_server(url)
    with psycopg.connect(url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _require_known()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'")
        call_command("migrate", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    remember(home, url)


def main() -> None:
    """Migrate the database of the environment; a refusal is one line on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quanqu.project.settings")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it tells of every task it finds
    try:
        require_settings()
        django.setup()
        migrate(open_home(), os.environ["DATABASE_URL"])
    except (QuanquError, DatabaseError, psycopg.Error) as error:
        if os.environ.get("QUANQU_DEBUG") == "1":
            raise
        sys.exit(" ".join(str(error).split()))


def _require_known() -> None:
    loader = MigrationLoader(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("quanqu.")}
    latest: dict[str, int] = {}
    for label, name in loader.disk_migrations or {}:
        latest[label] = max(latest.get(label, 0), _number(name))
    later = [
        f"{label}.{name}"
        for label, name in sorted(loader.applied_migrations)
        if label in ours and _number(name) > latest.get(label, 0)
    ]
    if later:
        raise DatabaseNewerError(migrations=", ".join(later[:3]))


def _number(name: str) -> int:
    """Return the number a migration's name begins with: they are linear in each room."""
    first = name.partition("_")[0]
    return int(first) if first.isdigit() else 0


if __name__ == "__main__":
    main()
