"""Arrow in, the same Arrow out."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quanqu.infra.db.facade import copy_in, copy_out, temp_table

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
