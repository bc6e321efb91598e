"""Take in forecasts that a forecaster pushes down, in sets."""

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import number_array
from quanqu.sell.replenishment.actions.allowed import require_places
from quanqu.sell.replenishment.actions.policies import require_items
from quanqu.sell.replenishment.contracts import ForecastPeriodError, ForecastSet
from quanqu.sell.replenishment.rules.checks import check_periods

__all__ = ["push_forecast"]

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('replenishment.forecast', 0))"
_NEWER: Final = """
SELECT t.place, t.item FROM (SELECT DISTINCT place, item
    FROM unnest(%(places)s::int[], %(items)s::bigint[]) AS u(place, item)) t
WHERE NOT EXISTS (SELECT 1 FROM replenishment_forecast f WHERE f.place_key = t.place
    AND f.variant_key = t.item AND f.made_at > %(made_at)s)
"""
_REPLACE: Final = (
    f"WITH named AS ({_NEWER}) DELETE FROM replenishment_forecast f USING named n "  # noqa: S608 - no value in it
    "WHERE f.place_key = n.place AND f.variant_key = n.item"
)
_WRITE: Final = """
INSERT INTO replenishment_forecast
    (place_key, variant_key, starts_on, days, quantity, standard_error, source, made_at)
SELECT t.*, %(source)s, %(made_at)s
FROM unnest(%(places)s::int[], %(items)s::bigint[], %(starts)s::date[], %(days)s::int[],
            %(quantities)s::float8[], %(errors)s::float8[]) AS t(place, item, a, b, c, d)
WHERE NOT EXISTS (SELECT 1 FROM replenishment_forecast f WHERE f.place_key = t.place
    AND f.variant_key = t.item)
"""


def push_forecast(*, actor: Actor, forecasts: ForecastSet, now: datetime) -> int:
    """Put a set of forecasts in the place of older ones, and return how many periods count now.

    For each item and place the set names, all its periods replace what was there, unless that was
    made later: sets may come twice, late and at once.  Raises: NotAllowedError,
    ReplenishmentPlaceError, ReplenishmentItemError, ForecastPeriodError.
    """
    periods = forecasts.periods
    check_periods(periods)
    if forecasts.made_at > now:
        raise ForecastPeriodError(line=0, problem="the set is said to be made in the future")
    places = require_places(actor, {one.place_key for one in periods})
    require_items(places, [(one.place_key, one.variant_key) for one in periods])
    told: dict[str, Any] = {
        "places": number_array(one.place_key for one in periods),
        "items": number_array(one.variant_key for one in periods),
        "starts": number_array(one.starts_on.isoformat() for one in periods),
        "days": number_array(one.days for one in periods),
        "quantities": number_array(one.quantity for one in periods),
        "errors": number_array(one.standard_error for one in periods),
        "source": forecasts.source,
        "made_at": forecasts.made_at,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_REPLACE, told)
        cursor.execute(_WRITE, told)
        return int(cursor.rowcount)
