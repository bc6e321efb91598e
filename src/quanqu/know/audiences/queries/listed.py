"""Who is on a list: the identifiers, and where the list came from."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import pyarrow as pa
from django.db.models import Count

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.db.facade import copy_out
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import decode, encode
from quanqu.know.audiences.contracts import ListKind, ListRow, ListRule
from quanqu.know.audiences.models import AudienceList, AudienceListed

VIEW: Final = "audiences.view"
MANAGE: Final = "audiences.manage"
_SUBJECTS: Final = pa.schema([("subject_key", pa.int64())])


def listed_subjects(rule: ListRule) -> pa.Table:
    """Return the identifiers on a list: one column of keys, in order."""
    query = (
        "SELECT d.subject_key FROM audiences_listed d JOIN audiences_list l ON l.key = d.list_key "
        "WHERE l.id = %s ORDER BY 1"
    )
    return copy_out(query=query, schema=_SUBJECTS, params=[str(decode("aul", rule.list))])


def get_upload(*, actor: Actor, list_id: UUID) -> ListRow:
    """Return an upload, also one that is not saved yet. Raises: NotAllowedError, NotFoundError."""
    return list_rows([visible_upload(actor, list_id)])[0]


def list_rejects(*, actor: Actor, list_id: UUID) -> tuple[tuple[int, str], ...]:
    """Return the numbers of the rows of an upload that name nobody, in order, with the reason.

    Raises: NotAllowedError, NotFoundError.
    """
    found = visible_upload(actor, list_id).left_out
    return tuple(sorted((number, reason) for reason, rows in found.items() for number in rows))


def visible_upload(actor: Actor, list_id: UUID) -> AudienceList:
    """Return the row of an upload in the scope of audiences.manage.

    Raises: NotAllowedError, NotFoundError.
    """
    actor.require(MANAGE)
    visible = AudienceList.objects.visible_to(actor.scope(MANAGE))
    found = visible.filter(id=list_id, kind=ListKind.UPLOAD).select_related("audience").first()
    if found is None:
        raise NotFoundError(kind="Upload", ref=encode("aul", list_id))
    return found


def lists_of(audience_keys: Collection[int]) -> dict[int, ListRow]:
    """Return by audience the lists that some of these audiences are."""
    found = AudienceList.objects.filter(audience_id__in=list(audience_keys))
    rows = list(found.select_related("audience", "source"))
    told = zip(rows, list_rows(rows), strict=True)
    return {row.audience_id: made for row, made in told if row.audience_id is not None}


def list_rows(rows: Collection[AudienceList]) -> list[ListRow]:
    """Turn table rows into contracts: one query, whatever their number."""
    listed = AudienceListed.objects.filter(list__in=[row.key for row in rows]).values("list_id")
    counts = (
        dict(listed.annotate(n=Count("subject_key")).values_list("list_id", "n")) if rows else {}
    )
    return [
        ListRow(
            id=row.id,
            kind=ListKind(row.kind),
            listed=counts.get(row.key, 0),
            made_by=row.made_by,
            made_at=row.made_at,
            audience_id=row.audience.id if row.audience else None,
            source_id=row.source.id if row.source else None,
            source_name=row.source.name if row.source else "",
            source_version=row.source_version,
            taken_on=row.taken_on,
            read=row.read,
            columns=tuple(row.columns),
            left_out={reason: len(found) for reason, found in row.left_out.items()},
        )
        for row in rows
    ]


def list_sources(*, actor: Actor, list_ids: Collection[UUID]) -> tuple[ListRow, ...]:
    """Return where saved lists came from, as far as the actor sees them.

    Raises: NotAllowedError.
    """
    actor.require(VIEW)
    visible = AudienceList.objects.visible_to(actor.scope(VIEW))
    found = visible.filter(id__in=list(list_ids), audience__isnull=False)
    return tuple(list_rows(list(found.select_related("audience", "source"))))
