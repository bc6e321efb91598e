"""The tracking plan by API."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import idempotent
from quanqu.kernel.time import utc_now
from quanqu.know.timeline import facade
from quanqu.know.timeline.api.render import plan_out, planned_out
from quanqu.know.timeline.api.schemas import (
    PlanChange,
    PlannedEventIn,
    PlannedEventOut,
    PlanOut,
    SchemaIn,
)
from quanqu.know.timeline.contracts import (
    PlannedEvent,
    PlannedProperty,
)

router = Router(tags=["sources and tracking plan"])


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


@router.get("/tracking-plan/schema", response=dict[str, Any], summary="The plan as JSON Schema")
def get_schema(request: HttpRequest) -> dict[str, Any]:
    """Return the plan as JSON Schema, draft 2020-12; x-owner, x-on-violation, x-pii are ours."""
    return facade.get_plan_schema(actor=actor_of(request))


@router.put("/tracking-plan/schema", response=list[PlannedEventOut], summary="Import a plan")
@idempotent
def put_schema(request: HttpRequest, body: SchemaIn) -> list[PlannedEventOut]:
    """Plan every event of a schema in that form; return those that changed."""
    changed = facade.put_plan(actor=actor_of(request), schema=body.model_dump(), now=utc_now())
    return [planned_out(event) for event in changed]


@router.get("/tracking-plan/proposals/{name}", response=PlannedEventOut, summary="Propose a plan")
def get_proposal(request: HttpRequest, name: str) -> PlannedEventOut:
    """Return what to plan of an event, from what was seen of it."""
    return planned_out(facade.propose_planned_event(actor=actor_of(request), name=name))


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
