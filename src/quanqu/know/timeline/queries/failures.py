"""Reads of failed events and of violations of the tracking plan."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.crypto import facade as crypto
from quanqu.kernel import ids
from quanqu.kernel.paging import (
    MalformedCursorError,
    Page,
    decode_cursor,
    decode_key,
    encode_cursor,
)
from quanqu.know.timeline.contracts import (
    EventNotFoundError,
    FailedEventDetail,
    FailedEventRow,
    FailedFilters,
    FailureCode,
    ViolationFilters,
    ViolationKind,
    ViolationRow,
)
from quanqu.know.timeline.models import FailedEvent, PlanViolation
from quanqu.know.timeline.queries.sources import visible_source_codes
from quanqu.know.timeline.rules.protect import PURPOSE
from quanqu.know.timeline.rules.scrub import scrubbed_json


def list_failed_events(
    *, actor: Actor, filters: FailedFilters, cursor: str | None = None, limit: int = 50
) -> Page[FailedEventRow]:
    """Return a page of the failed events of the sources the actor may see, the newest first."""
    actor.require("timeline.view")
    found, codes = failed_events(actor, "timeline.view", filters)
    if cursor:
        found = found.filter(key__lt=decode_key(cursor))
    rows = list(found.order_by("-key")[: limit + 1])
    items = tuple(_failed_row(row, codes[row.source_key]) for row in rows[:limit])
    return Page(items, encode_cursor([rows[limit - 1].key]) if len(rows) > limit else None)


def count_failed_events(*, actor: Actor, filters: FailedFilters) -> int:
    """Return how many failed events of the actor's scope the filters leave."""
    actor.require("timeline.view")
    return failed_events(actor, "timeline.view", filters)[0].count()


def get_failed_event(*, actor: Actor, failed_id: str) -> FailedEventDetail:
    """Return a failed event of a source the actor may see, its payload without personal data.

    Raises: NotAllowedError, EventNotFoundError, MalformedIdError.
    """
    actor.require("timeline.view")
    found, codes = failed_events(actor, "timeline.view", FailedFilters(ids=(failed_id,)))
    row = found.first()
    if row is None:
        raise EventNotFoundError(ref=failed_id)
    payload = crypto.decrypt(bytes(row.payload), purpose=PURPOSE)
    return FailedEventDetail(_failed_row(row, codes[row.source_key]), scrubbed_json(payload))


def failed_events(
    actor: Actor, permission: str, filters: FailedFilters
) -> tuple[QuerySet[FailedEvent], dict[int, str]]:
    """Return the failed events where the actor has the right, and their sources' codes by key."""
    codes = visible_source_codes(actor.scope(permission))
    wanted = [key for key, code in codes.items() if not filters.sources or code in filters.sources]
    found = FailedEvent.objects.filter(source_key__in=wanted)
    if filters.events:
        found = found.filter(event__in=filters.events)
    if filters.codes:
        found = found.filter(code__in=[code.value for code in filters.codes])
    if filters.ids:
        found = found.filter(id__in=[ids.decode("evt", text) for text in filters.ids])
    return found, codes


def list_violations(
    *, actor: Actor, filters: ViolationFilters, cursor: str | None = None, limit: int = 50
) -> Page[ViolationRow]:
    """Return a page of the counted violations of the sources the actor may see, by day."""
    actor.require("timeline.view")
    codes = visible_source_codes(actor.scope("timeline.view"))
    wanted = [key for key, code in codes.items() if not filters.sources or code in filters.sources]
    found = PlanViolation.objects.filter(source_key__in=wanted)
    if filters.events:
        found = found.filter(event__in=filters.events)
    order = ("-day", "source_key", "event", "property", "kind")
    if cursor:
        found = found.filter(_after(cursor))
    rows = list(found.order_by(*order)[: limit + 1])
    items = tuple(_violation_row(row, codes[row.source_key]) for row in rows[:limit])
    if len(rows) <= limit:
        return Page(items)
    last = rows[limit - 1]
    return Page(
        items,
        encode_cursor(
            [str(last.day), last.source_key, last.event, last.property, last.kind],
        ),
    )


def outside_id(value: UUID) -> str:
    """Return the outside form of a failed event's id."""
    return ids.encode("evt", value)


def _after(cursor: str) -> Q:
    told, source_key, event, name, kind = decode_cursor(cursor, length=5)
    try:
        day = date.fromisoformat(str(told))
        source_key = int(str(source_key))
    except ValueError:
        raise MalformedCursorError(text=cursor) from None
    same_day = Q(day=day)
    same_event = same_day & Q(source_key=source_key, event=event)
    return (
        Q(day__lt=day)
        | same_day & Q(source_key__gt=source_key)
        | same_day & Q(source_key=source_key, event__gt=event)
        | same_event & Q(property__gt=name)
        | same_event & Q(property=name, kind__gt=kind)
    )


def _failed_row(row: FailedEvent, source: str) -> FailedEventRow:
    return FailedEventRow(
        id=outside_id(row.id),
        source=source,
        message_id=row.message_id,
        event=row.event,
        code=FailureCode(row.code),
        reason=row.reason,
        received_at=row.received_at,
        is_replaying=row.replayed_at is not None,
    )


def _violation_row(row: PlanViolation, source: str) -> ViolationRow:
    return ViolationRow(
        source=source,
        event=row.event,
        property=row.property,
        kind=ViolationKind(row.kind),
        day=row.day,
        count=row.count,
        last_seen_at=row.last_seen_at,
        samples=tuple(row.samples),
    )
