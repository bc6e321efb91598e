"""Make audiences of lists: snapshots of other audiences, and uploads of identifiers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_in
from quanqu.kernel.ids import encode
from quanqu.know.audiences.actions.saving import MANAGE, clean_name, create_audience
from quanqu.know.audiences.contracts import (
    MOST_UPLOADED,
    UPLOAD_TYPES,
    AudienceRow,
    EmptyListError,
    ListKind,
    ListRow,
    ListSavedError,
    SnapshotDayError,
    UploadColumnError,
    UploadLimitError,
)
from quanqu.know.audiences.models import Audience, AudienceList, AudienceListed
from quanqu.know.audiences.queries.history import known_since
from quanqu.know.audiences.queries.listed import list_rows, visible_upload
from quanqu.know.audiences.queries.saved import day_ends, make_rows, visible_audience
from quanqu.know.audiences.rules.uploads import NOBODY, Column, read_rows
from quanqu.know.customers.facade import match_identifiers

DRAFTS_KEPT: Final = timedelta(days=1)


def take_snapshot(
    *,
    actor: Actor,
    audience_id: UUID,
    name: str,
    now: datetime,
    on: date | None = None,
    description: str = "",
) -> AudienceRow:
    """Freeze the members of an audience under a name of their own: those of the last refresh, or
    those who were in it at any time of the UTC day `on`.

    It is made over the scope of the audience it is taken of.
    Raises: NotAllowedError, NotFoundError, AudienceNameError, SnapshotDayError, EmptyListError.
    """
    source = visible_audience(actor, audience_id, MANAGE)
    clean_name(name)
    since, today = known_since(source.key), now.astimezone(UTC).date()
    if since is None:
        raise EmptyListError
    if on is not None and not since <= on <= today:
        raise SnapshotDayError(since=since.isoformat(), today=today.isoformat())
    with transaction.atomic():
        made = AudienceList.objects.create(
            kind=ListKind.SNAPSHOT,
            places=source.places,
            source=source,
            source_version=source.version,
            taken_on=on,
            made_by=actor.name,
            made_at=now,
        )
        if not _copy_members(made, source, on):
            raise EmptyListError
        return _save(actor, made, name, description, now)


def match_upload(
    *,
    actor: Actor,
    columns: Mapping[str, Sequence[str | None]],
    now: datetime,
    rows: Sequence[int] | None = None,
) -> ListRow:
    """Look up whom the rows of an upload name, and keep that as a draft until it is saved; drafts
    of a day ago go by themselves.

    Shapes: a column of values for each type of UPLOAD_TYPES that is given, all of one length, at
    most MOST_UPLOADED; `rows` are the numbers of the rows in their file (default: 1, 2, 3 …).
    Only customers that the actor sees, within the scope of audiences.manage, are found.  No value
    is stored: the identifiers' keys are, and the numbers of rows that name nobody.
    Raises: NotAllowedError, UploadColumnError, UploadLimitError.
    """
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    count = _check(columns, rows)
    found = {type_: _matched(actor, type_, values) for type_, values in columns.items()}
    read = read_rows(found, count)
    numbers = list(rows) if rows is not None else list(range(1, count + 1))
    with transaction.atomic():
        made = AudienceList.objects.create(
            kind=ListKind.UPLOAD,
            places=None if scope.everything else sorted(scope.places),
            read=count,
            columns=[type_ for type_ in UPLOAD_TYPES if type_ in columns],
            left_out={
                reason: [numbers[at] for at in places] for reason, places in read.left_out.items()
            },
            made_by=actor.name,
            made_at=now,
        )
        copy_in(
            table="audiences_listed",
            columns=["list_key", "subject_key"],
            data=pa.table(
                {
                    "list_key": np.full(len(read.subjects), made.key),
                    "subject_key": read.subjects,
                }
            ),
        )
    return list_rows([made])[0]


def save_upload(
    *, actor: Actor, list_id: UUID, name: str, now: datetime, description: str = ""
) -> AudienceRow:
    """Make an audience of an upload; its members are worked out soon after.

    Locks: the list.  Raises: NotAllowedError, NotFoundError, AudienceNameError, EmptyListError,
    ListSavedError.
    """
    clean_name(name)
    with transaction.atomic():
        made = _lock_draft(actor, list_id)
        if not AudienceListed.objects.filter(list=made).exists():
            raise EmptyListError
        return _save(actor, made, name, description, now)


def discard_upload(*, actor: Actor, list_id: UUID) -> None:
    """Throw an upload away that was not saved.

    Locks: the list.  Raises: NotAllowedError, NotFoundError, ListSavedError.
    """
    with transaction.atomic():
        _drop([_lock_draft(actor, list_id).key])


def drop_drafts(*, now: datetime) -> int:
    """Throw away the uploads that nobody saved within a day, and return how many there were."""
    with transaction.atomic():
        old = AudienceList.objects.select_for_update(skip_locked=True)
        found = old.filter(audience__isnull=True, made_at__lt=now - DRAFTS_KEPT)
        keys = list(found.values_list("key", flat=True))
        _drop(keys)
    return len(keys)


def _check(columns: Mapping[str, Sequence[str | None]], rows: Sequence[int] | None) -> int:
    lengths = {len(values) for values in columns.values()}
    lengths |= {len(rows)} if rows is not None else set()
    if len(lengths) != 1 or set(columns) - set(UPLOAD_TYPES):
        raise UploadColumnError(types=", ".join(UPLOAD_TYPES))
    (count,) = lengths
    if count > MOST_UPLOADED:
        raise UploadLimitError(most=MOST_UPLOADED)
    return count


def _matched(actor: Actor, type_: str, values: Sequence[str | None]) -> Column:
    found = match_identifiers(
        actor=actor,
        type_=type_,
        values=pa.array(values, pa.string()),
        within=actor.scope(MANAGE),
    )
    return Column(
        found["subject_key"].fill_null(NOBODY).to_numpy(),
        found["customer_key"].fill_null(NOBODY).to_numpy(),
        found["reason"].to_pylist(),
    )


def _copy_members(made: AudienceList, source: Audience, on: date | None) -> int:
    """Put the members' keys on the list: a customer's key is that of its oldest identifier, which
    stays with whoever the customer becomes."""
    if on is None:
        stays = "left_at IS NULL"
        days: list[datetime] = []
    else:
        stays = "entered_at <= %s AND (left_at IS NULL OR left_at > %s)"
        begin, end = day_ends(on)
        days = [end, begin]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audiences_listed (list_key, subject_key) "  # noqa: S608 - fragments of our own code
            "SELECT DISTINCT %s::bigint, customer_key FROM audiences_member "
            f"WHERE audience_key = %s AND {stays}",
            [made.key, source.key, *days],
        )
        return int(cursor.rowcount)


def _save(
    actor: Actor, made: AudienceList, name: str, description: str, now: datetime
) -> AudienceRow:
    rules = {"version": 2, "match": {"kind": "listed", "list": encode("aul", made.id)}}
    audience = create_audience(
        actor=actor,
        name=name,
        description=description,
        rules=rules,
        places=made.places,
        now=now,
    )
    made.audience = audience
    made.save()
    row = make_rows([audience])[0]
    after = {"kind": made.kind, "listed": row.list.listed if row.list else 0}
    if made.source is not None:
        after["source"] = encode("aud", made.source.id)
    record(
        actor=actor,
        action="audiences.save_list",
        subject=encode("aud", audience.id),
        after=after,
        now=now,
    )
    return row


def _lock_draft(actor: Actor, list_id: UUID) -> AudienceList:
    found = visible_upload(actor, list_id)
    locked = AudienceList.objects.select_for_update().filter(key=found.key).first()
    if locked is None or locked.audience_id is not None:
        raise ListSavedError
    return locked


def _drop(keys: list[int]) -> None:
    AudienceListed.objects.filter(list__in=keys).delete()
    AudienceList.objects.filter(key__in=keys).delete()
