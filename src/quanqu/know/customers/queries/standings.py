"""Customers in the order of a figure that a higher room knows of their identifiers."""

from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.customers.contracts import CustomerFilters, CustomerRow, Standing
from quanqu.know.customers.models import Customer
from quanqu.know.customers.queries.lists import filtered
from quanqu.know.customers.queries.rows import make_rows

_STANDING: Final = """
WITH standing AS MATERIALIZED (
    SELECT i.customer_key AS key, {aggregate}(s.value)::bigint AS value
    FROM unnest(%s::bigint[], %s::bigint[]) AS s (subject_key, value)
    JOIN customers_identifier i ON i.key = s.subject_key
    GROUP BY i.customer_key
), ranked AS (
    SELECT c.key, coalesce(standing.value, 0) AS value
    FROM ({customers}) AS c LEFT JOIN standing ON standing.key = c.key
)
SELECT key, value FROM ranked {after} ORDER BY value {way}, key {way} LIMIT %s
"""


def list_customers_by_standing(
    *,
    actor: Actor,
    filters: CustomerFilters,
    standing: Standing,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[CustomerRow]:
    """Return a page of the customers in scope by their standing, equal ones by key.

    Who has none stands at 0.  Raises: NotAllowedError, MalformedCursorError.
    """
    query = filtered(actor, filters).order_by().values("key").query
    try:
        customers, params = query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can meet, such as no place at all
        return Page(())
    after, further = _after(standing, cursor)
    statement = _STANDING.format(
        aggregate="max" if standing.is_latest else "sum",
        customers=customers,
        after=after,
        way="DESC" if standing.is_descending else "ASC",
    )
    columns = [list(standing.values), list(standing.values.values())]
    with connection.cursor() as execution:
        execution.execute(statement, [*columns, *params, *further, limit + 1])
        found = execution.fetchall()
    shown = found[:limit]
    rows = Customer.objects.in_bulk([key for key, _value in shown])
    items = tuple(make_rows([rows[key] for key, _value in shown if key in rows]))
    if len(found) <= limit:
        return Page(items)
    key, value = shown[-1]
    return Page(items, encode_cursor([_code(standing), value, key]))


def _after(standing: Standing, cursor: str | None) -> tuple[str, list[int]]:
    if not cursor:
        return "", []
    code, value, key = decode_cursor(cursor, length=3)
    if code != _code(standing) or type(value) is not int or type(key) is not int:
        raise MalformedCursorError(text=cursor)
    beyond = "<" if standing.is_descending else ">"
    return f"WHERE (value, key) {beyond} (%s, %s)", [value, key]


def _code(standing: Standing) -> str:
    return f"{standing.code}{'-' if standing.is_descending else '+'}"
