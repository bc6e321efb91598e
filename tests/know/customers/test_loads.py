"""A load, whose indexes are built after its rows, says the same as any other batch."""

import threading

import pytest
from django.db import connection
from tests.builders.customers import resolve

from quanqu.know.customers.rules.newcomers import is_load

LOAD = "quanqu.know.customers.rules.newcomers.LOAD"
RECORDS = [
    {
        "member_id": f"shop:{number}",
        "phone": f"+8613{701_234_500 + number % 150}",
        "email": f"n{number % 190}@mail.org",
    }
    for number in range(200)
]
SAID = {
    "customers": "SELECT key, merged_into_key, is_contested FROM customers_customer ORDER BY key",
    "identifiers": (
        "SELECT value_hash, type, customer_key, anchor_key, barred FROM customers_identifier "
        "ORDER BY value_hash"
    ),
    "evidence": (
        "SELECT l.value_hash, r.value_hash, e.observed_at FROM customers_evidence e "
        "JOIN customers_identifier l ON l.key = e.left_key "
        "JOIN customers_identifier r ON r.key = e.right_key ORDER BY 1, 2"
    ),
}
INDEXES = (
    "SELECT indexdef FROM pg_indexes WHERE tablename IN "
    "('customers_customer', 'customers_identifier', 'customers_evidence') ORDER BY 1"
)


def answers(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def divided(keys):
    """Say who is one with whom, whatever the keys are."""
    owner = dict(answers("SELECT key, customer_key FROM customers_identifier"))
    customers = [owner[key] for key in keys]
    return [customers.index(one) for one in customers]


@pytest.mark.parametrize(
    ("count", "first_key", "expected"),
    [
        (200_000, 1, True),
        (199_999, 1, False),
        (3_000_000, 3_000_000, True),
        (3_000_000, 3_000_001, False),
    ],
)
def test_a_load_is_much_at_once_and_no_less_than_is_stored(count, first_key, expected):
    assert is_load(count, first_key) is expected


@pytest.mark.django_db(transaction=True)
def test_a_load_ends_as_the_same_records_in_batches_do(monkeypatch, django_db_reset_sequences):
    before = answers(INDEXES)
    keys = [key for at in range(0, 200, 7) for key in resolve(*RECORDS[at : at + 7])]
    in_batches = divided(keys)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_customer, customers_identifier CASCADE")
        cursor.execute("TRUNCATE customers_evidence")
        cursor.execute("ALTER SEQUENCE customers_identifier_key_seq RESTART")
    monkeypatch.setattr(LOAD, 100)

    loaded = resolve(*RECORDS)

    assert divided(loaded) == in_batches
    assert answers(INDEXES) == before
    monkeypatch.setattr(LOAD, 1 << 40)
    said = {name: answers(query) for name, query in SAID.items()}
    assert resolve(*RECORDS) == loaded, "told again, the load is known"
    assert {name: answers(query) for name, query in SAID.items()} == said


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_are_one_after_the_other(monkeypatch, django_db_reset_sequences):
    monkeypatch.setattr(LOAD, 100)
    told = {}

    def load(name):
        told[name] = resolve(*RECORDS)
        connection.close()

    threads = [threading.Thread(target=load, args=(name,)) for name in "ab"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert told["a"] == told["b"]
    ((stored, distinct),) = answers(
        "SELECT count(*), count(DISTINCT (type, value_hash)) FROM customers_identifier"
    )
    assert stored == distinct > 500
    assert answers("SELECT count(*) FROM pg_indexes WHERE indexname = 'customers_evidence_unique'")


@pytest.mark.django_db(transaction=True)
def test_a_load_that_fails_leaves_nothing_and_every_index(monkeypatch, django_db_reset_sequences):
    before = answers(INDEXES)
    monkeypatch.setattr(LOAD, 100)

    def fail(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("quanqu.know.customers.actions.resolve._state", fail)
    with pytest.raises(RuntimeError):
        resolve(*RECORDS)

    assert answers("SELECT count(*) FROM customers_identifier") == [(0,)]
    assert answers(INDEXES) == before
