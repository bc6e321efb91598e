"""The audit trail by API."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.audit.contracts import AuditEntry, AuditFilters
from quanqu.infra.audit.facade import list_entries
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page

router = Router(tags=["audit"])


class AuditParams(PageParams):
    """Narrow the trail."""

    subject: Annotated[str | None, Field(None, max_length=100, description="The thing changed.")]
    actor_id: Annotated[str | None, Field(None, max_length=100, description="Who changed it.")]
    action: Annotated[str | None, Field(None, max_length=100, description="Such as org.add_unit.")]
    since: Annotated[AwareDatetime | None, Field(None, description="From when on, included.")]
    until: Annotated[AwareDatetime | None, Field(None, description="Until when, not included.")]


class AuditEntryOut(Schema):
    """One change: who, when, what, and the changed fields before and after."""

    at: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str


@router.get("/audit", response=PageOut[AuditEntryOut], summary="The audit trail")
def list_audit(request: HttpRequest, params: Query[AuditParams]) -> dict[str, Any]:
    """Return changes, newest first: everybody's to those who may see all, else one's own."""
    page = list_entries(
        actor=actor_of(request),
        filters=AuditFilters(
            params.subject,
            params.actor_id,
            params.action,
            since=params.since,
            until=params.until,
        ),
        cursor=params.cursor,
        limit=params.limit,
    )
    return cursor_page(request, page, _shown)


def _shown(entry: AuditEntry) -> AuditEntryOut:
    return AuditEntryOut.model_validate(asdict(entry))
