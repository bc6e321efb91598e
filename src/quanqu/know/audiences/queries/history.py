"""A saved audience in time: sizes by day, and how many were in it on a day."""

from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.know.audiences.contracts import DaySizes, SizeSpanError
from quanqu.know.audiences.models import AudienceRefresh
from quanqu.know.audiences.queries.saved import (
    VIEW,
    stays_between,
    visible_audience,
)
from quanqu.know.audiences.rules.insight import fill_days

MOST_DAYS: Final = 800


def size_by_day(*, actor: Actor, audience_id: UUID, first: date, last: date) -> DaySizes:
    """Return how many were in an audience at the end of each UTC day, from the refreshes.

    A day without a refresh has the size of the day before.  At most 800 days.
    Raises: NotAllowedError, NotFoundError, SizeSpanError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise SizeSpanError(most=MOST_DAYS)
    since = known_since(audience.key)
    return DaySizes(since, fill_days(_known_sizes(audience.key, first, last), first, last))


def count_members_on(*, actor: Actor, audience_id: UUID, on: date) -> int:
    """Return how many customers were in an audience at any time of a UTC day.

    Raises: NotAllowedError, NotFoundError.
    """
    audience = visible_audience(actor, audience_id, VIEW)
    stays = stays_between(audience.key, on, on)
    return stays.values("customer_key").distinct().count()


def known_since(audience_key: int) -> date | None:
    """Return the UTC day of the first refresh of an audience, None before that."""
    first = AudienceRefresh.objects.filter(audience_id=audience_key).order_by("key").first()
    return first.refreshed_at.astimezone(UTC).date() if first else None


def _known_sizes(audience_key: int, first: date, last: date) -> dict[date, int]:
    """Return the members at the last refresh of each day, and of the last day before the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (day) day, members FROM ("
            "SELECT (refreshed_at AT TIME ZONE 'UTC')::date AS day, members, key "
            "FROM audiences_refresh WHERE audience_key = %(audience)s "
            "AND refreshed_at <= %(end)s AND refreshed_at >= coalesce("
            "(SELECT max(refreshed_at) FROM audiences_refresh "
            "WHERE audience_key = %(audience)s AND refreshed_at < %(begin)s), %(begin)s)"
            ") AS found ORDER BY day, key DESC",
            {
                "audience": audience_key,
                "begin": datetime.combine(first, time(), UTC),
                "end": datetime.combine(last, time.max, UTC),
            },
        )
        return dict(cursor.fetchall())
