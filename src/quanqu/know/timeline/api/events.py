"""Events, failed events and violations by API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.auth.facade import actor_of
from quanqu.infra.http.facade import PageOut, cursor_page, idempotent
from quanqu.kernel import ids
from quanqu.kernel.time import Period, utc_now
from quanqu.know.customers import facade as customers
from quanqu.know.org import facade as org
from quanqu.know.timeline import facade
from quanqu.know.timeline.api.render import events_out
from quanqu.know.timeline.api.schemas import (
    CountParams,
    DayCountOut,
    EventChoice,
    EventOut,
    EventParams,
    FailedDetailOut,
    FailedOut,
    FailedParams,
    InboxOut,
    PayloadOut,
    RepairIn,
    RepairOut,
    RepairsIn,
    ReplayIn,
    ReplayOut,
    TailParams,
    ViolationOut,
    ViolationParams,
)
from quanqu.know.timeline.contracts import EventFilters, FailedFilters, RepairStep, ViolationFilters

router = Router(tags=["events"])


@router.get("/events", response=PageOut[EventOut], summary="Events")
def list_events(request: HttpRequest, params: Query[EventParams]) -> dict[str, Any]:
    """Return settled events, the latest to happen first."""
    actor = actor_of(request)
    page = facade.list_events(
        actor=actor, filters=_filters(actor, params), cursor=params.cursor, limit=params.limit
    )
    shown = dict(zip(map(id, page.items), events_out(actor, page.items), strict=True))
    return cursor_page(request, page, lambda row: shown[id(row)])


@router.get("/events/live", response=list[EventOut], summary="Live tail")
def list_recent(request: HttpRequest, params: Query[TailParams]) -> list[EventOut]:
    """Return the events settled last, the newest first."""
    actor = actor_of(request)
    rows = facade.list_recent_events(
        actor=actor, filters=_filters(actor, params), limit=params.limit
    )
    return events_out(actor, rows)


@router.get("/events/counts", response=list[DayCountOut], summary="Events a day")
def list_counts(request: HttpRequest, params: Query[CountParams]) -> list[dict[str, Any]]:
    """Count events by name and UTC day."""
    actor = actor_of(request)
    found = facade.count_by_day(
        actor=actor, filters=_filters(actor, params), period=Period(params.first, params.last)
    )
    return [asdict(row) for row in found]


@router.get("/events/inbox", response=InboxOut, summary="What waits")
def get_inbox(request: HttpRequest) -> dict[str, Any]:
    """Tell how much is accepted and not yet settled."""
    return asdict(facade.inbox_state(actor=actor_of(request), now=utc_now()))


@router.get("/events/failed", response=PageOut[FailedOut], summary="Failed events")
def list_failed(request: HttpRequest, params: Query[FailedParams]) -> dict[str, Any]:
    """Return the events that were refused or blocked, the newest first."""
    filters = FailedFilters(tuple(params.source), tuple(params.event), tuple(params.code))
    page = facade.list_failed_events(
        actor=actor_of(request), filters=filters, cursor=params.cursor, limit=params.limit
    )
    return cursor_page(request, page, asdict)


@router.post("/events/failed/replay", response=ReplayOut, summary="Replay failed events")
@idempotent
def post_replay(request: HttpRequest, body: ReplayIn) -> ReplayOut:
    """Hand failed events in again, after the plan or the rules were mended."""
    filters = FailedFilters(
        tuple(body.sources), tuple(body.events), tuple(body.codes), tuple(body.ids)
    )
    count = facade.replay_failed_events(actor=actor_of(request), filters=filters, now=utc_now())
    return ReplayOut(replayed=count)


@router.post("/events/failed/repairs", response=RepairOut, summary="Mend many failed events")
@idempotent
def post_repairs(request: HttpRequest, body: RepairsIn) -> RepairOut:
    """Mend failed events by steps and hand them in; with `dry_run` tell what would be changed."""
    filters = FailedFilters(tuple(body.sources), tuple(body.events), tuple(body.codes))
    steps = tuple(RepairStep(each.kind, each.name, each.to) for each in body.steps)
    actor = actor_of(request)
    if body.dry_run:
        told = facade.preview_repair(actor=actor, filters=filters, steps=steps)
        return RepairOut(
            count=told.count, changed=told.changed, before=told.before, after=told.after
        )
    count = facade.repair_failed_events(actor=actor, filters=filters, steps=steps, now=utc_now())
    return RepairOut(count=count, changed=count)


@router.get("/events/failed/{failed_id}", response=FailedDetailOut, summary="One failed event")
def get_failed(request: HttpRequest, failed_id: str) -> dict[str, Any]:
    """Return a failed event, its payload without personal data."""
    found = facade.get_failed_event(actor=actor_of(request), failed_id=failed_id)
    return {**asdict(found.row), "payload": found.payload}


@router.post(
    "/events/failed/{failed_id}/repair", response={204: None}, summary="Mend a failed event"
)
def post_repair(request: HttpRequest, failed_id: str, body: RepairIn) -> Status[None]:
    """Hand a failed event in with another payload."""
    facade.repair_failed_event(
        actor=actor_of(request), failed_id=failed_id, payload=body.payload, now=utc_now()
    )
    return Status(204, None)


@router.post("/events/failed/{failed_id}/reveal", response=PayloadOut, summary="See a failed event")
def post_reveal(request: HttpRequest, failed_id: str) -> PayloadOut:
    """Return a failed event as it came, personal data included; the look is noted."""
    payload = facade.reveal_failed_event(
        actor=actor_of(request), failed_id=failed_id, now=utc_now()
    )
    return PayloadOut(id=failed_id, payload=payload)


@router.get("/events/violations", response=PageOut[ViolationOut], summary="Violations of the plan")
def list_violations(request: HttpRequest, params: Query[ViolationParams]) -> dict[str, Any]:
    """Return the counted violations of the tracking plan, the latest day first."""
    page = facade.list_violations(
        actor=actor_of(request),
        filters=ViolationFilters(tuple(params.source), tuple(params.event)),
        cursor=params.cursor,
        limit=params.limit,
    )
    return cursor_page(request, page, asdict)


@router.get("/events/{message_id}", response=EventOut, summary="One event")
def get_event(request: HttpRequest, message_id: str, source: str = "") -> EventOut:
    """Return an event by its message id, as soon as it is accepted."""
    actor = actor_of(request)
    row = facade.get_event(actor=actor, message_id=message_id, source=source)
    return events_out(actor, [row])[0]


def _filters(actor: Actor, choice: EventChoice) -> EventFilters:
    return EventFilters(
        subject_keys=_subjects(actor, choice.customer_id),
        events=tuple(choice.event),
        types=tuple(kind.value for kind in choice.type),
        sources=tuple(choice.source),
        channels=tuple(choice.channel),
        places=tuple(org.get_place(actor=actor, place_id=each).key for each in choice.place_id),
        since=choice.since,
        until=choice.until,
        order_ref=choice.order_ref,
        message_id=choice.message_id,
    )


def _subjects(actor: Actor, customer_id: str | None) -> tuple[int, ...] | None:
    if customer_id is None:
        return None
    found: UUID = ids.decode("cus", customer_id)
    return customers.get_customer(actor=actor, customer_id=found).subject_keys
