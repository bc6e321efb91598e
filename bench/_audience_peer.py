"""The same question in plain PostgreSQL: the same rows, indexed for it, asked in SQL by hand."""

from collections.abc import Iterator

import ibis
import pyarrow as pa
from bench._audience_data import AS_OF
from django.db import connection

from quanqu.infra.db.facade import copy_in
from quanqu.infra.lake.facade import run, table

COLUMNS = {
    "customer": {"customer_key": "bigint", "country": "text", "tags": "text[]"},
    "identity": {"subject_key": "bigint", "customer_key": "bigint"},
    "event": {"event": "text", "day": "date", "category": "text", "subject_key": "bigint"},
}
LAKE = {"customer": "dim_customer", "identity": "dim_identity", "event": "fact_event"}
INDEXES = (
    "ALTER TABLE peer_customer ADD PRIMARY KEY (customer_key)",
    "CREATE UNIQUE INDEX ON peer_identity (subject_key) INCLUDE (customer_key)",
    "CREATE INDEX ON peer_identity (customer_key)",
    "CREATE INDEX ON peer_event (event, day) INCLUDE (subject_key, category)",
    "CREATE INDEX ON peer_event (subject_key, event, day)",
)
QUESTION = """
SELECT count(*) FROM peer_customer c
WHERE EXISTS (
    SELECT FROM (
        SELECT i.customer_key FROM peer_event e JOIN peer_identity i USING (subject_key)
        WHERE e.event = 'Order Completed' AND e.category = ANY(%(categories)s)
          AND e.day > %(as_of)s - 90 AND e.day <= %(as_of)s
        GROUP BY i.customer_key HAVING count(*) >= 2
    ) bought WHERE bought.customer_key = c.customer_key)
AND (c.tags @> ARRAY['vip'] OR EXISTS (
    SELECT FROM peer_event e JOIN peer_identity i USING (subject_key)
    WHERE i.customer_key = c.customer_key AND e.event = 'Email Opened'
      AND e.day > %(as_of)s - 30 AND e.day <= %(as_of)s))
AND NOT EXISTS (
    SELECT FROM peer_event e JOIN peer_identity i USING (subject_key)
    WHERE i.customer_key = c.customer_key AND e.event = 'Store Visited' AND e.day <= %(as_of)s)
"""


def fill() -> None:
    """Copy the rows out of the lake, unless they are there already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('peer_ready')")
        if cursor.fetchone()[0]:
            return
        for name, columns in COLUMNS.items():
            body = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            cursor.execute(f"DROP TABLE IF EXISTS peer_{name}")
            cursor.execute(f"CREATE TABLE peer_{name} ({body})")
            for rows in _pieces(name):
                copy_in(table=f"peer_{name}", columns=list(columns), data=rows)
        for statement in INDEXES:
            cursor.execute(statement)
        cursor.execute("VACUUM (ANALYZE) peer_customer, peer_identity, peer_event")
        cursor.execute("CREATE TABLE peer_ready ()")


def count(categories: list[str]) -> int:
    """Ask."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTION, {"categories": categories, "as_of": AS_OF})
        (found,) = cursor.fetchone()
    return int(found)


def _pieces(name: str) -> Iterator[pa.Table]:
    rows = table(LAKE[name]).select(*COLUMNS[name])
    if name != "event":
        yield run(rows)
        return
    events = table("fact_event")
    parts = run(events.select("part").distinct().order_by(ibis.asc("part")))
    for part in parts["part"].to_pylist():
        yield run(events.filter(events["part"] == part).select(*COLUMNS[name]))
