"""Resources every test may ask for; data comes from builders, not from fixtures."""

import os

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """Start PostgreSQL before pytest-django makes the test database."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
