"""Requests for exports, and how many people one person may hand out alone."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.errors import NotFoundError
from quanqu.kernel.ids import encode
from quanqu.kernel.paging import Page, encode_cursor
from quanqu.know.audiences.contracts import MOST_ALONE, ExportRequestRow, ExportState
from quanqu.know.audiences.models import Audience, AudienceExport, AudienceExportPolicy
from quanqu.know.audiences.queries.saved import cursor_number

EXPORT: Final = "customers.export"
_ENDING: Final = (ExportState.WAITING, ExportState.APPROVED)


def list_export_requests(
    *, actor: Actor, now: datetime, cursor: str | None = None, limit: int = 50
) -> Page[ExportRequestRow]:
    """Return a page of the requests about audiences in scope, newest first.

    Raises: NotAllowedError.
    """
    found = _visible(actor).order_by("-key")
    if cursor:
        found = found.filter(key__lt=cursor_number(cursor))
    rows = list(found[: limit + 1])
    items = tuple(request_row(row, actor, now) for row in rows[:limit])
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def count_waiting_exports(*, actor: Actor, now: datetime) -> int:
    """Return how many requests of others wait for a decision. Raises: NotAllowedError."""
    waiting = _visible(actor).filter(state=ExportState.WAITING, until__gt=now)
    return waiting.exclude(asked_by=actor.id).count()


def get_export_request(*, actor: Actor, request_id: UUID, now: datetime) -> ExportRequestRow:
    """Return a request. Raises: NotAllowedError, NotFoundError."""
    return request_row(visible_request(actor, request_id), actor, now)


def most_alone() -> int:
    """Return how many people one person may hand out alone, in clear or hashed."""
    row = AudienceExportPolicy.objects.filter(key=1).first()
    return row.most_alone if row else MOST_ALONE


def visible_request(actor: Actor, request_id: UUID) -> AudienceExport:
    """Return the row of a request about an audience in scope.

    Raises: NotAllowedError, NotFoundError.
    """
    found = _visible(actor).filter(id=request_id).first()
    if found is None:
        raise NotFoundError(kind="Export request", ref=encode("axr", request_id))
    return found


def state_of(row: AudienceExport, now: datetime) -> ExportState:
    """Return the state of a request at a time: what waits too long is expired."""
    state = ExportState(row.state)
    return ExportState.EXPIRED if state in _ENDING and row.until <= now else state


def request_row(row: AudienceExport, actor: Actor, now: datetime) -> ExportRequestRow:
    """Turn a table row into a contract."""
    return ExportRequestRow(
        id=row.id,
        audience_id=row.audience.id,
        audience_name=row.audience.name,
        format=row.format,
        purpose=row.purpose,
        channel=row.channel,
        people=row.people,
        reason=row.reason,
        is_mine=row.asked_by == actor.id,
        asked_by=row.asked_name,
        asked_at=row.asked_at,
        state=state_of(row, now),
        decided_by=row.decided_name,
        decided_at=row.decided_at,
        note=row.note,
        until=row.until,
        fetched_at=row.fetched_at,
    )


def _visible(actor: Actor) -> QuerySet[AudienceExport]:
    actor.require(EXPORT)
    visible = Audience.objects.visible_to(actor.scope(EXPORT))
    return AudienceExport.objects.filter(audience__in=visible).select_related("audience")
