"""Write who came into many audiences and who left them, together, when it is known since when."""

from collections.abc import Sequence
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

_TEMP: Final = "audiences_turned"
_NOBODY: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Patch:
    """Who came into an audience and who left it since the refresh with the key `after`, by which
    rules as of which day, how many members that makes, and which rules turned for customers."""

    audience: Audience
    after: int
    as_of: date
    entered: Keys
    left: Keys
    members: int
    reasons: Reasons

    @property
    def version(self) -> int:
        """The version of the rules."""
        return self.audience.version

    @property
    def size(self) -> int:
        """How many customers it tells of."""
        return len(self.entered) + len(self.left)


def write_patches(patches: Sequence[Patch], now: datetime) -> dict[int, AudienceRefresh]:
    """Write patches of several audiences by one statement each for who left and who came, and tell
    them; return the refreshes by the audience's key.

    An audience that was refreshed again since is left alone: its patch no longer fits.
    Locks: the audiences, by key.  Emits: as write_members.
    """
    with transaction.atomic():
        keys = [patch.audience.key for patch in patches]
        list(Audience.objects.select_for_update().filter(key__in=keys).order_by("key"))
        last = AudienceRefresh.objects.filter(audience__in=keys).order_by("audience_id", "-key")
        newest = {row.audience_id: row.key for row in last.distinct("audience_id")}
        fitting = [one for one in patches if newest.get(one.audience.key) == one.after]
        entered, left = _write_patched(fitting, now)
        turns = [
            Turn(one.audience, one, entered.get(key, _NOBODY), left.get(key, _NOBODY))
            for one in fitting
            for key in [one.audience.key]
        ]
        tell(turns, now)
        rows = AudienceRefresh.objects.bulk_create(
            AudienceRefresh(
                audience=turn.audience,
                version=patch.version,
                as_of=patch.as_of,
                refreshed_at=now,
                members=patch.members,
                entered=len(turn.entered),
                left=len(turn.left),
            )
            for patch, turn in zip(fitting, turns, strict=True)
        )
        return {row.audience_id: row for row in rows}


def _write_patched(
    patches: Sequence[Patch], now: datetime
) -> tuple[dict[int, Keys], dict[int, Keys]]:
    """Return by audience the keys of those who came and of those who left."""
    customers = [keys for one in patches for keys in (one.entered, one.left)]
    sizes = [len(keys) for keys in customers]
    if not sum(sizes):
        return {}, {}
    owners = [one.audience.key for one in patches for _ in range(2)]
    rows = {
        "audience_key": np.repeat(owners, sizes),
        KEY: np.concatenate(customers),
        "has_entered": np.repeat([True, False] * len(patches), sizes),
    }
    kinds = {"audience_key": "bigint", KEY: "bigint", "has_entered": "boolean"}
    temp_table(name=_TEMP, columns=kinds)
    copy_in(table=_TEMP, columns=list(rows), data=pa.table(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_TEMP}")
        cursor.execute(
            "UPDATE audiences_member m SET left_at = greatest(%(now)s, m.entered_at) "  # noqa: S608 - fragments of our own code
            f"FROM {_TEMP} f WHERE NOT f.has_entered AND m.left_at IS NULL "
            f"AND m.audience_key = f.audience_key AND m.customer_key = f.{KEY} "
            "RETURNING m.audience_key, m.customer_key",
            {"now": now},
        )
        left = _by_audience(cursor.fetchall())
        cursor.execute(
            f"INSERT INTO audiences_member (audience_key, customer_key, entered_at) "  # noqa: S608 - fragments of our own code
            f"SELECT f.audience_key, f.{KEY}, %(now)s FROM {_TEMP} f "
            "WHERE f.has_entered AND NOT EXISTS (SELECT FROM audiences_member m "
            "WHERE m.left_at IS NULL AND m.audience_key = f.audience_key "
            f"AND m.customer_key = f.{KEY}) ORDER BY 1, 2 "
            "RETURNING audience_key, customer_key",
            {"now": now},
        )
        return _by_audience(cursor.fetchall()), left


def _by_audience(rows: Sequence[tuple[int, int]]) -> dict[int, Keys]:
    if not rows:
        return {}
    pairs = np.array(sorted(rows), np.int64)
    audiences, starts = np.unique(pairs[:, 0], return_index=True)
    return dict(zip(audiences.tolist(), np.split(pairs[:, 1], starts[1:]), strict=True))
