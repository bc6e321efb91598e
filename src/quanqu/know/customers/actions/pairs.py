"""Pairs of subjects handed over as columns: read, checked against scope, staged."""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.kernel.errors import NotFoundError
from quanqu.know.customers.contracts import MalformedClaimsError
from quanqu.know.customers.models import Customer

SUBJECTS: Final = ("left_subject", "right_subject")
_SQL_TYPES: Final = {
    pa.int64(): "bigint",
    pa.float64(): "float8",
    pa.string(): "text",
    pa.timestamp("us", "UTC"): "timestamptz",
}


def read_pairs(pairs: pa.Table, further: dict[str, pa.Array] | None = None) -> pa.Table:
    """Return distinct pairs as `left_key` < `right_key`, with further columns of their first row.

    Raises: MalformedClaimsError.
    """
    if missing := [name for name in SUBJECTS if name not in pairs.column_names]:
        raise malformed(f"no column {', '.join(missing)}")
    left, right = (pairs[name].cast(pa.int64()) for name in SUBJECTS)
    if left.null_count or right.null_count:
        raise malformed("a subject is missing")
    if pc.any(pc.equal(left, right)).as_py():
        raise malformed("a subject is paired with itself")
    table = pa.table(
        {
            "left_key": pc.min_element_wise(left, right),
            "right_key": pc.max_element_wise(left, right),
            **(further or {}),
        }
    )
    places = table.append_column("at", pa.array(range(table.num_rows), pa.int64()))
    return table.take(
        places.group_by(["left_key", "right_key"]).aggregate([("at", "min")])["at_min"]
    )


def malformed(problem: str) -> MalformedClaimsError:
    """Return the error for pairs that cannot be used."""
    return MalformedClaimsError(what="pairs", problem=problem)


def stage_pairs(name: str, rows: pa.Table, actor: Actor) -> None:
    """Put pairs into a temporary table, having checked that the actor may manage them all.

    Raises: NotFoundError.
    """
    columns = {field.name: _SQL_TYPES[field.type] for field in rows.schema}
    temp_table(name=name, columns=columns)
    copy_in(table=name, columns=list(columns), data=rows)
    ends = f"SELECT left_key AS k FROM {name} UNION SELECT right_key FROM {name}"  # noqa: S608 - our own name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.k FROM ({ends}) t LEFT JOIN customers_identifier i ON i.key = t.k "  # noqa: S608 - fragments of our own code
            "WHERE i.key IS NULL LIMIT 1"
        )
        if unknown := cursor.fetchone():
            raise NotFoundError(kind="Identifier", ref=unknown[0])
        scope = actor.scope("customers.manage")
        if scope.everything:
            return
        cursor.execute(
            f"SELECT DISTINCT i.customer_key FROM ({ends}) t "  # noqa: S608 - fragments of our own code
            "JOIN customers_identifier i ON i.key = t.k"
        )
        customers = [row[0] for row in cursor.fetchall()]
    visible = Customer.objects.visible_to(scope).filter(key__in=customers)
    if visible.count() < len(customers):
        raise NotFoundError(kind="Customer", ref="of a pair")
