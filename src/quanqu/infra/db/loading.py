"""Load much into a table that holds little: its indexes are built once, after the rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from psycopg import sql

# A primary key stays: others may refer to it, and rows that come in its order are soon entered.
_INDEXES: Final = """
SELECT i.relname, c.conname, coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.oid))
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('u', 'x')
WHERE x.indrelid = %s::regclass AND NOT x.indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = x.indexrelid AND f.contype = 'f')
ORDER BY i.relname
"""

_IN_USE: Final = ("55P03", "55006")  # lock_not_available, object_in_use


@contextmanager
def indexed_afterwards(*, table: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[bool]:
    """Take the indexes off a table and put them back at the end, in the current transaction.

    Yields whether they are off: they stay on while anybody else reads or writes the table.  From
    then on others wait for the transaction to end, so this is for tables that hold little of what
    they will.  Uniqueness is checked as the indexes are built.
    Locks: the table, ACCESS EXCLUSIVE, without waiting.
    Raises: IntegrityError at the end where rows break a unique constraint.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("indexed_afterwards needs a transaction")
    name = sql.Identifier(table)
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE NOWAIT").format(name))
            cursor.execute(_INDEXES, [table])
            found = cursor.fetchall()
            for index, constraint, _ in found:
                cursor.execute(
                    sql.SQL("DROP INDEX {}").format(sql.Identifier(index))
                    if constraint is None
                    else sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        name, sql.Identifier(constraint)
                    )
                )
    except DatabaseError as refused:
        if getattr(refused.__cause__, "sqlstate", None) not in _IN_USE:
            raise
        yield False
        return
    yield True
    with connection.cursor() as cursor:
        for _, constraint, definition in found:
            cursor.execute(
                sql.SQL(definition)
                if constraint is None
                else sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    name, sql.Identifier(constraint), sql.SQL(definition)
                )
            )
