"""Write down who came into an audience and who left: the stays, the feed, and the events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.know.audiences.actions.telling import Keys, Reasons, Turn, tell
from quanqu.know.audiences.models import Audience, AudienceRefresh
from quanqu.know.audiences.queries.question import KEY

_TEMP: Final = "audiences_found"


@dataclass(frozen=True, slots=True)
class Found:
    """The members (a column customer_key) by a version of the rules as of a day, and which rules
    turned for customers, when that is known."""

    version: int
    as_of: date
    members: pa.Table
    reasons: Reasons | None = None


def write_members(audience: Audience, found: Found, now: datetime) -> AudienceRefresh:
    """Write the difference to the stays of before, and tell it.

    Locks: the audience.  Emits: CustomersEntered, CustomersLeft, and a row of the feed for each
    customer; but for an audience that is worked out for the first time, whose members are the
    beginning and not news.
    """
    with transaction.atomic():
        Audience.objects.select_for_update().get(key=audience.key)
        is_first = not AudienceRefresh.objects.filter(audience=audience).exists()
        entered, left = _write_stays(audience.key, found.members, now)
        if not is_first:
            tell([Turn(audience, found, entered, left)], now)
        return AudienceRefresh.objects.create(
            audience=audience,
            version=found.version,
            as_of=found.as_of,
            refreshed_at=now,
            members=found.members.num_rows,
            entered=len(entered),
            left=len(left),
        )


def _write_stays(audience_key: int, members: pa.Table, now: datetime) -> tuple[Keys, Keys]:
    """Return the keys of those who came and of those who left."""
    temp_table(name=_TEMP, columns={KEY: "bigint"})
    copy_in(table=_TEMP, columns=[KEY], data=members)
    told: dict[str, datetime | int] = {"now": now, "audience": audience_key}
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_TEMP}")
        cursor.execute(
            "UPDATE audiences_member m SET left_at = greatest(%(now)s, m.entered_at) "  # noqa: S608 - fragments of our own code
            "WHERE m.audience_key = %(audience)s AND m.left_at IS NULL "
            f"AND NOT EXISTS (SELECT FROM {_TEMP} f WHERE f.{KEY} = m.customer_key) "
            "RETURNING m.customer_key",
            told,
        )
        left = np.sort(np.array([key for (key,) in cursor.fetchall()], np.int64))
        cursor.execute(
            f"INSERT INTO audiences_member (audience_key, customer_key, entered_at) "  # noqa: S608 - fragments of our own code
            f"SELECT %(audience)s, f.{KEY}, %(now)s FROM {_TEMP} f "
            "WHERE NOT EXISTS (SELECT FROM audiences_member m WHERE m.left_at IS NULL "
            f"AND m.audience_key = %(audience)s AND m.customer_key = f.{KEY}) ORDER BY 2 "
            "RETURNING customer_key",
            told,
        )
        return np.array([key for (key,) in cursor.fetchall()], np.int64), left
