"""How well places fulfil, in two queries."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.time import Period
from quanqu.know.org.facade import resolve_scope
from quanqu.sell.fulfilment.contracts import CarrierFigures, FulfilmentFigures
from quanqu.sell.fulfilment.queries.carriers import VIEW

__all__ = ["fulfilment_figures"]

_WORK: Final = """
WITH told AS (
    SELECT *, CASE WHEN delivery = 'ship' THEN gone_at
                   ELSE coalesce(ready_at, gone_at) END AS kept_at
    FROM fulfilment_work WHERE %(everything)s OR place_key = ANY(%(places)s)
)
SELECT count(*) FILTER (WHERE picked_at >= %(first)s AND picked_at < %(last)s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM picked_at - started_at))
           FILTER (WHERE picked_at >= %(first)s AND picked_at < %(last)s),
       count(*) FILTER (WHERE kept_at >= %(first)s AND kept_at < %(last)s),
       count(*) FILTER (WHERE kept_at >= %(first)s AND kept_at < %(last)s
                        AND kept_at <= promised_at),
       count(*) FILTER (WHERE delivery = 'pickup' AND ready_at >= %(first)s
                        AND ready_at < %(last)s),
       count(*) FILTER (WHERE is_no_show AND ready_at >= %(first)s AND ready_at < %(last)s)
FROM told
"""
_CARRIERS: Final = """
SELECT c.name, count(*),
       count(*) FILTER (WHERE (p.delivered_at AT TIME ZONE %(zone)s)::date > p.expected_on)
FROM fulfilment_parcel p JOIN fulfilment_carrier c ON c.key = p.carrier_key
WHERE (%(everything)s OR p.place_key = ANY(%(places)s))
  AND p.delivered_at >= %(first)s AND p.delivered_at < %(last)s
GROUP BY c.key ORDER BY count(*) DESC, c.name
"""


def fulfilment_figures(
    *, actor: Actor, period: Period, zone: str, unit_id: str | None = None
) -> FulfilmentFigures:
    """Return how well the places in scope fulfilled in the days of a period, in a zone.

    Raises: NotAllowedError, UnitNotFoundError.
    """
    scope = resolve_scope(actor=actor, permission=VIEW, unit_id=unit_id)
    params: dict[str, Any] = {
        "everything": scope.everything,
        "places": list(scope.places),
        "zone": zone,
        "first": _midnight(period.first, zone),
        "last": _midnight(period.last + timedelta(days=1), zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORK, params)
        picked, median_s, promised, kept, readied, no_shows = cursor.fetchone()
        cursor.execute(_CARRIERS, params)
        carriers = tuple(CarrierFigures(*row) for row in cursor.fetchall())
    return FulfilmentFigures(
        picked=picked,
        median_pick_s=None if median_s is None else float(median_s),
        promised=promised,
        kept=kept,
        readied=readied,
        no_shows=no_shows,
        carriers=carriers,
    )


def _midnight(day: date, zone: str) -> datetime:
    """Return when a day begins in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC"))
