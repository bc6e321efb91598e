"""What other rules for profile fields would show: how many customers differ, with examples."""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from quanqu.know.customers.contracts import FieldChange, FieldRule
from quanqu.know.customers.models import Customer
from quanqu.know.customers.queries.rows import make_rows
from quanqu.know.customers.queries.told import clear_value, told_of
from quanqu.know.customers.rules.profiles import mask
from quanqu.know.customers.rules.survival import LATEST, Survival, choose

_MOST: Final = 20


def other_fields(before: Survival, after: Survival) -> tuple[str, ...]:
    """Return the fields that two versions choose the value of by different rules."""
    names = sorted(before.rules.keys() | after.rules.keys())
    return tuple(name for name in names if before.rules.get(name) != after.rules.get(name))


def count_changes(before: Survival, after: Survival) -> dict[str, int]:
    """Return by `field.<name>` how many live customers would show another value of a field."""
    fields = other_fields(before, after)
    if not fields:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE n.{name})" for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts} FROM ({_differing(before, after)}) n")  # noqa: S608 - fragments of our own code
        row = cursor.fetchone()
    return {f"field.{name}": count for name, count in zip(fields, row, strict=True)}


def example_changes(before: Survival, after: Survival) -> tuple[FieldChange, ...]:
    """Return up to 20 customers that would show another value of a field, masked, by key."""
    fields = other_fields(before, after)
    if not fields:
        return ()
    some = " OR ".join(f"n.{name}" for name in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n.key FROM ({_differing(before, after)}) n WHERE {some} "  # noqa: S608 - fragments of our own code
            "ORDER BY n.key LIMIT %s",
            [_MOST],
        )
        keys = [row[0] for row in cursor.fetchall()]
    rows = make_rows(list(Customer.objects.filter(key__in=keys).order_by("key")))
    return tuple(
        FieldChange(row, name, *pair)
        for row in rows
        for name, pair in _pairs(row.key, fields, before.rules, after.rules).items()
    )[:_MOST]


def _differing(before: Survival, after: Survival) -> str:
    fields = other_fields(before, after)
    differs = ", ".join(
        f"{before.one(name, 'same')} IS DISTINCT FROM {after.one(name, 'same')} AS {name}"
        for name in fields
    )
    return (
        f"SELECT c.key, {differs} FROM customers_customer c "  # noqa: S608 - fragments of our own code
        "JOIN customers_identifier i ON i.customer_key = c.key "
        "JOIN customers_profile p ON p.subject_key = i.key "
        f"{before.joins(fields)} {after.joins(fields)} "
        "WHERE c.merged_into_key IS NULL GROUP BY c.key"
    )


def _pairs(
    key: int,
    fields: tuple[str, ...],
    before: Mapping[str, FieldRule],
    after: Mapping[str, FieldRule],
) -> dict[str, tuple[str, str]]:
    told, found = told_of(key), {}
    for name in fields:
        old, new = (
            choose(rules.get(name, LATEST), told.get(name, ())) for rules in (before, after)
        )
        if old is not None and new is not None:
            texts = clear_value(name, old.value), clear_value(name, new.value)
            if texts[0] != texts[1]:
                found[name] = (mask(name, texts[0]), mask(name, texts[1]))
    return found
