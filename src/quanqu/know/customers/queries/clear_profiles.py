"""Profiles of customers in clear, as columns, for the components that compare people."""

import json
from collections.abc import Collection
from typing import Any

import pyarrow as pa
from django.db import connection

from quanqu.infra.crypto.facade import decrypt
from quanqu.know.customers.contracts import CONTACT_FIELDS, PROFILE_FIELDS
from quanqu.know.customers.queries.ruleset import survival_in_force
from quanqu.know.customers.rules.profiles import DATES, latest_traits


def read_clear_profiles(*, customer_keys: Collection[int] | None) -> pa.Table:
    """Return one row per live customer of whom anything is known, surviving values in clear."""
    condition, params = "true", []
    if customer_keys is not None:
        condition, params = "i.customer_key = ANY(%s)", [sorted(customer_keys)]
    chosen = survival_in_force()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT i.customer_key, {chosen.many(PROFILE_FIELDS)}, "  # noqa: S608 - fragments of our own code
            "jsonb_agg(p.traits) FILTER (WHERE p.traits <> '{}'), "
            "array_agg(DISTINCT i.type ORDER BY i.type) FROM customers_identifier i "
            "LEFT JOIN customers_profile p ON p.subject_key = i.key "
            f"{chosen.joins(PROFILE_FIELDS)} JOIN customers_customer c "
            f"ON c.key = i.customer_key AND c.merged_into_key IS NULL WHERE {condition} "
            "GROUP BY i.customer_key HAVING count(p.subject_key) > 0 ORDER BY i.customer_key",
            params,
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * (len(PROFILE_FIELDS) + 3)
    key, *values, traits, types = columns
    made = {"customer_key": pa.array(key, pa.int64())}
    for field, column in zip(PROFILE_FIELDS, values, strict=True):
        kind = pa.date32() if field in DATES else pa.string()
        made[field] = pa.array(_clear(field, column), kind)
    made["traits"] = pa.array([_traits(found) for found in traits], pa.string())
    made["identifier_types"] = pa.array(types, pa.list_(pa.string()))
    return pa.table(made)


def _clear(field: str, column: Collection[Any]) -> list[Any]:
    if field not in CONTACT_FIELDS:
        return list(column)
    purpose = f"profile:{field}"
    return [None if sealed is None else decrypt(sealed, purpose=purpose) for sealed in column]


def _traits(stored: str | None) -> str | None:
    if stored is None:
        return None
    latest = latest_traits(json.loads(stored))
    return json.dumps({name: found[0] for name, found in sorted(latest.items())})
