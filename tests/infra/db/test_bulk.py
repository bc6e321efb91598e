"""Arrow in, the same Arrow out."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import RFC_4122, UUID

import pyarrow as pa
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quanqu.infra.db.facade import copy_in, copy_out, id_column, temp_table

SCHEMA = pa.schema(
    [
        ("n", pa.int64()),
        ("t", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("on_day", pa.date32()),
        ("ok", pa.bool_()),
        ("tags", pa.list_(pa.string())),
    ]
)
COLUMNS = {
    "n": "bigint",
    "t": "text",
    "at": "timestamptz",
    "on_day": "date",
    "ok": "boolean",
    "tags": "text[]",
}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ROW = st.fixed_dictionaries(
    {
        "n": st.integers(-(2**63), 2**63 - 1),
        "t": st.none() | TEXT,
        "at": st.none()
        | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001 - made aware
            lambda moment: moment.replace(tzinfo=UTC)
        ),
        "on_day": st.none() | st.dates(date(1900, 1, 1)),
        "ok": st.none() | st.booleans(),
        "tags": st.none() | st.lists(st.none() | TEXT, max_size=3),
    }
)


def round_trip(data: pa.Table) -> pa.Table:
    with transaction.atomic():
        temp_table(name="bulk_rows", columns=COLUMNS)
        assert copy_in(table="bulk_rows", columns=list(COLUMNS), data=data) == data.num_rows
        return copy_out(
            query="SELECT n, t, at, on_day, ok, to_json(tags) FROM bulk_rows ORDER BY ctid",
            schema=SCHEMA,
        )


class TestRoundTrip(TestCase):
    @settings(deadline=None, max_examples=60)
    @given(st.lists(ROW, max_size=8))
    def test_every_value_comes_back(self, rows):
        data = pa.Table.from_pylist(rows, schema=SCHEMA)

        assert round_trip(data).to_pylist() == data.to_pylist()


@pytest.mark.django_db
def test_parameters_are_bound_and_bytes_become_bytea():
    data = pa.table({"h": pa.array([b"\x00\xff", None, b""], pa.binary())})

    with transaction.atomic():
        temp_table(name="bulk_bytes", columns={"h": "bytea"})
        copy_in(table="bulk_bytes", columns=["h"], data=data)
        found = copy_out(
            query="SELECT count(*) FROM bulk_bytes WHERE h = %s",
            params=[b"\x00\xff"],
            schema=pa.schema([("n", pa.int64())]),
        )

    assert found.to_pylist() == [{"n": 1}]


@pytest.mark.django_db
def test_a_temporary_table_goes_with_its_transaction():
    with transaction.atomic():
        temp_table(name="bulk_gone", columns={"a": "int"})
        temp_table(name="bulk_gone", columns={"b": "int"})
        with connection.cursor() as cursor:
            cursor.execute("SELECT b FROM bulk_gone")
            assert cursor.fetchall() == []


@pytest.mark.django_db
def test_tables_are_taken_in_one_after_the_other() -> None:
    made = []

    def parts() -> Iterator[pa.Table]:
        for number in range(4):
            made.append(number)
            yield pa.table({"h": pa.array([bytes([number]), None, b""]), "n": [number] * 3})

    with transaction.atomic():
        temp_table(name="bulk_parts", columns={"n": "int", "h": "bytea"})
        assert copy_in(table="bulk_parts", columns=["n", "h"], data=parts()) == 12
        found = copy_out(
            query="SELECT n, encode(h, 'hex') FROM bulk_parts ORDER BY ctid",
            schema=pa.schema([("n", pa.int64()), ("h", pa.string())]),
        )

    assert made == [0, 1, 2, 3]
    assert found["n"].to_pylist() == [n for n in range(4) for _ in range(3)]


@pytest.mark.django_db(transaction=True)
def test_a_table_that_cannot_be_made_takes_back_those_before() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bulk_torn (n int)")

    def parts() -> Iterator[pa.Table]:
        yield pa.table({"n": [1]})
        yield pa.table({"n": [2]})
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"), transaction.atomic():
        copy_in(table="bulk_torn", columns=["n"], data=parts())

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bulk_torn")
        assert cursor.fetchone() == (0,)
        cursor.execute("DROP TABLE bulk_torn")


def test_ids_of_a_column_ascend_and_are_of_version_seven() -> None:
    before = time.time_ns() // 1_000_000

    ids = [UUID(text) for text in id_column(5_000).to_pylist()]

    assert ids == sorted(set(ids))
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert all(before <= one.int >> 80 <= time.time_ns() // 1_000_000 for one in ids)
    for bit in (*range(62), *range(64, 76)):  # everything but time, version and variant is chance
        assert 0.45 < sum(one.int >> bit & 1 for one in ids) / len(ids) < 0.55
    assert id_column(0).to_pylist() == []
