"""Saved audiences: rules, members, refreshes and exports."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.ids import decode, encode
from quanqu.kernel.time import format_time, utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.insight_schemas import ChangesQuery, change_filters
from quanqu.know.audiences.api.schemas import (
    AudienceId,
    AudienceIn,
    AudienceOut,
    AudienceQuery,
    ChangeOut,
    CustomerId,
    ExportCheckOut,
    ExportIn,
    MemberOut,
    MembershipOut,
    MembersQuery,
    RefreshIn,
    RefreshOut,
    RenameIn,
    RulesIn,
    UseQuery,
    VersionOut,
    audience_out,
    change_out,
    language_of,
    member_out,
    refresh_out,
)
from quanqu.know.audiences.contracts import AudienceFilters, ContactUse, ExportFile

router = Router(tags=["audiences"])


@router.get("/audiences", response=PageOut[AudienceOut], summary="List audiences")
def list_audiences(
    request: HttpRequest, query: Query[AudienceQuery], page: Query[PageParams]
) -> dict[str, object]:
    """The saved audiences in scope, newest first."""
    actor = actor_of(request)
    found = facade.list_audiences(
        actor=actor,
        filters=AudienceFilters(query.text, query.archived),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, lambda row: audience_out(row, language_of(actor)))


@router.post("/audiences", response={201: AudienceOut}, summary="Save an audience")
@idempotent
def save_audience(request: HttpRequest, body: AudienceIn) -> dict[str, Any]:
    """Save a new audience; its members are worked out soon after."""
    actor = actor_of(request)
    row = facade.save_audience(
        actor=actor,
        name=body.name,
        description=body.description,
        definition=body.definition,
        now=utc_now(),
    )
    return audience_out(row, language_of(actor))


@router.get("/audiences/{audience_id}", response=AudienceOut, summary="Get an audience")
def get_audience(request: HttpRequest, audience_id: Path[AudienceId]) -> dict[str, Any]:
    """One saved audience."""
    actor = actor_of(request)
    row = facade.get_audience(actor=actor, audience_id=decode("aud", audience_id))
    return audience_out(row, language_of(actor))


@router.patch("/audiences/{audience_id}", response=AudienceOut, summary="Rename")
def rename_audience(
    request: HttpRequest, audience_id: Path[AudienceId], body: RenameIn
) -> dict[str, Any]:
    """Give an audience another name or description."""
    actor = actor_of(request)
    row = facade.rename_audience(
        actor=actor,
        audience_id=decode("aud", audience_id),
        name=body.name,
        description=body.description,
        now=utc_now(),
    )
    return audience_out(row, language_of(actor))


@router.get("/audiences/{audience_id}/versions", response=list[VersionOut], summary="Versions")
def list_versions(request: HttpRequest, audience_id: Path[AudienceId]) -> list[dict[str, Any]]:
    """The saved states of the rules, newest first."""
    found = facade.list_versions(actor=actor_of(request), audience_id=decode("aud", audience_id))
    return [
        {
            "version": row.version,
            "definition": facade.dump(definition=row.definition),
            "saved_by": row.saved_by,
            "saved_at": format_time(row.saved_at),
        }
        for row in found
    ]


@router.post("/audiences/{audience_id}/versions", response=AudienceOut, summary="Change the rules")
@idempotent
def change_definition(
    request: HttpRequest, audience_id: Path[AudienceId], body: RulesIn
) -> dict[str, Any]:
    """Save other rules as a new version."""
    actor = actor_of(request)
    row = facade.change_definition(
        actor=actor,
        audience_id=decode("aud", audience_id),
        definition=body.definition,
        now=utc_now(),
    )
    return audience_out(row, language_of(actor))


@router.post("/audiences/{audience_id}/archive", response={204: None}, summary="Archive")
def archive_audience(request: HttpRequest, audience_id: Path[AudienceId]) -> None:
    """Put an audience away; its history stays."""
    audience = decode("aud", audience_id)
    facade.archive_audience(actor=actor_of(request), audience_id=audience, now=utc_now())


@router.post(
    "/audiences/{audience_id}/restoration", response=AudienceOut, summary="Take back from archive"
)
def restore_audience(request: HttpRequest, audience_id: Path[AudienceId]) -> dict[str, Any]:
    """Take an audience back from the archive; its members are worked out soon after."""
    actor = actor_of(request)
    audience = decode("aud", audience_id)
    row = facade.restore_audience(actor=actor, audience_id=audience, now=utc_now())
    return audience_out(row, language_of(actor))


@router.post("/audiences/{audience_id}/refreshes", response=RefreshOut, summary="Refresh")
@idempotent
def refresh_audience(
    request: HttpRequest, audience_id: Path[AudienceId], body: RefreshIn
) -> dict[str, Any]:
    """Work out the members now."""
    actor, now = actor_of(request), utc_now()
    row = facade.refresh_audience(
        actor=actor,
        audience_id=decode("aud", audience_id),
        as_of=body.as_of or facade.find_as_of(actor=actor, today=now.date()),
        now=now,
    )
    return refresh_out(row)


@router.get("/audiences/{audience_id}/refreshes", response=list[RefreshOut], summary="Refreshes")
def list_refreshes(request: HttpRequest, audience_id: Path[AudienceId]) -> list[dict[str, Any]]:
    """The last refreshes, newest first."""
    found = facade.list_refreshes(actor=actor_of(request), audience_id=decode("aud", audience_id))
    return [refresh_out(row) for row in found]


@router.get("/audiences/{audience_id}/members", response=PageOut[MemberOut], summary="Members")
def list_members(
    request: HttpRequest,
    audience_id: Path[AudienceId],
    query: Query[MembersQuery],
    page: Query[PageParams],
) -> dict[str, object]:
    """The members at the last refresh, masked; with `on`, who was in it on that day."""
    found = facade.list_members(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        on=query.on,
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, member_out)


@router.get(
    "/audiences/{audience_id}/changes", response=PageOut[ChangeOut], summary="Who came and left"
)
def list_changes(
    request: HttpRequest,
    audience_id: Path[AudienceId],
    query: Query[ChangesQuery],
    page: Query[PageParams],
) -> dict[str, object]:
    """The feed, oldest first, with the rules that turned; ask again after the last cursor."""
    found = facade.list_changes(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        filters=change_filters(query),
        cursor=page.cursor,
        limit=page.limit,
    )
    return cursor_page(request, found, change_out)


@router.post("/audiences/{audience_id}/exports", summary="Export")
def export_audience(
    request: HttpRequest, audience_id: Path[AudienceId], body: ExportIn
) -> HttpResponse:
    """The members at the last refresh as a file; the audit trail keeps who asked.

    In clear it needs a purpose and a channel: who did not allow that use is left out, and the
    headers `Quanqu-Rows` and `Quanqu-Left-Out` tell how many and why.
    """
    made = facade.export_audience(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        format_=body.format,
        is_clear=body.clear,
        now=utc_now(),
        use=ContactUse(body.purpose, body.channel) if body.purpose and body.channel else None,
    )
    return file_response(made)


def file_response(made: ExportFile) -> HttpResponse:
    """Return a file with how many it holds and who was left out why in its headers."""
    response = HttpResponse(made.content, content_type=made.media_type)
    response["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    response["Quanqu-Rows"] = str(made.rows)
    left_out = ", ".join(f"{reason}={count}" for reason, count in made.left_out.items())
    response["Quanqu-Left-Out"] = left_out
    return response


@router.get(
    "/audiences/{audience_id}/export-check", response=ExportCheckOut, summary="Check an export"
)
def check_export(
    request: HttpRequest, audience_id: Path[AudienceId], query: Query[UseQuery]
) -> dict[str, Any]:
    """How many members at the last refresh allow a use of their contacts, and why others do not."""
    found = facade.check_export(
        actor=actor_of(request),
        audience_id=decode("aud", audience_id),
        use=ContactUse(query.purpose, query.by),
        now=utc_now(),
    )
    return {"allowed": found.allowed, "left_out": dict(found.left_out)}


@router.get(
    "/customers/{customer_id}/audiences", response=list[MembershipOut], summary="Memberships"
)
def list_memberships(request: HttpRequest, customer_id: Path[CustomerId]) -> list[dict[str, Any]]:
    """The stays of a customer in audiences, newest first."""
    found = facade.list_memberships(actor=actor_of(request), customer_id=decode("cus", customer_id))
    return [
        {
            "audience": encode("aud", row.audience_id),
            "name": row.audience_name,
            "entered_at": format_time(row.entered_at),
            "left_at": format_time(row.left_at) if row.left_at else None,
        }
        for row in found
    ]
