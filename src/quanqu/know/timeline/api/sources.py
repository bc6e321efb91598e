"""Sources by API."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade as org
from quanqu.know.timeline import facade
from quanqu.know.timeline.api.render import source_out, sources_out
from quanqu.know.timeline.api.source_schemas import (
    EffectOut,
    EffectParams,
    IntakeIn,
    IssuedOut,
    RotationIn,
    SourceChangeIn,
    SourceIn,
    SourceOut,
)
from quanqu.know.timeline.contracts import IntakeChange, SourceChange, SourceDraft

router = Router(tags=["sources and tracking plan"])


@router.get("/sources", response=PageOut[SourceOut], summary="Sources")
def list_sources(request: HttpRequest, params: Query[PageParams]) -> dict[str, Any]:
    """Return the sources at places the caller may see."""
    page = facade.list_sources(
        actor=actor_of(request), cursor=params.cursor, limit=params.limit, now=utc_now()
    )
    shown = dict(zip((row.key for row in page.items), sources_out(page.items), strict=True))
    return cursor_page(request, page, lambda row: shown[row.key])


@router.post("/sources", response={201: IssuedOut}, summary="Make a source")
@idempotent
def post_source(request: HttpRequest, body: SourceIn) -> Status[IssuedOut]:
    """Make a source with its first write key."""
    actor = actor_of(request)
    place = None
    if body.place_id is not None:
        place = org.get_place(actor=actor, place_id=body.place_id).key
    draft = SourceDraft(
        name=body.name,
        code=body.code,
        place_key=place,
        allowed_origins=tuple(body.allowed_origins),
        rate_limit=body.rate_limit,
        is_simulated=body.is_simulated,
        kind=body.kind,
        intake=facade.intake_with(change=_change(body.intake)),
    )
    issued = facade.create_source(actor=actor, draft=draft, now=utc_now())
    return Status(201, IssuedOut(source=source_out(issued.source), write_key=issued.write_key))


@router.get("/sources/{source_id}", response=SourceOut, summary="One source")
def get_source(request: HttpRequest, source_id: str) -> SourceOut:
    """Return a source."""
    found = facade.get_source(actor=actor_of(request), source_id=source_id, now=utc_now())
    return source_out(found)


@router.patch("/sources/{source_id}", response=SourceOut, summary="Change a source")
def patch_source(request: HttpRequest, source_id: str, body: SourceChangeIn) -> SourceOut:
    """Rename a source, change who may send, how fast and what is let in, switch it off and on."""
    change = SourceChange(
        name=body.name,
        allowed_origins=None if body.allowed_origins is None else tuple(body.allowed_origins),
        rate_limit=body.rate_limit,
        is_enabled=body.is_enabled,
        kind=body.kind,
        intake=_change(body.intake),
    )
    changed = facade.change_source(
        actor=actor_of(request), source_id=source_id, change=change, now=utc_now()
    )
    return source_out(changed)


@router.post("/sources/{source_id}/rotation", response={201: IssuedOut}, summary="New write key")
@idempotent
def post_rotation(request: HttpRequest, source_id: str, body: RotationIn) -> Status[IssuedOut]:
    """Give a source a new write key; the older ones work on for a while."""
    issued = facade.rotate_write_key(
        actor=actor_of(request),
        source_id=source_id,
        overlap=timedelta(seconds=body.overlap_s),
        now=utc_now(),
    )
    return Status(201, IssuedOut(source=source_out(issued.source), write_key=issued.write_key))


@router.get("/sources/{source_id}/effects", response=list[EffectOut], summary="What settings did")
def get_effects(request: HttpRequest, source_id: str, params: Query[EffectParams]) -> list[Any]:
    """Return what the settings of a source left out, marked and refused, by UTC day."""
    found = facade.list_source_effects(
        actor=actor_of(request), source_id=source_id, days=params.days, now=utc_now()
    )
    return list(found)


def _change(told: IntakeIn) -> IntakeChange:
    return IntakeChange(**told.model_dump())
