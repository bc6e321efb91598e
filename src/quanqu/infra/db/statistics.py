"""Keep what the planner knows of a table in step with bulk writes."""

from typing import Final

from django.db import connection
from psycopg import sql

FEWEST: Final = 5_000
SHARE: Final = 0.1

# A query of a company that the planner takes for empty goes through all its rows for each row of
# a batch. Autovacuum looks once a minute; a bulk load writes a million rows meanwhile.
_OUTDATED: Final = """
SELECT s.relname FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
WHERE s.schemaname = current_schema() AND c.relpersistence <> 't'
  AND s.n_mod_since_analyze >= greatest(%s, %s * c.reltuples)
ORDER BY s.relname
"""


def freshen_statistics(*, fewest: int = FEWEST) -> list[str]:
    """Analyse the tables of which a tenth, and at least `fewest` rows, changed; return their names.

    To be called between transactions: what is not committed is not counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_OUTDATED, [fewest, SHARE])
        names = [name for (name,) in cursor.fetchall()]
        if names:
            cursor.execute(
                sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, names)))
            )
    return names
