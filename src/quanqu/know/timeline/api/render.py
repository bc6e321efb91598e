"""Contracts of the timeline as the API shows them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from quanqu.infra.auth.contracts import Actor
from quanqu.infra.http.facade import MoneyOut, money_out
from quanqu.kernel import ids
from quanqu.kernel.money import Money
from quanqu.know.customers import facade as customers
from quanqu.know.org import facade as org
from quanqu.know.timeline.api.schemas import (
    EventOut,
    PlannedEventOut,
    PlanOut,
)
from quanqu.know.timeline.api.source_schemas import SourceOut
from quanqu.know.timeline.contracts import EventRow, PlannedEvent, SourceInfo, TrackingPlan


def events_out(actor: Actor, rows: Sequence[EventRow]) -> list[EventOut]:
    """Show events, with the customers the caller may see."""
    places = place_ids(row.place_key for row in rows)
    subjects = {row.subject_key for row in rows if row.subject_key is not None}
    found: Mapping[int, Any] = {}
    if subjects and actor.can("customers.view"):
        found = customers.customers_by_subject(actor=actor, subject_keys=subjects)
    owners = {subject: ids.encode("cus", row.id) for subject, row in found.items()}
    return [_event_out(row, places, owners) for row in rows]


def source_out(source: SourceInfo) -> SourceOut:
    """Show a source."""
    return sources_out([source])[0]


def sources_out(sources: Sequence[SourceInfo]) -> list[SourceOut]:
    """Show sources, with the places they are at."""
    places = place_ids(source.place_key for source in sources)
    return [
        SourceOut.model_validate(asdict(source) | {"place_id": places.get(source.place_key or 0)})
        for source in sources
    ]


def plan_out(plan: TrackingPlan) -> PlanOut:
    """Show the tracking plan in the order of the names."""
    events = [planned_out(plan.events[name]) for name in sorted(plan.events)]
    return PlanOut(on_unplanned=plan.on_unplanned, events=events)


def planned_out(event: PlannedEvent) -> PlannedEventOut:
    """Show a planned event."""
    return PlannedEventOut.model_validate(asdict(event))


def place_ids(keys: Iterable[int | None]) -> dict[int, str]:
    """Return the outside ids of places by key."""
    wanted = {key for key in keys if key is not None}
    found = org.places_by_key(keys=wanted) if wanted else {}
    return {key: place.id for key, place in found.items()}


def _event_out(row: EventRow, places: Mapping[int, str], owners: Mapping[int, str]) -> EventOut:
    told = {name: getattr(row, name) for name in _SAME}
    return EventOut.model_validate(
        told
        | {
            "customer_id": owners.get(row.subject_key or 0),
            "place_id": places.get(row.place_key or 0),
            "revenue": _revenue(row),
            "properties": json.loads(row.properties),
            "context": json.loads(row.context),
        }
    )


def _revenue(row: EventRow) -> MoneyOut | None:
    if row.revenue_minor is None or not row.currency:
        return None
    return money_out(Money(row.revenue_minor, row.currency))


_SAME = frozenset(EventOut.model_fields) - {
    "customer_id", "place_id", "revenue", "properties", "context",
}  # fmt: skip
