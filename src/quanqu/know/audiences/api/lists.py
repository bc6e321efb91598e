"""Audiences of lists: snapshots and uploads."""

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.ids import decode
from quanqu.kernel.time import utc_now
from quanqu.know.audiences import facade
from quanqu.know.audiences.api.list_schemas import (
    ListId,
    RejectOut,
    SnapshotIn,
    UploadIn,
    UploadSaveIn,
)
from quanqu.know.audiences.api.schemas import (
    AudienceId,
    AudienceOut,
    ListOut,
    audience_out,
    language_of,
    list_out,
)

router = Router(tags=["audiences"])


@router.post(
    "/audiences/{audience_id}/snapshots", response={201: AudienceOut}, summary="Take a snapshot"
)
@idempotent
def take_snapshot(
    request: HttpRequest, audience_id: Path[AudienceId], body: SnapshotIn
) -> dict[str, Any]:
    """Freeze the members, those of now or of a past day, as an audience of its own."""
    actor = actor_of(request)
    row = facade.take_snapshot(
        actor=actor,
        audience_id=decode("aud", audience_id),
        name=body.name,
        description=body.description,
        on=body.on,
        now=utc_now(),
    )
    return audience_out(row, language_of(actor))


@router.post("/audiences/uploads", response={201: ListOut}, summary="Look up identifiers")
@idempotent
def match_upload(request: HttpRequest, body: UploadIn) -> dict[str, Any]:
    """Look up whom identifiers name; kept for a day until it is saved. No value is stored."""
    row = facade.match_upload(actor=actor_of(request), columns=body.columns, now=utc_now())
    return list_out(row)


@router.get("/audiences/uploads/{list_id}", response=ListOut, summary="Get an upload")
def get_upload(request: HttpRequest, list_id: Path[ListId]) -> dict[str, Any]:
    """One upload: how many it names, and how many rows were left out why."""
    found = facade.get_upload(actor=actor_of(request), list_id=decode("aul", list_id))
    return list_out(found)


@router.get(
    "/audiences/uploads/{list_id}/rejects", response=list[RejectOut], summary="Rows left out"
)
def list_rejects(request: HttpRequest, list_id: Path[ListId]) -> list[dict[str, Any]]:
    """The numbers of the rows left out, with the reason; their values are stored nowhere."""
    found = facade.list_rejects(actor=actor_of(request), list_id=decode("aul", list_id))
    return [{"row": row, "reason": reason} for row, reason in found]


@router.post(
    "/audiences/uploads/{list_id}/audience", response={201: AudienceOut}, summary="Save an upload"
)
@idempotent
def save_upload(request: HttpRequest, list_id: Path[ListId], body: UploadSaveIn) -> dict[str, Any]:
    """Make an audience of it; its members are worked out soon after."""
    actor = actor_of(request)
    row = facade.save_upload(
        actor=actor,
        list_id=decode("aul", list_id),
        name=body.name,
        description=body.description,
        now=utc_now(),
    )
    return audience_out(row, language_of(actor))


@router.delete("/audiences/uploads/{list_id}", response={204: None}, summary="Discard an upload")
def discard_upload(request: HttpRequest, list_id: Path[ListId]) -> None:
    """Throw an upload away that was not saved."""
    facade.discard_upload(actor=actor_of(request), list_id=decode("aul", list_id))
