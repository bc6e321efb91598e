"""Resources every test may ask for; data comes from builders, not from fixtures."""

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine draws examples is no property of what is tested.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """Start PostgreSQL before pytest-django makes the test database."""
