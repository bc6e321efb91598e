"""Indexes that are taken off for a load come back as they were."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from quanqu.infra.db.facade import indexed_afterwards

_DEFINED = (
    "SELECT indexdef FROM pg_indexes WHERE tablename = 'load_rows' "
    "UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE conrelid = 'load_rows'::regclass ORDER BY 1"
)


@pytest.fixture
def table(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE load_rows (key bigint PRIMARY KEY, name text, size int, "
            'CONSTRAINT "load rows unique" UNIQUE (name, size), UNIQUE (size))'
        )
        cursor.execute("CREATE INDEX load_some ON load_rows (size DESC) WHERE name IS NOT NULL")
        cursor.execute("CREATE TABLE load_pointers (size int REFERENCES load_rows (size))")
    yield "load_rows"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE load_pointers, load_rows")


def defined():
    with connection.cursor() as cursor:
        cursor.execute(_DEFINED)
        return [row[0] for row in cursor.fetchall()]


def insert(*rows):
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO load_rows VALUES (%s, %s, %s)", rows)


def test_what_was_taken_off_is_put_back_the_same(table):
    before = defined()

    with transaction.atomic(), indexed_afterwards(table=table) as are_off:
        during = defined()
        insert((1, "a", 1), (2, None, 2))

    assert are_off
    assert set(during) < set(before)
    assert not any("load_some" in one or "load rows unique" in one for one in during)
    assert any("UNIQUE (size)" in one for one in during), "another table refers to it"
    assert defined() == before


def test_rows_that_break_a_constraint_are_refused_and_nothing_changes(table):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE load_pointers DROP CONSTRAINT load_pointers_size_fkey")
    before = defined()

    def load():
        with transaction.atomic(), indexed_afterwards(table=table):
            insert((1, "a", 1), (2, "a", 1))

    with pytest.raises(IntegrityError):
        load()

    assert defined() == before


def test_a_failed_load_leaves_the_indexes(table):
    before = defined()

    with pytest.raises(RuntimeError), transaction.atomic(), indexed_afterwards(table=table):
        raise RuntimeError

    assert defined() == before


def test_while_another_reads_the_indexes_stay_on(table):
    reading, done = threading.Event(), threading.Event()

    def read():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM load_rows")
            reading.set()
            done.wait(10)
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(10)
    before = defined()
    try:
        with transaction.atomic(), indexed_afterwards(table=table) as are_off:
            assert not are_off
            assert defined() == before
            insert((1, "a", 1))
    finally:
        done.set()
        reader.join()

    assert defined() == before


def test_it_needs_a_transaction(table):
    with (
        pytest.raises(transaction.TransactionManagementError),
        indexed_afterwards(table=table),
    ):
        pass
