"""The board of stock: items by place, ordered by what is counted, in two queries a page."""

from collections.abc import Collection
from typing import Any, Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import (
    BoardFilters,
    BoardRow,
    BoardSort,
    Level,
    StockMeasure,
    StockTrouble,
)
from quanqu.sell.inventory.models import Level as LevelRow
from quanqu.sell.inventory.queries.levels import SHUT_NOW, VIEW, level_of, with_closing

__all__ = ["count_board", "list_board", "stocked_places"]

_FREE: Final = "on_hand - safety + backorder_limit - held - allocated - fenced"
_MEASURES: Final = {one: one.value for one in StockMeasure} | {
    StockMeasure.AVAILABLE: f"CASE WHEN {SHUT_NOW} THEN 0 ELSE greatest({_FREE}, 0) END"
}
_TROUBLES: Final = {
    StockTrouble.OUT: f"({_FREE} <= 0 OR {SHUT_NOW})",
    StockTrouble.BELOW_SAFETY: "safety < safety_target",
}
_AFTER: Final = {
    BoardSort.MOST: "HAVING sum({measure}) < %(total)s "
    "OR (sum({measure}) = %(total)s AND variant_key > %(variant)s)",
    BoardSort.LEAST: "HAVING sum({measure}) > %(total)s "
    "OR (sum({measure}) = %(total)s AND variant_key > %(variant)s)",
}


def list_board(
    *,
    actor: Actor,
    filters: BoardFilters,
    measure: StockMeasure,
    sort: BoardSort = BoardSort.MOST,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[BoardRow]:
    """Return a page of items with their levels at the places in scope.

    Raises: NotAllowedError, MalformedCursorError.
    """
    where, params = _where(actor, filters)
    counted = _MEASURES[measure]
    having = ""
    if cursor:
        order, total, variant = decode_cursor(cursor, length=3)
        if order != f"{measure}/{sort}" or type(total) is not int or type(variant) is not int:
            raise MalformedCursorError(text=cursor)
        having = _AFTER[sort].format(measure=counted)
        params |= {"total": total, "variant": variant}
    way = "DESC" if sort is BoardSort.MOST else "ASC"
    with connection.cursor() as execution:
        execution.execute(
            f"SELECT variant_key, sum({counted})::bigint AS total FROM inventory_level {where} "  # noqa: S608 - names of our own
            f"GROUP BY variant_key {having} ORDER BY total {way}, variant_key LIMIT %(limit)s",
            params | {"limit": limit + 1},
        )
        found = execution.fetchall()
    shown = found[:limit]
    levels = _levels(actor, filters, [variant for variant, _total in shown])
    rows = tuple(BoardRow(variant, total, levels.get(variant, {})) for variant, total in shown)
    if len(found) <= limit:
        return Page(rows)
    last = rows[-1]
    return Page(rows, encode_cursor([f"{measure}/{sort}", last.total, last.variant_key]))


def count_board(*, actor: Actor, filters: BoardFilters) -> int:
    """Return how many items there are on a board. Raises: NotAllowedError."""
    where, params = _where(actor, filters)
    with connection.cursor() as execution:
        execution.execute(
            f"SELECT count(DISTINCT variant_key) FROM inventory_level {where}",  # noqa: S608 - names of our own
            params,
        )
        return int(execution.fetchone()[0])


def stocked_places(*, actor: Actor, place_keys: Collection[int]) -> frozenset[int]:
    """Return those of the places in scope that keep or kept any item. Raises: NotAllowedError."""
    scope = resolve_scope(actor=actor, permission=VIEW)
    seen = set(place_keys) if scope.everything else scope.places & set(place_keys)
    with connection.cursor() as execution:
        execution.execute(
            "SELECT p FROM unnest(%s::int[]) AS t(p) "
            "WHERE EXISTS (SELECT 1 FROM inventory_level WHERE place_key = p)",
            [list(seen)],
        )
        return frozenset(key for (key,) in execution.fetchall())


def _where(actor: Actor, filters: BoardFilters) -> tuple[str, dict[str, Any]]:
    """Return the condition on levels; trouble anywhere in it keeps an item whole."""
    places = _places(actor, filters)
    parts, params = ["true"], {}
    if places is not None:
        parts.append("place_key = ANY(%(places)s)")
        params["places"] = list(places)
    if filters.variant_keys is not None:
        parts.append("variant_key = ANY(%(variants)s)")
        params["variants"] = list(filters.variant_keys)
    inside = " AND ".join(parts)
    if filters.trouble is None:
        return f"WHERE {inside}", params
    troubled = f"{inside} AND {_TROUBLES[filters.trouble]}"
    return (
        f"WHERE {inside} AND variant_key IN "  # noqa: S608 - names of our own
        f"(SELECT variant_key FROM inventory_level WHERE {troubled})",
        params,
    )


def _places(actor: Actor, filters: BoardFilters) -> frozenset[int] | None:
    scope = resolve_scope(actor=actor, permission=VIEW)
    if scope.everything:
        return filters.place_keys
    return scope.places if filters.place_keys is None else scope.places & filters.place_keys


def _levels(
    actor: Actor, filters: BoardFilters, variant_keys: list[int]
) -> dict[int, dict[int, Level]]:
    places = _places(actor, filters)
    wanted = with_closing(LevelRow.objects.filter(variant_key__in=variant_keys))
    if places is not None:
        wanted = wanted.filter(place_key__in=places)
    found: dict[int, dict[int, Level]] = {}
    for row in wanted:
        found.setdefault(row.variant_key, {})[row.place_key] = level_of(row)
    return found
