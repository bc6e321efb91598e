"""Give what waits for goods a day, and give it another when deliveries slip."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.db.facade import number_array, text_array
from quanqu.know.org.facade import places_by_key
from quanqu.sell.inventory.facade import holds_by_id, waiting_lines
from quanqu.sell.replenishment.actions.locking import lock_companies
from quanqu.sell.replenishment.contracts import Promise
from quanqu.sell.replenishment.models import Promise as PromiseRow
from quanqu.sell.replenishment.queries.promises import promise_info, supplies_at, waiting_days

__all__ = ["promise_hold", "promise_places", "refresh_promises"]

_WRITE: Final = """
INSERT INTO replenishment_promise (request_id, line_no, owner, company_key, place_key, variant_key,
    units, promised_on, first_on, made_at, updated_at)
SELECT t.request, t.line, t.owner, t.company, t.place, t.item, t.units, t.day, t.day, %(now)s,
       %(now)s
FROM unnest(%(requests)s::uuid[], %(lines)s::int[], %(owners)s::text[], %(companies)s::int[],
            %(places)s::int[], %(items)s::bigint[], %(units)s::bigint[], %(days)s::date[])
     AS t(request, line, owner, company, place, item, units, day)
ON CONFLICT (request_id, line_no) DO UPDATE SET
    units = excluded.units, promised_on = excluded.promised_on, owner = excluded.owner,
    place_key = excluded.place_key, company_key = excluded.company_key,
    first_on = coalesce(replenishment_promise.first_on, excluded.first_on),
    updated_at = excluded.updated_at
WHERE (replenishment_promise.units, replenishment_promise.promised_on,
       replenishment_promise.place_key)
      IS DISTINCT FROM (excluded.units, excluded.promised_on, excluded.place_key)
"""
_FORGET: Final = """
DELETE FROM replenishment_promise p WHERE p.place_key = ANY(%(at)s::int[]) AND NOT EXISTS (
    SELECT 1 FROM unnest(%(requests)s::uuid[], %(lines)s::int[]) AS t(request, line)
    WHERE t.request = p.request_id AND t.line = p.line_no)
"""


def promise_hold(*, request_id: UUID, now: datetime) -> tuple[Promise, ...]:
    """Return the days of those lines of a hold that wait for goods, worked out now, for a room
    above that checks who may see; none where everything is there.

    Asked at once by many, the first come is the first served.
    Locks: the runs of the companies, before any level.
    """
    hold = holds_by_id(request_ids=[request_id]).get(request_id)
    if hold is None:
        return ()
    promise_places(place_keys={line.place_key for line in hold.lines}, now=now)
    rows = PromiseRow.objects.filter(request_id=request_id).order_by("line_no")
    return tuple(map(promise_info, rows))


def promise_places(*, place_keys: Collection[int], now: datetime) -> int:
    """Work out the days of everything that waits at places, and return how much does.

    Locks: the runs of the companies.
    """
    found = places_by_key(keys=set(place_keys))
    with transaction.atomic():
        lock_companies([place.company_key for place in found.values()])
        return refresh_promises({key: one.company_key for key, one in found.items()}, now)


def refresh_promises(companies: dict[int, int], now: datetime) -> int:
    """Work out the days of everything that waits at places, told with their companies, under the
    lock of their runs.

    Who was promised a day first keeps it as long as enough comes by then; who has none yet follows
    in the order of service.  What waits no more is promised no more.  Two statements for all.
    """
    places = list(companies)
    lines = waiting_lines(place_keys=places)
    before = {
        (row.request_id, row.line_no): row
        for row in PromiseRow.objects.filter(place_key__in=places)
    }
    days = waiting_days(lines, before, supplies_at(places, now.date()), now)
    told: dict[str, Any] = {
        "now": now,
        "at": number_array(places),
        "requests": number_array(one.request_id for one in lines),
        "lines": number_array(one.line_no for one in lines),
        "owners": text_array(one.owner for one in lines),
        "companies": number_array(companies[one.place_key] for one in lines),
        "places": number_array(one.place_key for one in lines),
        "items": number_array(one.variant_key for one in lines),
        "units": number_array(one.units for one in lines),
        "days": number_array(days[one.request_id, one.line_no] or "NULL" for one in lines),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, told)
        if lines:
            cursor.execute(_WRITE, told)
    return len(lines)
