"""Evidence names identifiers, and they customers, that exist: anything else is refused by set."""

import pytest
from django.db import IntegrityError, connection, transaction
from tests.builders.customers import resolve

pytestmark = pytest.mark.django_db

_INSERT = (
    "INSERT INTO customers_evidence (left_key, right_key, source, rule, confidence, observed_at) "
    "SELECT {left}, {right}, 'test', 'together', 1, now()"
)


@pytest.fixture
def pair() -> tuple[int, int]:
    resolve({"email": "ann@mail.org", "phone": "+447700900123"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT left_key, right_key FROM customers_evidence")
        (found,) = cursor.fetchall()
    return found[0], found[1]


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_evidence_of_an_identifier_that_is_not_there_is_refused(pair: tuple[int, int]) -> None:
    left, right = pair
    refused(_INSERT.format(left=left, right=right + 1_000_000))
    refused(_INSERT.format(left=-5, right=right))


def test_one_wrong_row_among_many_refuses_all(pair: tuple[int, int]) -> None:
    left, right = pair
    many = f"unnest(ARRAY[{right}, {right + 1_000_000}])"
    refused(_INSERT.format(left=left, right=many))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_evidence")
        assert cursor.fetchone() == (1,)


def test_evidence_cannot_be_moved_to_nobody(pair: tuple[int, int]) -> None:
    refused(f"UPDATE customers_evidence SET right_key = {pair[1] + 1_000_000}")


def test_an_identifier_with_evidence_cannot_go(pair: tuple[int, int]) -> None:
    for key in pair:
        refused(f"DELETE FROM customers_identifier WHERE key = {key}")


def test_an_identifier_goes_after_its_evidence(pair: tuple[int, int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_evidence")
        cursor.execute("DELETE FROM customers_identifier WHERE key = %s", [pair[1]])
        assert cursor.rowcount == 1


def test_an_identifier_of_a_customer_that_is_not_there_is_refused(pair: tuple[int, int]) -> None:
    refused("UPDATE customers_identifier SET customer_key = -7")
    refused(
        "INSERT INTO customers_identifier (id, type, value_hash, value_enc, hint, customer_key, "
        "first_seen_at) VALUES (gen_random_uuid(), 'email', 'a', 'b', 'c', -7, now())"
    )


def test_a_customer_with_identifiers_cannot_go(pair: tuple[int, int]) -> None:
    refused("DELETE FROM customers_customer")


def test_a_customer_goes_after_its_identifiers(pair: tuple[int, int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("evidence", "identifier", "customer"):
            cursor.execute(f"DELETE FROM customers_{table}")
        assert cursor.rowcount == 1


def test_many_at_once_get_the_same_answer_as_a_few_at_a_time() -> None:
    records = [
        {"email": f"n{number % 900}@mail.org", "phone": f"+4477009{number:05}"}
        for number in range(1_200)
    ]

    together = resolve(*records)
    again = [key for at in range(0, 1_200, 60) for key in resolve(*records[at : at + 60])]

    assert together == again
