"""Sources and the tracking plan by API."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, PageParams, cursor_page, idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.org import facade as org
from quanqu.know.timeline import facade
from quanqu.know.timeline.api.render import plan_out, planned_out, source_out, sources_out
from quanqu.know.timeline.api.schemas import (
    IssuedOut,
    PlanChange,
    PlannedEventIn,
    PlannedEventOut,
    PlanOut,
    RotationIn,
    SourceChangeIn,
    SourceIn,
    SourceOut,
)
from quanqu.know.timeline.contracts import (
    PlannedEvent,
    PlannedProperty,
    SourceChange,
    SourceDraft,
)

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
    """Rename a source, change who may send and how fast, switch it off and on."""
    change = SourceChange(
        name=body.name,
        allowed_origins=None if body.allowed_origins is None else tuple(body.allowed_origins),
        rate_limit=body.rate_limit,
        is_enabled=body.is_enabled,
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


@router.get("/tracking-plan", response=PlanOut, summary="The tracking plan")
def get_plan(request: HttpRequest) -> PlanOut:
    """Return every expected event with its properties."""
    return plan_out(facade.get_plan(actor=actor_of(request)))


@router.patch("/tracking-plan", response=PlanOut, summary="Change the tracking plan")
def patch_plan(request: HttpRequest, body: PlanChange) -> PlanOut:
    """Let events through that are not in the plan, or block them."""
    actor = actor_of(request)
    facade.set_unplanned_rule(actor=actor, is_blocked=body.is_unplanned_blocked, now=utc_now())
    return plan_out(facade.get_plan(actor=actor))


@router.get("/tracking-plan/events/{name}", response=PlannedEventOut, summary="A planned event")
def get_planned_event(request: HttpRequest, name: str) -> PlannedEventOut:
    """Return an expected event."""
    return planned_out(facade.get_planned_event(actor=actor_of(request), name=name))


@router.put("/tracking-plan/events/{name}", response=PlannedEventOut, summary="Plan an event")
@idempotent
def put_planned_event(request: HttpRequest, name: str, body: PlannedEventIn) -> PlannedEventOut:
    """Say what to expect of an event, in place of what was said before."""
    properties = tuple(
        PlannedProperty(each.name, each.type, each.is_required, tuple(each.enum), each.pii)
        for each in body.properties
    )
    event = PlannedEvent(name, body.description, body.owner, properties, body.on_violation)
    made = facade.put_planned_event(actor=actor_of(request), event=event, now=utc_now())
    return planned_out(made)


@router.delete("/tracking-plan/events/{name}", response={204: None}, summary="Unplan an event")
def delete_planned_event(request: HttpRequest, name: str) -> Status[None]:
    """Take an event out of the plan."""
    facade.remove_planned_event(actor=actor_of(request), name=name, now=utc_now())
    return Status(204, None)


@router.post(
    "/tracking-plan/events/{name}/reset", response=PlannedEventOut, summary="Back to shipped"
)
def post_reset(request: HttpRequest, name: str) -> PlannedEventOut:
    """Go back to the shipped form of an event."""
    actor = actor_of(request)
    return planned_out(facade.restore_shipped_event(actor=actor, name=name, now=utc_now()))
