"""Record where identifiers were seen: what decides who may see a customer."""

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.lake.facade import mark_dirty
from quanqu.know.customers.contracts import MalformedClaimsError
from quanqu.know.customers.rules.partitions import buckets

_TEMP = "customers_presence_in"
_COLUMNS = {"subject_key": "bigint", "place_key": "integer"}


def record_presence(*, pairs: pa.Table) -> None:
    """Note that identifiers were seen at places; known pairs cost no write.

    Shapes: `subject_key`, `place_key`; rows with a null are left out.
    Locks: presence rows in key order.  Raises: MalformedClaimsError.
    """
    if missing := [name for name in _COLUMNS if name not in pairs.column_names]:
        raise MalformedClaimsError(what="presence", problem=f"no column {', '.join(missing)}")
    distinct = pairs.select(list(_COLUMNS)).drop_null().group_by(list(_COLUMNS)).aggregate([])
    if not distinct.num_rows:
        return
    with transaction.atomic():
        temp_table(name=_TEMP, columns=_COLUMNS)
        copy_in(table=_TEMP, columns=list(_COLUMNS), data=distinct)
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH made AS (INSERT INTO customers_presence (place_key, subject_key) "  # noqa: S608 - fragments of our own code
                f"SELECT t.place_key, t.subject_key FROM {_TEMP} t "
                "WHERE NOT EXISTS (SELECT FROM customers_presence p "
                "WHERE p.place_key = t.place_key AND p.subject_key = t.subject_key) "
                "ORDER BY 1, 2 ON CONFLICT DO NOTHING RETURNING subject_key) "
                "SELECT DISTINCT i.customer_key FROM made "
                "JOIN customers_identifier i ON i.key = made.subject_key"
            )
            customers = [row[0] for row in cursor.fetchall()]
        mark_dirty(publication="dim_presence", partitions=buckets(customers))
