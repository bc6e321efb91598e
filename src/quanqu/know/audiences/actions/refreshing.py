"""Work out who is in an audience and keep who came and who left."""

from datetime import UTC, date, datetime
from uuid import UUID

import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_in, temp_table
from quanqu.infra.jobs.facade import defer
from quanqu.infra.lake.facade import run
from quanqu.kernel.ids import encode
from quanqu.know.audiences.actions.saving import MANAGE, REFRESH_JOB, scope_of
from quanqu.know.audiences.contracts import ArchivedAudienceError, RefreshRow
from quanqu.know.audiences.models import Audience, AudienceRefresh, AudienceVersion
from quanqu.know.audiences.queries.compile import compile_audience
from quanqu.know.audiences.queries.found import as_of_in
from quanqu.know.audiences.queries.question import KEY, Question
from quanqu.know.audiences.queries.resolving import resolve, with_memberships
from quanqu.know.audiences.queries.saved import visible_audience
from quanqu.know.audiences.rules.reading import parse

_TEMP = "audiences_found"


def refresh_audience(*, actor: Actor, audience_id: UUID, as_of: date, now: datetime) -> RefreshRow:
    """Work out the members as of a day, in the scope the audience was made over.

    Raises: NotAllowedError, NotFoundError, ArchivedAudienceError.
    """
    audience = visible_audience(actor, audience_id, MANAGE)
    if audience.archived_at is not None:
        raise ArchivedAudienceError
    return _refresh(audience, as_of, now)


def refresh_one(*, audience_key: int, now: datetime) -> None:
    """Work out the members of one audience, unless it was archived meanwhile.

    As of today, or of the last day with data once that is old: see find_as_of.
    """
    audience = Audience.objects.get(key=audience_key)
    if audience.archived_at is None:
        as_of = as_of_in(scope_of(audience), now.astimezone(UTC).date())
        _refresh(audience, as_of, now)


def queue_refreshes() -> int:
    """Queue a refresh of every active audience and return their number."""
    keys = Audience.objects.filter(archived_at__isnull=True).values_list("key", flat=True)
    for key in keys:
        defer(REFRESH_JOB, audience_key=key)
    return len(keys)


def _refresh(audience: Audience, as_of: date, now: datetime) -> RefreshRow:
    """Ask the lake before the transaction, then write the difference under the audience's lock."""
    version = audience.version
    saved = AudienceVersion.objects.get(audience=audience, number=version)
    question = Question(as_of, scope_of(audience))
    match = resolve(
        parse(saved.definition).match,
        question.scope,
        within=encode("aud", audience.id),
        name=audience.name,
    )
    found = run(compile_audience(match, with_memberships(match, question)))
    with transaction.atomic():
        Audience.objects.select_for_update().get(key=audience.key)
        entered, left = _write_difference(audience.key, found, now)
        row = AudienceRefresh.objects.create(
            audience=audience,
            version=version,
            as_of=as_of,
            refreshed_at=now,
            members=found.num_rows,
            entered=entered,
            left=left,
        )
    return RefreshRow(version, as_of, row.refreshed_at, row.members, entered, left)


def _write_difference(audience_key: int, found: pa.Table, now: datetime) -> tuple[int, int]:
    temp_table(name=_TEMP, columns={KEY: "bigint"})
    copy_in(table=_TEMP, columns=[KEY], data=found)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {_TEMP}")
        cursor.execute(
            "UPDATE audiences_member m SET left_at = greatest(%(now)s, m.entered_at) "  # noqa: S608 - fragments of our own code
            "WHERE m.audience_key = %(audience)s AND m.left_at IS NULL "
            f"AND NOT EXISTS (SELECT FROM {_TEMP} f WHERE f.{KEY} = m.customer_key)",
            {"now": now, "audience": audience_key},
        )
        left = cursor.rowcount
        cursor.execute(
            f"INSERT INTO audiences_member (audience_key, customer_key, entered_at) "  # noqa: S608 - fragments of our own code
            f"SELECT %(audience)s, f.{KEY}, %(now)s FROM {_TEMP} f "
            "WHERE NOT EXISTS (SELECT FROM audiences_member m WHERE m.left_at IS NULL "
            f"AND m.audience_key = %(audience)s AND m.customer_key = f.{KEY}) ORDER BY 2",
            {"now": now, "audience": audience_key},
        )
        return cursor.rowcount, left
