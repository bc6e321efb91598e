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
_WORN: Final = "customers_tag_worn"
_COLUMNS: Final = {
    "customer_key": "bigint",
    "value_text": "text",
    "value_number": "double precision",
}
_WORN_COLUMNS: Final = {
    "subject_key": "bigint",
    "customer_key": "bigint",
    "old_text": "text",
    "old_number": "double precision",
    "old_at": "timestamptz",
    "value_text": "text",
    "value_number": "double precision",
    "is_kept": "boolean",  # the one row of a customer who is to wear the tag
    "is_wanted": "boolean",
    "is_first": "boolean",
}
_IS_OTHER: Final = (
    "(is_kept AND (old_text, old_number) IS DISTINCT FROM (w.value_text, w.value_number))"
)


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
        customers = _load(cursor, wearers, told)
        left, changed, touched = _differences(cursor)
        _keep_past(cursor, told)
        come = _write(cursor, told)
        touched |= {bucket for bucket, _ in come}
        if touched:
            dirty = buckets(bucket * WIDTH for bucket in touched)
            mark_dirty(publication="dim_customer", partitions=dirty)
    return TagChange(sum(count for _, count in come), left, changed, customers)


def _load(cursor: Any, wearers: pa.Table, told: dict[str, Any]) -> int:
    """Put beside each other who is to wear the tag and who wears it; return how many are to.

    What was just loaded has no statistics, and the tables may have old ones: no nested loops.
    """
    for name, columns in ((_FOUND, _COLUMNS), (_WANTED, _COLUMNS), (_WORN, _WORN_COLUMNS)):
        temp_table(name=name, columns=columns)
    copy_in(table=_FOUND, columns=list(_COLUMNS), data=wearers)
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(
        f"INSERT INTO {_WANTED} SELECT DISTINCT ON (i.customer_key) i.customer_key, "  # noqa: S608 - fragments of our own code
        f"f.value_text, f.value_number FROM {_FOUND} f "
        "JOIN customers_identifier i ON i.key = f.customer_key "
        "ORDER BY i.customer_key, f.customer_key"
    )
    count = int(cursor.rowcount)
    cursor.execute(
        f"INSERT INTO {_WORN} SELECT t.subject_key, i.customer_key, t.value_text, "  # noqa: S608 - fragments of our own code
        "t.value_number, t.added_at, f.value_text, f.value_number, "
        "f.customer_key IS NOT NULL AND row_number() OVER "
        "(PARTITION BY i.customer_key ORDER BY t.subject_key) = 1, f.customer_key IS NOT NULL, "
        "row_number() OVER (PARTITION BY i.customer_key ORDER BY t.subject_key) = 1 "
        "FROM customers_tagging t JOIN customers_identifier i ON i.key = t.subject_key "
        f"LEFT JOIN {_WANTED} f ON f.customer_key = i.customer_key WHERE t.tag_key = %(tag)s",
        told,
    )
    cursor.execute(f"ANALYZE {_WANTED}, {_WORN}")
    return count


def _differences(cursor: Any) -> tuple[int, int, set[int]]:
    """Return how many lose the tag, how many get another value, and whose partitions change.

    A customer that came to wear the tag twice by a merge keeps one and does not lose it.
    """
    cursor.execute(
        f"SELECT customer_key / {WIDTH}, count(*) FILTER (WHERE is_first AND NOT is_wanted), "  # noqa: S608 - fragments of our own code
        f"count(*) FILTER (WHERE {_IS_OTHER}) FROM {_WORN} w "
        f"WHERE NOT is_kept OR {_IS_OTHER} GROUP BY 1"
    )
    rows = cursor.fetchall()
    return sum(row[1] for row in rows), sum(row[2] for row in rows), {row[0] for row in rows}


def _keep_past(cursor: Any, told: dict[str, Any]) -> None:
    cursor.execute(
        "INSERT INTO customers_tag_past "  # noqa: S608 - fragments of our own code
        "(tag_key, subject_key, value_text, value_number, from_at, until_at) "
        "SELECT %(tag)s, subject_key, old_text, old_number, old_at, greatest(%(now)s, old_at) "
        f"FROM {_WORN} w WHERE NOT is_kept OR {_IS_OTHER}",
        told,
    )


def _write(cursor: Any, told: dict[str, Any]) -> list[Any]:
    """Take the tag off, change its values and put it on; return by bucket who got it."""
    cursor.execute(
        f"DELETE FROM customers_tagging t USING {_WORN} w "  # noqa: S608 - fragments of our own code
        "WHERE t.tag_key = %(tag)s AND t.subject_key = w.subject_key AND NOT w.is_kept",
        told,
    )
    cursor.execute(
        f"UPDATE customers_tagging t SET value_text = w.value_text, "  # noqa: S608 - fragments of our own code
        f"value_number = w.value_number, added_at = %(now)s FROM {_WORN} w "
        f"WHERE t.tag_key = %(tag)s AND t.subject_key = w.subject_key AND {_IS_OTHER}",
        told,
    )
    cursor.execute(
        "WITH come AS (INSERT INTO customers_tagging "  # noqa: S608 - fragments of our own code
        "(tag_key, subject_key, added_by, added_at, value_text, value_number) "
        "SELECT %(tag)s, f.customer_key, 'system', %(now)s, f.value_text, f.value_number "
        f"FROM {_WANTED} f LEFT JOIN {_WORN} w ON w.customer_key = f.customer_key "
        "WHERE w.customer_key IS NULL ORDER BY 2 RETURNING subject_key) "
        f"SELECT subject_key / {WIDTH}, count(*) FROM come GROUP BY 1",
        told,
    )
    come: list[Any] = cursor.fetchall()
    cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return come
