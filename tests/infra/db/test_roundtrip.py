"""Statements that travel together are one transaction, and arrays written as text are arrays."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from quanqu.infra.db.facade import RoundTrips, number_array, run_prepared, text_array

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def numbers():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE trip (number int PRIMARY KEY)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE trip")


def stored():
    return [number for (number,) in run_prepared("SELECT number FROM trip ORDER BY 1", [])]


ADD = "INSERT INTO trip VALUES (%s)"


def test_the_last_trip_commits_and_answers_are_told_apart(numbers):
    with RoundTrips() as trips:
        first = trips.ask([(ADD, [1]), ("SELECT count(*) FROM trip", [])])
        last = trips.finish([(ADD, [2]), ("SELECT max(number) FROM trip", [])])

    assert (first, last) == ([[], [(1,)]], [[], [(2,)]])
    assert stored() == [1, 2]


def test_left_early_nothing_was_done(numbers):
    with RoundTrips() as trips:
        trips.ask([(ADD, [1])])
    assert stored() == []


@pytest.mark.parametrize("way", ["ask", "finish"])
def test_what_fails_takes_everything_back(numbers, way):
    with RoundTrips() as trips:
        trips.ask([(ADD, [1])])
        with pytest.raises(IntegrityError):
            getattr(trips, way)([(ADD, [2]), (ADD, [1])])
    assert stored() == []


def test_inside_a_transaction_it_is_a_savepoint(numbers):
    with transaction.atomic():
        run_prepared(ADD, [1])
        with pytest.raises(IntegrityError), RoundTrips() as trips:
            trips.ask([(ADD, [2]), (ADD, [1])])
        with RoundTrips() as trips:
            trips.finish([(ADD, [3])])
    assert stored() == [1, 3]


def test_a_statement_is_prepared_once_it_is_used_often(numbers):
    for number in range(8):
        run_prepared(ADD, [number])
    kept = run_prepared("SELECT statement FROM pg_prepared_statements", [])
    assert [text for (text,) in kept if text.startswith("INSERT INTO trip")]


@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_text_comes_back_as_it_was(values):
    assert run_prepared("SELECT %s::text[]", [text_array(values)]) == [(values,)]


def test_numbers_and_ids_come_back_as_they_were():
    ids = [uuid.UUID(int=number) for number in range(3)]
    told = run_prepared(
        "SELECT %s::bigint[], %s::uuid[], %s::int[]",
        [number_array([1, -2]), number_array(ids), number_array([])],
    )
    assert told == [([1, -2], ids, [])]
