"""Exports that need a second person: ask, decide, fetch once."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.saved import file_response
from quanqu.know.audiences.api.schemas import AudienceId
from quanqu.know.audiences.contracts import ContactUse, ExportRequestRow
from quanqu.know.consent.contracts import Channel, Purpose

router = Router(tags=["audiences"])

RequestId = Annotated[str, Field(max_length=40)]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class ExportAskIn(Schema):
    """What is to be handed out, for what, and why; `hashed` is for ads by itself."""

    format: Literal["csv", "xlsx", "parquet", "hashed"] = "csv"
    purpose: Purpose | None = None
    channel: Channel | None = None
    reason: Reason


class ExportRefuseIn(Schema):
    """Why it is refused."""

    reason: Reason


class ExportRequestOut(Schema):
    """A request for an export, who decided, and until when the next step can be taken."""

    id: str
    audience: str
    audience_name: str
    format: str
    purpose: str
    channel: str
    people: int
    reason: str
    is_mine: bool
    asked_by: str
    asked_at: str
    state: str
    decided_by: str
    decided_at: str | None
    note: str
    until: str
    fetched_at: str | None


class ExportPolicyOut(Schema):
    """How many people one person may hand out alone, in clear or hashed."""

    most_alone: Annotated[int, Field(ge=0, le=1_000_000)]


@router.post(
    "/audiences/{audience_id}/export-requests",
    response={201: ExportRequestOut},
    summary="Ask for an export",
)
@idempotent
def ask_export(
    request: HttpRequest, audience_id: Path[AudienceId], body: ExportAskIn
) -> dict[str, Any]:
    """Ask for contacts in clear, or hashed, of more people than one person may hand out alone."""
    use = ContactUse(body.purpose, body.channel) if body.purpose and body.channel else None
    row = facade.ask_export(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        format_=body.format,
        use=use,
        reason=body.reason,
        now=utc_now(),
    )
    return request_out(row)


@router.get(
    "/audiences/export-requests", response=PageOut[ExportRequestOut], summary="Export requests"
)
def list_export_requests(request: HttpRequest, page: Query[PageParams]) -> dict[str, object]:
    """The requests about audiences in scope, newest first."""
    found = facade.list_export_requests(
        actor=actor_of(request), now=utc_now(), cursor=page.cursor, limit=page.limit
    )
    return cursor_page(request, found, request_out)


@router.get("/audiences/export-policy", response=ExportPolicyOut, summary="Who may export alone")
def get_export_policy(request: HttpRequest) -> dict[str, int]:
    """How many people one person may hand out alone."""
    actor_of(request).require("customers.export")
    return {"most_alone": facade.most_alone()}


@router.put("/audiences/export-policy", response=ExportPolicyOut, summary="Set who exports alone")
def set_export_policy(request: HttpRequest, body: ExportPolicyOut) -> dict[str, int]:
    """Say how many people one person may hand out alone; for whoever manages the whole group."""
    most = facade.set_export_policy(
        actor=actor_of(request), most_alone=body.most_alone, now=utc_now()
    )
    return {"most_alone": most}


@router.get(
    "/audiences/export-requests/{export_id}", response=ExportRequestOut, summary="Get a request"
)
def get_export_request(request: HttpRequest, export_id: Path[RequestId]) -> dict[str, Any]:
    """One request."""
    row = facade.get_export_request(
        actor=actor_of(request), request_id=decode("axr", export_id), now=utc_now()
    )
    return request_out(row)


@router.post(
    "/audiences/export-requests/{export_id}/approval", response=ExportRequestOut, summary="Approve"
)
def approve_export(request: HttpRequest, export_id: Path[RequestId]) -> dict[str, Any]:
    """Let it go out: whoever asked can fetch it once within 24 hours."""
    row = facade.approve_export(
        actor=actor_of(request), request_id=decode("axr", export_id), now=utc_now()
    )
    return request_out(row)


@router.post(
    "/audiences/export-requests/{export_id}/refusal", response=ExportRequestOut, summary="Refuse"
)
def refuse_export(
    request: HttpRequest, export_id: Path[RequestId], body: ExportRefuseIn
) -> dict[str, Any]:
    """Refuse it and say why."""
    row = facade.refuse_export(
        actor=actor_of(request),
        request_id=decode("axr", export_id),
        reason=body.reason,
        now=utc_now(),
    )
    return request_out(row)


@router.post(
    "/audiences/export-requests/{export_id}/withdrawal",
    response=ExportRequestOut,
    summary="Take a request back",
)
def withdraw_export(request: HttpRequest, export_id: Path[RequestId]) -> dict[str, Any]:
    """Take one's own request back."""
    row = facade.withdraw_export(
        actor=actor_of(request), request_id=decode("axr", export_id), now=utc_now()
    )
    return request_out(row)


@router.post("/audiences/export-requests/{export_id}/file", summary="Fetch the file")
def fetch_export(request: HttpRequest, export_id: Path[RequestId]) -> HttpResponse:
    """The file of one's own approved request, once; who withdrew consent meanwhile is left out."""
    made = facade.fetch_export(
        actor=actor_of(request), request_id=decode("axr", export_id), now=utc_now()
    )
    return file_response(made)


def request_out(row: ExportRequestRow) -> dict[str, Any]:
    """Return a request as the API writes it."""
    return {
        "id": encode("axr", row.id),
        "audience": encode("aud", row.audience_id),
        "audience_name": row.audience_name,
        "format": row.format,
        "purpose": row.purpose,
        "channel": row.channel,
        "people": row.people,
        "reason": row.reason,
        "is_mine": row.is_mine,
        "asked_by": row.asked_by,
        "asked_at": format_time(row.asked_at),
        "state": row.state.value,
        "decided_by": row.decided_by,
        "decided_at": format_time(row.decided_at) if row.decided_at else None,
        "note": row.note,
        "until": format_time(row.until),
        "fetched_at": format_time(row.fetched_at) if row.fetched_at else None,
    }
