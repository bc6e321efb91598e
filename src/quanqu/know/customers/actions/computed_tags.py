"""Tags that a higher room works out: what they are called, and who wears them with which value.

They are set whole: only the differences to what is worn are written, and what was worn before is
kept as past.
"""

from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.know.customers.actions.tags import checked_name, checked_words
from quanqu.know.customers.contracts import TagChange, TagKind, TagTakenError
from quanqu.know.customers.models import Tag
from quanqu.know.customers.rules.partitions import WIDTH, buckets

_FOUND: Final = "customers_tag_found"
_WANTED: Final = "customers_tag_wanted"
_COLUMNS: Final = {
    "customer_key": "bigint",
    "value_text": "text",
    "value_number": "double precision",
}
_PAST: Final = (
    "past AS (INSERT INTO customers_tag_past "
    "(tag_key, subject_key, value_text, value_number, from_at, until_at) "
    "SELECT %(tag)s, subject_key, old_text, old_number, old_at, greatest(%(now)s, old_at) "
    "FROM gone)"
)
_BY_BUCKET: Final = f"customer_key / {WIDTH} AS bucket"


def define_computed_tag(
    *, tag: str, description: str, owner: str, kind: TagKind, now: datetime, is_new: bool = False
) -> int:
    """Say what a computed tag means, making it when it is new, and return its key.

    In the caller's transaction, which asks for the right and writes the trail.
    Locks: the tag.  Raises: TagNameError, TagTextError, TagTakenError for a name that a tag of
    another kind has, or with `is_new` any tag.
    """
    name, told = checked_name(tag), checked_words(description, owner)
    _, is_made = Tag.objects.get_or_create(
        name=name, defaults={"created_at": now, "kind": kind, **told}
    )
    row = Tag.objects.select_for_update().get(name=name)
    if row.kind != kind or (is_new and not is_made):
        raise TagTakenError(tag=name)
    if (row.description, row.owner) != (told["description"], told["owner"]):
        row.description, row.owner = told["description"], told["owner"]
        row.save(update_fields=["description", "owner"])
    return row.key


def put_away_computed_tag(*, tag_key: int, archived_at: datetime | None) -> None:
    """Put a computed tag away, or (None) take it back, in the caller's transaction.  Who wears it
    is for `set_computed_tag` to say.

    Locks: the tag.
    """
    row = Tag.objects.select_for_update().get(key=tag_key)
    row.archived_at = archived_at
    row.save(update_fields=["archived_at"])


def set_computed_tag(*, tag_key: int, wearers: pa.Table, now: datetime) -> TagChange:
    """Have exactly these customers wear a tag, with these values, and return what changed.

    Shapes: columns customer_key (int64), value_text (string, null), value_number (double, null).
    A customer that was merged since is the one it went into; of several values for one customer
    that of the smallest key stays; one that is gone is left out.  Partitions of dim_customer that
    change are marked.  The same again writes nothing.
    Locks: the tag.
    """
    told = {"tag": tag_key, "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        Tag.objects.select_for_update().get(key=tag_key)
        customers = _load(cursor, wearers)
        gone = _take_off(cursor, told)
        moved = _change(cursor, told)
        come = _put_on(cursor, told)
        touched = {bucket for rows in (gone, moved, come) for bucket, *_ in rows}
        if touched:
            dirty = buckets(bucket * WIDTH for bucket in touched)
            mark_dirty(publication="dim_customer", partitions=dirty)
    return TagChange(
        entered=sum(row[1] for row in come),
        left=sum(row[1] for row in gone),
        changed=sum(row[1] for row in moved),
        customers=customers,
    )


def _load(cursor: Any, wearers: pa.Table) -> int:
    temp_table(name=_FOUND, columns=_COLUMNS)
    temp_table(name=_WANTED, columns=_COLUMNS)
    copy_in(table=_FOUND, columns=list(_COLUMNS), data=wearers)
    cursor.execute(
        f"INSERT INTO {_WANTED} SELECT DISTINCT ON (i.customer_key) i.customer_key, "  # noqa: S608 - fragments of our own code
        f"f.value_text, f.value_number FROM {_FOUND} f "
        "JOIN customers_identifier i ON i.key = f.customer_key "
        "ORDER BY i.customer_key, f.customer_key"
    )
    count = int(cursor.rowcount)
    cursor.execute(f"ANALYZE {_WANTED}")
    return count


def _take_off(cursor: Any, told: dict[str, Any]) -> list[Any]:
    """Take the tag off whom it is not wanted on; a customer that came to wear it twice by a merge
    keeps one and did not lose it."""
    cursor.execute(
        "WITH worn AS (SELECT t.subject_key, i.customer_key, row_number() OVER "  # noqa: S608 - fragments of our own code
        "(PARTITION BY i.customer_key ORDER BY t.subject_key) AS n FROM customers_tagging t "
        "JOIN customers_identifier i ON i.key = t.subject_key WHERE t.tag_key = %(tag)s), "
        "gone AS (DELETE FROM customers_tagging t USING worn w "
        "WHERE t.tag_key = %(tag)s AND t.subject_key = w.subject_key AND (w.n > 1 OR NOT EXISTS "
        f"(SELECT FROM {_WANTED} f WHERE f.customer_key = w.customer_key)) "
        "RETURNING t.subject_key, t.value_text AS old_text, t.value_number AS old_number, "
        f"t.added_at AS old_at, w.customer_key, w.n), {_PAST} "
        f"SELECT {_BY_BUCKET}, count(*) FILTER (WHERE n = 1 AND NOT EXISTS "
        f"(SELECT FROM {_WANTED} f WHERE f.customer_key = gone.customer_key)) "
        "FROM gone GROUP BY 1",
        told,
    )
    return cursor.fetchall()


def _change(cursor: Any, told: dict[str, Any]) -> list[Any]:
    """Give those who wear the tag with another value the new one, from now on."""
    cursor.execute(
        "WITH gone AS (UPDATE customers_tagging t SET value_text = o.value_text, "  # noqa: S608 - fragments of our own code
        "value_number = o.value_number, added_at = %(now)s FROM ("
        "SELECT t.subject_key, t.value_text AS old_text, t.value_number AS old_number, "
        "t.added_at AS old_at, f.* FROM customers_tagging t "
        "JOIN customers_identifier i ON i.key = t.subject_key "
        f"JOIN {_WANTED} f ON f.customer_key = i.customer_key WHERE t.tag_key = %(tag)s "
        "AND (t.value_text, t.value_number) IS DISTINCT FROM (f.value_text, f.value_number)) o "
        "WHERE t.tag_key = %(tag)s AND t.subject_key = o.subject_key RETURNING o.*), "
        f"{_PAST} SELECT {_BY_BUCKET}, count(*) FROM gone GROUP BY 1",
        told,
    )
    return cursor.fetchall()


def _put_on(cursor: Any, told: dict[str, Any]) -> list[Any]:
    cursor.execute(
        "WITH come AS (INSERT INTO customers_tagging "  # noqa: S608 - fragments of our own code
        "(tag_key, subject_key, added_by, added_at, value_text, value_number) "
        "SELECT %(tag)s, f.customer_key, 'system', %(now)s, f.value_text, f.value_number "
        f"FROM {_WANTED} f WHERE NOT EXISTS (SELECT FROM customers_tagging t "
        "JOIN customers_identifier i ON i.key = t.subject_key "
        "WHERE t.tag_key = %(tag)s AND i.customer_key = f.customer_key) ORDER BY 2 "
        "RETURNING subject_key AS customer_key) "
        f"SELECT {_BY_BUCKET}, count(*) FROM come GROUP BY 1",
        told,
    )
    return cursor.fetchall()
