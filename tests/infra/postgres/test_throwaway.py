"""The database of the tests themselves."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_suite_runs_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_user")
        assert cursor.fetchone() >= (160000, "")
