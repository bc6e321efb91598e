"""What the planner knows of a table follows bulk writes."""

from collections.abc import Iterator

import pytest
from django.db import connection

from quanqu.infra.db.facade import freshen_statistics

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "statistics_probe"


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (company int, sku int)")
        yield
        cursor.execute(f"DROP TABLE {TABLE}")


def add(company: int, rows: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} SELECT %s, n FROM generate_series(1, %s) n", [company, rows]
        )


def expected(company: int) -> int:
    """Return how many rows of a company the planner expects."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT json) SELECT FROM {TABLE} WHERE company = {company}")
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def test_a_company_that_has_just_come_is_known_to_the_planner(table: None) -> None:
    add(1, 1_000)
    freshen_statistics(fewest=1)
    add(2, 9_000)
    assert expected(2) < 10

    names = freshen_statistics()

    assert TABLE in names
    assert expected(2) == 9_000


def test_few_changes_are_left_to_the_server(table: None) -> None:
    add(1, 20_000)
    assert TABLE in freshen_statistics()
    add(1, 1_500)
    assert TABLE not in freshen_statistics(fewest=1_000)  # less than a tenth

    add(1, 1_500)
    assert TABLE in freshen_statistics(fewest=1_000)
