"""Turnover, days of supply and age of stock, worked out from the ledger in one statement.

Source: docs/rules/replenishment.md#turnover-and-age.
"""

from typing import Any, Final

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.inventory.contracts import AGE_LIMITS, Turnover, TurnoverFilters, TurnoverSort
from quanqu.sell.inventory.queries.levels import VIEW

__all__ = ["count_turnover", "list_turnover"]

_NEVER: Final = 1_000_000_000
"""The days of supply of what nobody buys, where rows are put in order."""
_ORDERS: Final = {
    TurnoverSort.SLOWEST: "CASE WHEN on_hand > 0 THEN lasting ELSE -1 END",
    TurnoverSort.OLDEST: "age_5 * 1000000 + age_4",
    TurnoverSort.MOST_SOLD: "sold",
}
_MOVED: Final = """
WITH moved AS (
    SELECT place_key, variant_key, kind, quantity, at, key FROM inventory_movement
    WHERE state = 'on_hand' AND at < %(until)s
      AND (%(all_places)s OR place_key = ANY(%(places)s))
      AND (%(all_items)s OR variant_key = ANY(%(items)s))
), told AS (
    SELECT place_key, variant_key, sum(quantity)::bigint AS on_hand,
           coalesce(-sum(quantity) FILTER (WHERE kind = 'sale' AND at >= %(since)s), 0)::bigint
               AS sold,
           coalesce(sum(quantity) FILTER (WHERE at < %(since)s), 0)
               + coalesce(sum(quantity * extract(epoch FROM %(until)s - at))
                              FILTER (WHERE at >= %(since)s), 0)
               / extract(epoch FROM %(until)s - %(since)s) AS average
    FROM moved GROUP BY 1, 2
)
"""
_ROWS: Final = f"""{_MOVED}, layer AS (
    SELECT place_key, variant_key, quantity, at,
           sum(quantity) OVER (PARTITION BY place_key, variant_key ORDER BY at DESC, key DESC)
               - quantity AS younger
    FROM moved WHERE quantity > 0
), aged AS (
    SELECT l.place_key, l.variant_key,
           width_bucket(extract(epoch FROM %(until)s - l.at) / 86400.0, %(limits)s::float8[])
               AS bucket,
           least(l.quantity, t.on_hand - l.younger) AS units
    FROM layer l JOIN told t USING (place_key, variant_key)
    WHERE t.on_hand > l.younger
), bucketed AS (
    SELECT place_key, variant_key,
           coalesce(sum(units) FILTER (WHERE bucket = 0), 0)::bigint AS age_1,
           coalesce(sum(units) FILTER (WHERE bucket = 1), 0)::bigint AS age_2,
           coalesce(sum(units) FILTER (WHERE bucket = 2), 0)::bigint AS age_3,
           coalesce(sum(units) FILTER (WHERE bucket = 3), 0)::bigint AS age_4,
           coalesce(sum(units) FILTER (WHERE bucket = 4), 0)::bigint AS age_5
    FROM aged GROUP BY 1, 2
), joined AS (
    SELECT t.place_key, t.variant_key, t.sold, t.average::float8 AS average, t.on_hand,
           CASE WHEN t.sold > 0
                THEN least(round(t.on_hand * %(days)s / t.sold), %(never)s)::bigint
                ELSE %(never)s END AS lasting,
           coalesce(b.age_1, 0) AS age_1, coalesce(b.age_2, 0) AS age_2,
           coalesce(b.age_3, 0) AS age_3, coalesce(b.age_4, 0) AS age_4,
           coalesce(b.age_5, 0) AS age_5
    FROM told t LEFT JOIN bucketed b USING (place_key, variant_key)
    WHERE t.on_hand > 0 OR t.sold > 0
), ordered AS (SELECT *, ({{order}})::bigint AS rank FROM joined)
SELECT * FROM ordered
WHERE NOT %(is_after)s OR (rank, -place_key, -variant_key)
      < (%(rank)s, -%(place)s::bigint, -%(item)s::bigint)
ORDER BY rank DESC, place_key, variant_key LIMIT %(limit)s
"""  # noqa: S608 - names of our own
_COUNT: Final = _MOVED + "SELECT count(*) FROM told WHERE on_hand > 0 OR sold > 0"  # noqa: S608 - names of our own


def list_turnover(
    *,
    actor: Actor,
    filters: TurnoverFilters,
    sort: TurnoverSort = TurnoverSort.SLOWEST,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Turnover]:
    """Return a page of items at places in scope that are there or were sold, by pace and age.

    Age follows the layers of what came in, first in, first out: what is left is what came last.
    What came by transfer begins anew at its place.  Raises: NotAllowedError, MalformedCursorError.
    """
    told = _told(actor, filters) | {"is_after": False, "rank": 0, "place": 0, "item": 0}
    if cursor:
        code, *after = decode_cursor(cursor, length=4)
        if code != sort.value or any(type(one) is not int for one in after):
            raise MalformedCursorError(text=cursor)
        told |= {"is_after": True} | dict(zip(("rank", "place", "item"), after, strict=True))
    with connection.cursor() as asked:
        asked.execute(_ROWS.format(order=_ORDERS[sort]), told | {"limit": limit + 1})
        rows = asked.fetchall()
    found = tuple(_turnover(row) for row in rows[:limit])
    if len(rows) <= limit:
        return Page(found)
    last = rows[limit - 1]
    return Page(found, encode_cursor([sort.value, last[-1], last[0], last[1]]))


def count_turnover(*, actor: Actor, filters: TurnoverFilters) -> int:
    """Return how many items at places there are. Raises: NotAllowedError."""
    with connection.cursor() as asked:
        asked.execute(_COUNT, _told(actor, filters))
        return int(asked.fetchone()[0])


def _told(actor: Actor, filters: TurnoverFilters) -> dict[str, Any]:
    scope = resolve_scope(actor=actor, permission=VIEW)
    places = filters.place_keys
    if not scope.everything:
        places = scope.places if places is None else scope.places & places
    return {
        "since": filters.since,
        "until": filters.until,
        "days": (filters.until - filters.since).total_seconds() / 86_400,
        "all_places": places is None,
        "places": list(places or ()),
        "all_items": filters.variant_keys is None,
        "items": list(filters.variant_keys or ()),
        "limits": [float(days) for days in AGE_LIMITS],
        "never": _NEVER,
    }


def _turnover(row: tuple[Any, ...]) -> Turnover:
    place, item, sold, average, on_hand, lasting, *ages, _rank = row
    return Turnover(
        place_key=place,
        variant_key=item,
        sold=sold,
        average=average,
        turns=sold / average if average > 0 else None,
        on_hand=on_hand,
        supply_days=lasting if sold else None,
        ages=(ages[0], ages[1], ages[2], ages[3], ages[4]),
    )
