"""Open and close alerts, in the transaction of a look."""

from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection

from quanqu.infra.db.facade import number_array, text_array
from quanqu.kernel.ids import new_id
from quanqu.sell.replenishment.contracts import AlertKind
from quanqu.sell.replenishment.queries.facts import Facts
from quanqu.sell.replenishment.queries.watching import open_alerts, watch
from quanqu.sell.replenishment.rules.alerts import alerts_of
from quanqu.sell.replenishment.rules.levels import Levels

__all__ = ["raise_alerts"]

_OPEN: Final = """
INSERT INTO replenishment_alert (id, company_key, place_key, variant_key, kind, free, daily,
    cover_days, limit_days, opened_at, updated_at)
SELECT t.id, %(company)s, t.place, t.item, t.kind, t.free, t.daily, t.cover, t.held_against,
       %(now)s, %(now)s
FROM unnest(%(ids)s::uuid[], %(places)s::int[], %(items)s::bigint[], %(kinds)s::text[],
            %(frees)s::bigint[], %(dailies)s::float8[], %(covers)s::float8[], %(limits)s::int[])
     AS t(id, place, item, kind, free, daily, cover, held_against)
ON CONFLICT (place_key, variant_key, kind) WHERE closed_at IS NULL DO UPDATE SET
    free = excluded.free, daily = excluded.daily, cover_days = excluded.cover_days,
    limit_days = excluded.limit_days, updated_at = excluded.updated_at
"""
_CLOSE: Final = """
UPDATE replenishment_alert a SET closed_at = %(now)s, updated_at = %(now)s
WHERE a.company_key = %(company)s AND a.closed_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM unnest(%(places)s::int[], %(items)s::bigint[], %(kinds)s::text[])
        AS t(place, item, kind)
    WHERE t.place = a.place_key AND t.item = a.variant_key AND t.kind = a.kind)
"""


def raise_alerts(company_key: int, facts: Facts, levels: Levels, now: datetime) -> int:
    """Open, renew and close the alerts of a company's policies; return how many are open.

    What has no policy any more has no alert.  Two statements for all items and places.
    """
    watched = watch(facts, levels, now)
    found = alerts_of(watched, open_alerts(facts))
    rows = [(number, kind) for kind, is_open in found.items() for number in np.flatnonzero(is_open)]
    at = [facts.policies[number] for number, _ in rows]
    cover = {
        kind: watched.far_cover if kind is AlertKind.OVERSTOCK else watched.cover for kind in found
    }
    against = {
        kind: watched.limit if kind is AlertKind.OVERSTOCK else watched.until for kind in found
    }
    told: dict[str, Any] = {
        "company": company_key,
        "now": now,
        "ids": number_array(new_id() for _ in rows),
        "places": number_array(one.place_key for one in at),
        "items": number_array(one.variant_key for one in at),
        "kinds": text_array(kind.value for _, kind in rows),
        "frees": number_array(watched.free[number] for number, _ in rows),
        "dailies": number_array(round(float(watched.daily[number]), 4) for number, _ in rows),
        "covers": number_array(
            round(float(cover[kind][number]), 2) if watched.daily[number] > 0 else "NULL"
            for number, kind in rows
        ),
        "limits": number_array(against[kind][number] for number, kind in rows),
    }
    with connection.cursor() as cursor:
        if rows:
            cursor.execute(_OPEN, told)
        cursor.execute(_CLOSE, told)
    return len(rows)
