"""From which day what can be promised is there."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from quanqu.infra.db.facade import number_array
from quanqu.kernel.time import local_date
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.queries.levels import release_days
from quanqu.sell.inventory.registry import outlooks
from quanqu.sell.inventory.rules.admission import At

__all__ = ["days_of"]

Days = npt.NDArray[np.datetime64]
_NONE: Final = np.datetime64("NaT", "D")
_BEYOND: Final = (
    "SELECT place_key, variant_key, waiting > 0 FROM inventory_level "
    "WHERE variant_key = ANY(%s::bigint[]) AND place_key = ANY(%s::int[]) AND (waiting > 0 OR ("
    "backorder_limit > 0 AND on_hand - safety - fenced <= held + allocated))"
)
"""Levels of which everything that can be promised is still to come, or comes for who waits."""


def days_of(
    *,
    units: npt.NDArray[np.int64],
    variant_keys: Sequence[int],
    place_keys: Sequence[int],
    seen: Collection[int],
    now: datetime,
) -> Days:
    """Return from which day each item can be had at each place; no day where nobody knows it.

    `units`: what can be promised, `units[item, place]`; `seen`: the places to look at.  Today is
    that of the place.  What is on hand is there today; what is not comes with the first delivery
    that is promised to nobody, if nobody waits in line; and none before its release day.
    Shapes: that of `units`.
    """
    rows = {key: at for at, key in enumerate(variant_keys)}
    columns = {key: at for at, key in enumerate(place_keys) if key in seen}
    places = places_by_key(keys=set(columns))
    todays = {key: local_date(now, one.time_zone) for key, one in places.items()}
    today = np.full(len(place_keys), _NONE)
    for key, day in todays.items():
        today[columns[key]] = day
    found: Days = np.where(units > 0, today[None, :], _NONE)
    beyond, queued = _beyond(rows, columns)
    for place, item in beyond:
        found[rows[item], columns[place]] = _NONE
    for one in outlooks():
        coming = one.first_days(variant_keys=list(rows), place_keys=list(columns), now=now)
        for (place, item), day in coming.items():
            at = (rows[item], columns[place])
            if (place, item) not in queued and np.isnat(found[at]):
                found[at] = max(day, todays.get(place, day))
    _not_before(found, rows, columns)
    return found


def _beyond(rows: Collection[int], columns: Collection[int]) -> tuple[set[At], set[At]]:
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, [number_array(rows), number_array(columns)])
        told = cursor.fetchall()
    return {(place, item) for place, item, _ in told}, {(p, v) for p, v, waits in told if waits}


def _not_before(found: Days, rows: dict[int, int], columns: dict[int, int]) -> None:
    """Let no item be had before its release day; that of a place counts before its company's."""
    days = release_days(rows)
    own: dict[int, dict[int, date]] = {}
    for (item, place), day in days.items():
        if place is not None:
            own.setdefault(item, {})[place] = day
    for item in {item for item, _ in days}:
        usual = days.get((item, None))
        line = found[rows[item]]
        for place, at in columns.items():
            released = own.get(item, {}).get(place, usual)
            if released is not None and not np.isnat(line[at]):
                line[at] = max(line[at], np.datetime64(released))
