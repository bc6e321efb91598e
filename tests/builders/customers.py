"""Claims, profiles and actors for tests of customers."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pyarrow as pa
from django.db import connection, transaction
from psycopg import sql

from quanqu.infra.auth.contracts import Actor, ActorKind, Grant, Scope
from quanqu.know.customers.facade import record_presence, record_profiles, resolve_subjects
from quanqu.know.customers.models import RuleSetVersion
from quanqu.know.customers.queries.ruleset import sealed_content
from quanqu.know.customers.rules.defaults import default_rules
from quanqu.know.customers.rules.reading import read_rules

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STAMP = pa.timestamp("us", "UTC")
ALL_RIGHTS = frozenset(
    {"customers.view", "customers.manage", "customers.reveal", "customers.export"}
)

Record = Mapping[str, str] | Iterable[tuple[str, str]]


def make_claims(records: Iterable[Record], *, at: list[datetime] | None = None) -> pa.Table:
    """Return a claims table: one record per mapping of type to raw value."""
    rows = [
        (number, type_, value)
        for number, record in enumerate(records)
        for type_, value in (record.items() if isinstance(record, Mapping) else record)
    ]
    times = [at[number] if at else NOW for number, _, _ in rows]
    return pa.table(
        {
            "record": pa.array([row[0] for row in rows], pa.int32()),
            "type": pa.array([row[1] for row in rows], pa.string()),
            "value": pa.array([row[2] for row in rows], pa.string()),
            "observed_at": pa.array(times, STAMP),
        }
    )


def resolve(
    *records: Record, at: list[datetime] | None = None, source: str = "shop", now: datetime = NOW
) -> list[int | None]:
    """Resolve records in a transaction of their own and return their subject keys."""
    with transaction.atomic():
        found = resolve_subjects(
            claims=make_claims(records, at=at), source=source, now=now, records=len(records)
        )
    return found.to_pylist()


def profile(subject_key: int, *, at: datetime = NOW, source: str = "shop", **fields: Any) -> None:
    """Record one profile row."""
    columns = {name: [value] for name, value in fields.items()}
    table = pa.table(
        {"subject_key": [subject_key], "observed_at": pa.array([at], STAMP), **columns}
    )
    record_profiles(profiles=table, source=source, now=NOW)


def seen_at(*pairs: tuple[int, int]) -> None:
    """Record presence pairs of subject key and place key."""
    table = pa.table(
        {
            "subject_key": pa.array([pair[0] for pair in pairs], pa.int64()),
            "place_key": pa.array([pair[1] for pair in pairs], pa.int32()),
        }
    )
    record_presence(pairs=table)


def make_actor(
    *, places: Iterable[int] | None = None, rights: frozenset[str] = ALL_RIGHTS
) -> Actor:
    """Return a person with rights at these places (None: everywhere)."""
    scope = Scope(everything=True) if places is None else Scope(places=frozenset(places))
    return Actor(ActorKind.PERSON, "per_test", "Test person", (Grant(rights, scope),))


def activate(content: Mapping[str, Any]) -> None:
    """Put identity rules in force as if nothing had been stored before."""
    RuleSetVersion.objects.all().delete()
    rules, mistakes = read_rules(content, default_rules())
    assert mistakes == {}
    RuleSetVersion.objects.create(
        version=1,
        status="active",
        content=sealed_content(rules),
        changed_by="test",
        changed_at=NOW,
    )


def assignments() -> dict[int, int]:
    """Return the customer key of every identifier."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, customer_key FROM customers_identifier")
        return dict(cursor.fetchall())


def later(minutes: int) -> datetime:
    """Return a time some minutes after the tests' now."""
    return NOW + timedelta(minutes=minutes)


def analyse(*tables: str) -> None:
    """Let PostgreSQL look at tables as its own worker does: from another connection."""
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    url = f"{server}/{connection.settings_dict['NAME']}"
    with psycopg.connect(url, autocommit=True) as other:
        for table in tables:
            other.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
