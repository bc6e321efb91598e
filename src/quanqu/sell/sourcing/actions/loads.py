"""Count the parcels places are given by day, within their capacity."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

__all__ = ["Change", "change_loads"]

Change = tuple[int, date]
"""A place and a day there."""

_MADE: Final = (
    "INSERT INTO sourcing_load (place_key, day) SELECT * FROM unnest(%s::int[], %s::date[]) "
    "AS t(p, d) ORDER BY p, d ON CONFLICT DO NOTHING"
)
_LOCKED: Final = (
    "SELECT l.place_key, l.day, l.parcels FROM sourcing_load l JOIN unnest(%s::int[], %s::date[]) "
    "AS t(p, d) ON l.place_key = t.p AND l.day = t.d ORDER BY l.place_key, l.day FOR UPDATE OF l"
)
_SAVED: Final = (
    "UPDATE sourcing_load l SET parcels = l.parcels + t.n "
    "FROM unnest(%s::int[], %s::date[], %s::int[]) AS t(p, d, n) "
    "WHERE l.place_key = t.p AND l.day = t.d"
)


def change_loads(
    *, given: Sequence[Change], taken: Sequence[Change], limits: Mapping[int, int | None]
) -> list[int]:
    """Give places a parcel more and take one from others; return the places that are full.

    When one is full, nothing is changed.  Limits None or missing: none.  Runs in the caller's
    transaction, after stock.  Locks: loads by (place, day).
    """
    changes: dict[Change, int] = {}
    for sign, each in ((1, given), (-1, taken)):
        for one in each:
            changes[one] = changes.get(one, 0) + sign
    changes = {one: parcels for one, parcels in changes.items() if parcels}
    if not changes:
        return []
    keys: list[Any] = [[place for place, _ in changes], [day for _, day in changes]]
    with connection.cursor() as cursor:
        cursor.execute(_MADE, keys)
        cursor.execute(_LOCKED, keys)
        now = {(place, day): parcels for place, day, parcels in cursor.fetchall()}
        full = [
            at[0]
            for at, more in changes.items()
            if more > 0 and (most := limits.get(at[0])) is not None and now[at] + more > most
        ]
        if not full:
            cursor.execute(_SAVED, [*keys, list(changes.values())])
    return full
