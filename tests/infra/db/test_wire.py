"""Rows in their binary form say what their text says."""

from decimal import Decimal
from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import connection, transaction
from psycopg import DataError

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.db.wire import has_binary_form

KINDS = {
    "small": "smallint",
    "whole": "integer",
    "score": "double precision",
    "word": "text",
    "note": "jsonb",
    "id": "uuid",
    "sealed": "bytea",
}


def stored(columns, data, *, shown):
    with transaction.atomic():
        temp_table(name="wire_rows", columns=columns)
        copy_in(table="wire_rows", columns=list(columns), data=data)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {shown} FROM wire_rows ORDER BY ctid")
            return cursor.fetchall()


@pytest.mark.django_db
def test_each_column_takes_the_arrow_types_that_mean_the_same():
    one, other = uuid4(), uuid4()
    data = pa.table(
        {
            "small": pa.array([1, None, -3], pa.int64()),
            "whole": pa.array([1, 2, 3], pa.uint8()),
            "score": pa.array([1, None, 3], pa.int32()),
            "word": pa.array(["a", "a", None]).dictionary_encode(),
            "note": pa.array(['{"a": [1, "x"]}', None, "null"], pa.large_string()),
            "id": pa.array([str(one), None, other.hex]),
            "sealed": pa.array([b"12", None, b"\x00\xff"], pa.binary(2)),
        }
    )

    assert stored(KINDS, data, shown=", ".join(KINDS)) == [
        (1, 1, 1.0, "a", '{"a": [1, "x"]}', one, b"12"),
        (None, 2, None, "a", None, None, None),
        (-3, 3, 3.0, None, "null", other, b"\x00\xff"),
    ]


@pytest.mark.django_db
def test_many_rows_in_pieces_of_other_encodings_arrive_in_order():
    def parts():
        for start in range(0, 200_000, 50_000):
            words = pa.array([f"w{n % 7}" for n in range(start, start + 50_000)])
            yield pa.table({"n": range(start, start + 50_000), "word": words})

    told = stored(
        {"n": "integer", "word": "text"},
        parts(),
        shown="count(*) OVER (), n, word",
    )

    assert told == [(200_000, n, f"w{n % 7}") for n in range(200_000)]


@pytest.mark.django_db
def test_a_column_without_a_binary_form_sends_all_as_text():
    data = pa.table({"amount": pa.array([Decimal("1.25"), None]), "days": ["{1,2}", None]})

    told = stored({"amount": "numeric", "days": "integer[]"}, data, shown="amount, days")

    assert told == [(Decimal("1.25"), [1, 2]), (None, None)]
    assert not has_binary_form(data.schema, [1700, 1007])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("smallint", pa.array([1 << 20])),
        ("uuid", pa.array(["not one"])),
        ("uuid", pa.array(["z" * 32])),
        ("uuid", pa.array([b"short"])),
        ("jsonb", pa.array(["{"])),
        ("text", pa.array(["a\0b"])),
    ],
)
def test_what_is_not_of_the_columns_type_is_refused(kind, values):
    with pytest.raises((pa.ArrowInvalid, DataError)):
        stored({"it": kind}, pa.table({"it": values}), shown="it")


@pytest.mark.django_db
def test_nothing_but_nulls_fits_every_column():
    kinds = {**KINDS, "at": "timestamptz", "on_day": "date", "tags": "text[]", "ok": "boolean"}
    data = pa.table({name: pa.nulls(2) for name in kinds})

    assert stored(kinds, data, shown=", ".join(kinds)) == [(None,) * len(kinds)] * 2
