"""Resources every test may ask for; data comes from builders, not from fixtures."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck, settings
from tests import prepared_database
from tests.builders.tiers import IS_USUAL

# How fast a machine draws examples is no property of what is tested. The same examples are drawn
# on every run, so that a red run says something of the change; QUANQU_FUZZ_EXAMPLES explores.
settings.register_profile(
    "any machine",
    deadline=None,
    derandomize="QUANQU_FUZZ_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any machine")


_SHARE = 4
_LEAST_EXAMPLES = 5


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """Start PostgreSQL before pytest-django makes the test database."""


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, database_server: str) -> bool:
    """Take the database that an earlier session migrated, if there is one."""
    path = prepared_database.find_prepared(request.config)
    return path is not None and prepared_database.take(path, database_server, _name())


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_keepdb: bool,
    database_server: str,
) -> None:
    """Keep a database that had to be migrated for sessions to come."""
    path = prepared_database.find_prepared(request.config)
    if path is not None and not django_db_keepdb:
        prepared_database.keep(path, database_server, _name())


def _name() -> str:
    return f"test_{connection.settings_dict['NAME'].removeprefix('test_')}"


@pytest.fixture(autouse=True)
def no_language_of_another_test() -> None:
    """Begin in the language of the settings: a page leaves the one it answered in."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def what_was_written_is_flushed() -> Iterator[None]:
    """After a test that commits, empty the tables that have rows, not all there are.

    What Django itself writes with every migration stays, and so need not be written again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _flush_written)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


def _flush_written(
    self: DatabaseOperations, style: Any, tables: Sequence[str], **_options: bool
) -> list[str]:
    quoted = [self.quote_name(name) for name in sorted(set(tables) - _ALWAYS_THERE)]
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in quoted)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        written = [name for (name,) in cursor.fetchall()]
    return [f"TRUNCATE {', '.join(written)} CASCADE"] if written else []


_ALWAYS_THERE = {"django_content_type", "auth_permission", "django_site"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it alone at the end.

    `quanqu test` leaves out what only `quanqu test --thorough` runs, and draws fewer examples.
    """
    if IS_USUAL:
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
        for test in {_property_of(item) for item in items}:
            _draw_fewer(test)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _property_of(item: pytest.Item) -> Any:
    """Return what carries the settings of a property: a function, or a state machine's class."""
    machine = getattr(item, "cls", None)
    if isinstance(getattr(machine, "settings", None), settings):
        return machine
    return getattr(getattr(item, "obj", None), "__func__", getattr(item, "obj", None))


def _draw_fewer(test: Any) -> None:
    for name in ("settings", "_hypothesis_internal_use_settings"):
        told = getattr(test, name, None)
        if isinstance(told, settings):
            fewer = max(_LEAST_EXAMPLES, told.max_examples // _SHARE)
            setattr(test, name, settings(told, max_examples=min(told.max_examples, fewer)))
            return
