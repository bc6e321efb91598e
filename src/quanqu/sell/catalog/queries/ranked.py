"""Products in an order that a higher room knows, such as by what they sold."""

from collections.abc import Sequence
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import decode
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.sell.catalog.contracts import ProductFilters, ProductRow
from quanqu.sell.catalog.models import Product
from quanqu.sell.catalog.queries.products import filtered, make_rows
from quanqu.sell.catalog.queries.scoping import places_of

_UNRANKED: Final = 1 << 40
_RANKED: Final = """
WITH ranked AS (
    SELECT p.key, coalesce(r.rank, {unranked}) AS rank
    FROM ({products}) AS p
    LEFT JOIN unnest(%s::uuid[]) WITH ORDINALITY AS r (id, rank) ON r.id = p.id
)
SELECT key, rank FROM ranked {after} ORDER BY rank {way}, key {way} LIMIT %s
"""


def list_products_ranked(
    *,
    actor: Actor,
    filters: ProductFilters,
    ranking: Sequence[str],
    cursor: str | None = None,
    limit: int = 50,
    is_reversed: bool = False,
) -> Page[ProductRow]:
    """Return a page of the products the filters show, those of `ranking` first and as it says.

    Shapes: `ranking` has ids, each once; products it does not name follow, oldest first.
    Reversed, the whole order is.  Raises: NotAllowedError, MalformedCursorError.
    """
    query = filtered(actor, filters).order_by().values("key", "id").query
    try:
        products, params = query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can meet, such as no place at all
        return Page(())
    way = "DESC" if is_reversed else "ASC"
    after, further = _after(cursor, is_reversed)
    statement = _RANKED.format(unranked=_UNRANKED, products=products, after=after, way=way)
    ids = [decode("prd", one) for one in ranking]
    with connection.cursor() as execution:
        execution.execute(statement, [*params, ids, *further, limit + 1])
        found = execution.fetchall()
    shown = found[:limit]
    rows = Product.objects.select_related("category").in_bulk([key for key, _rank in shown])
    items = make_rows([rows[key] for key, _rank in shown if key in rows], places_of(actor))
    if len(found) <= limit:
        return Page(items)
    key, rank = shown[-1]
    return Page(items, encode_cursor([way, rank, key]))


def _after(cursor: str | None, is_reversed: bool) -> tuple[str, list[int]]:
    if not cursor:
        return "", []
    way, rank, key = decode_cursor(cursor, length=3)
    if way != ("DESC" if is_reversed else "ASC") or type(rank) is not int or type(key) is not int:
        raise MalformedCursorError(text=cursor)
    return f"WHERE (rank, key) {'<' if is_reversed else '>'} (%s, %s)", [rank, key]
