"""Record profiles: every field keeps its latest value, beside it the latest of each source and the
first of all."""

from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.crypto.facade import encrypt_many, hash_many
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.know.customers.actions.apply import refresh_customers
from quanqu.know.customers.contracts import CONTACT_FIELDS, CORRECTION, PROFILE_FIELDS
from quanqu.know.customers.rules.partitions import buckets
from quanqu.know.customers.rules.profiles import DATES, ProfileBatch, read_profiles
from quanqu.know.customers.rules.telling import (
    first_after,
    is_earlier,
    is_newer,
    is_set_aside,
    told_after,
)

_TEMP = "customers_profiles_in"
_KIND = {
    **dict.fromkeys(PROFILE_FIELDS, "text"),
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(CONTACT_FIELDS, "bytea"),
}


def record_profiles(*, profiles: pa.Table, source: str, now: datetime) -> None:
    """Take in what records say of people; the latest observed value of each field stays.

    Shapes: `subject_key`, any profile field, `traits` (JSON object) and `observed_at` (default
    now).  Of equal times the greater source name wins; the same source corrects itself.
    Locks: profile rows by subject key.  Raises: MalformedClaimsError.
    """
    batch = read_profiles(profiles, now_us=int(now.timestamp() * 1_000_000), source=source)
    if not len(batch.subject_key):
        return
    with transaction.atomic():
        _stage(batch)
        _insert(source, list(batch.values))


def _stage(batch: ProfileBatch) -> None:
    columns = {"subject_key": "bigint", "traits": "jsonb"}
    data = {
        "subject_key": pa.array(batch.subject_key),
        "traits": pa.array(batch.traits, pa.string()),
    }
    for field, values in batch.values.items():
        columns |= {field: _KIND[field], f"{field}_us": "bigint"}
        data[f"{field}_us"] = pa.array(batch.observed_us[field])
        data[field] = values
        if field in CONTACT_FIELDS:
            columns[f"{field}_mark"] = "text"
            data[field], data[f"{field}_mark"] = _protected(field, values.to_pylist())
    temp_table(name=_TEMP, columns=columns)
    copy_in(table=_TEMP, columns=list(columns), data=pa.table(data))


def _protected(field: str, values: list[str | None]) -> tuple[pa.Array, pa.Array]:
    """Encrypt values, and mark each so that an unchanged one is recognised."""
    given = [value for value in values if value is not None]
    sealed = iter(encrypt_many(given, purpose=f"profile:{field}"))
    marks = iter(hash_many(given, purpose=f"profile:{field}"))
    return (
        pa.array([None if v is None else next(sealed) for v in values], pa.binary()),
        pa.array([None if v is None else next(marks)[:8].hex() for v in values], pa.string()),
    )


def _insert(source: str, fields: list[str]) -> None:
    names = ", ".join(["subject_key", *fields, "traits", "seen"])
    values = ", ".join(["t.subject_key", *(f"t.{field}" for field in fields)])
    seen = ", ".join(
        f"'{field}', CASE WHEN t.{field} IS NOT NULL THEN "
        f"jsonb_build_array(t.{field}_us, %(source)s::text, {_mark(field)}) END"
        for field in fields
    )
    sets = [
        f"{field} = CASE WHEN {is_newer(field)} THEN excluded.{field} ELSE p.{field} END"
        for field in fields
    ]
    kept = " || ".join(
        f"CASE WHEN {is_newer(field)} THEN jsonb_build_object('{field}', excluded.seen->'{field}')"
        " ELSE '{}' END"
        for field in fields
    )
    sets.append(f"seen = p.seen || {kept}" if fields else "seen = p.seen")
    sets.append(f"told = {told_after(fields, source=source)}")
    sets.append(f"first = {first_after(fields, source=source)}")
    sets.append(
        "traits = (SELECT coalesce(jsonb_object_agg(key, CASE WHEN o.value IS NULL "
        "OR (n.value->>1)::bigint >= (o.value->>1)::bigint THEN n.value ELSE o.value END), '{}') "
        "FROM jsonb_each(p.traits) o FULL JOIN jsonb_each(excluded.traits) n USING (key))"
    )
    changes = [*map(is_newer, fields), "NOT p.traits @> excluded.traits"]
    changes += map(is_set_aside, fields)
    changes += map(is_earlier, [] if source == CORRECTION else fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_profile AS p ({names}) SELECT {values}, "  # noqa: S608 - fragments of our own code
            f"coalesce(t.traits, '{{}}'), jsonb_strip_nulls(jsonb_build_object({seen})) "
            f"FROM {_TEMP} t ORDER BY t.subject_key ON CONFLICT (subject_key) "
            f"DO UPDATE SET {', '.join(sets)} WHERE {' OR '.join(changes)} RETURNING subject_key",
            {"source": source},
        )
        changed_keys = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
        cursor.execute(
            "SELECT DISTINCT customer_key FROM customers_identifier WHERE key = ANY(%s)",
            [changed_keys.tolist()],
        )
        customers = [row[0] for row in cursor.fetchall()]
    refresh_customers(customers if "country" in fields else [])
    mark_dirty(publication="dim_customer", partitions=buckets(customers))


def _mark(field: str) -> str:
    return f"t.{field}_mark" if field in CONTACT_FIELDS else "''"
