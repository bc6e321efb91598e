"""Reads of events: from the lake, and from the inbox what is accepted and not yet there."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from quanqu.infra.auth.contracts import Actor, Scope
from quanqu.infra.lake import facade as lake
from quanqu.kernel.paging import MalformedCursorError, Page, decode_cursor, encode_cursor
from quanqu.kernel.time import Period
from quanqu.know.timeline.contracts import (
    DayCount,
    EventFilters,
    EventNotFoundError,
    EventRow,
    EventState,
)
from quanqu.know.timeline.models import SeenEvent, SettlementRecord, Source
from quanqu.know.timeline.publish import TABLE
from quanqu.know.timeline.queries.accepted import find_accepted
from quanqu.know.timeline.rules.columns import ROUND_BITS
from quanqu.know.timeline.rules.drafts import fingerprint

_RECENT_ROUNDS: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def list_events(
    *, actor: Actor, filters: EventFilters, cursor: str | None = None, limit: int = 50
) -> Page[EventRow]:
    """Return a page of the settled events the actor may see, the latest to happen first."""
    events = _filtered(actor, filters)
    if cursor:
        at, key = _position(cursor)
        before = (events.occurred_at == ibis.literal(at)) & (events.event_key < key)
        events = events.filter((events.occurred_at < ibis.literal(at)) | before)
    order = [events.occurred_at.desc(), events.event_key.desc()]
    rows = _rows(events.order_by(order).limit(limit + 1))
    if len(rows) <= limit:
        return Page(tuple(rows))
    last = rows[limit - 1]
    at_us = (last.occurred_at - _EPOCH) // _MICROSECOND
    return Page(tuple(rows[:limit]), encode_cursor([at_us, last.event_key]))


def count_events(*, actor: Actor, filters: EventFilters) -> int:
    """Return how many settled events of the actor's scope the filters leave."""
    counted = _filtered(actor, filters).aggregate(count=lambda events: events.count())
    return int(lake.run(counted)["count"][0].as_py())


def list_recent_events(
    *, actor: Actor, filters: EventFilters, limit: int = 50
) -> tuple[EventRow, ...]:
    """Return the events settled last, the newest first: the live tail."""
    events = _filtered(actor, filters)
    newest = events.order_by(events.event_key.desc()).limit(limit)
    last = SettlementRecord.objects.order_by("-number").values_list("number", flat=True).first()
    first_key = max((last or 0) - _RECENT_ROUNDS, 0) << ROUND_BITS
    recent = events.filter(events.event_key >= first_key)
    rows = _rows(recent.order_by(recent.event_key.desc()).limit(limit))
    return tuple(rows if len(rows) == limit or not first_key else _rows(newest))


def get_event(*, actor: Actor, message_id: str, source: str = "") -> EventRow:
    """Return an event by its message id: of one source, else the one settled last.

    An event that is accepted and not yet settled is found as well.  Raises: EventNotFoundError.
    """
    actor.require("timeline.view")
    scope = actor.scope("timeline.view")
    sources = dict(Source.objects.values_list("code", "key"))
    wanted = {code: key for code, key in sources.items() if source in ("", code)}
    # the inbox first: a body leaves it only once its events are in the lake
    row = find_accepted(message_id, wanted.values()) or _settled(message_id, wanted)
    if row is None or not _is_visible(row, scope):
        raise EventNotFoundError(ref=message_id)
    return row


def count_by_day(*, actor: Actor, filters: EventFilters, period: Period) -> tuple[DayCount, ...]:
    """Return how many events of each name happened on each UTC day of the period."""
    events = _filtered(actor, filters)
    inside = events.filter(
        events.part.between(f"{period.first:%Y%m}", f"{period.last:%Y%m}"),
        events.day.between(ibis.literal(period.first), ibis.literal(period.last)),
    )
    counted = inside.group_by("event", "day").aggregate(count=inside.count())
    ordered = lake.run(counted.order_by(["event", "day"])).to_pylist()
    return tuple(DayCount(row["event"], row["day"], row["count"]) for row in ordered)


def _filtered(actor: Actor, filters: EventFilters) -> ir.Table:
    actor.require("timeline.view")
    events = lake.table(TABLE)
    scope = actor.scope("timeline.view")
    if not scope.everything:
        events = events.filter(events.place_key.isin(sorted(scope.places)))
    lists: dict[str, tuple[Any, ...] | None] = {
        "subject_key": filters.subject_keys,
        "event": filters.events or None,
        "type": filters.types or None,
        "source": filters.sources or None,
        "channel": filters.channels or None,
        "place_key": filters.places or None,
    }
    for name, wanted in lists.items():
        if wanted is not None:
            events = events.filter(events[name].isin(sorted(set(wanted))))
    if filters.since is not None:
        events = events.filter(
            events.part >= f"{filters.since.astimezone(UTC):%Y%m}",
            events.occurred_at >= ibis.literal(filters.since),
        )
    if filters.until is not None:
        events = events.filter(
            events.part <= f"{filters.until.astimezone(UTC):%Y%m}",
            events.occurred_at < ibis.literal(filters.until),
        )
    for name in ("order_ref", "message_id"):
        if wanted_text := getattr(filters, name):
            events = events.filter(events[name] == wanted_text)
    return events


def _position(cursor: str) -> tuple[datetime, int]:
    at_us, key = decode_cursor(cursor, length=2)
    if not isinstance(at_us, int) or not isinstance(key, int):
        raise MalformedCursorError(text=cursor)
    try:
        return _EPOCH + timedelta(microseconds=at_us), key
    except OverflowError:
        raise MalformedCursorError(text=cursor) from None


def _settled(message_id: str, sources: dict[str, int]) -> EventRow | None:
    """Find an event by the round that took it in: only that round's rows are read."""
    names = [fingerprint(key, message_id).hex() for key in sources.values()]
    rounds = SeenEvent.objects.filter(fingerprint__in=names, settlement__gt=0).order_by(
        "-settlement"
    )
    number = rounds.values_list("settlement", flat=True).first()
    if number is None:
        return None
    events = lake.table(TABLE)
    found = events.filter(
        events.event_key >= number << ROUND_BITS,
        events.event_key < (number + 1) << ROUND_BITS,
        events.message_id == message_id,
        events.source.isin(sorted(sources)),
    )
    rows = _rows(found.order_by(found.event_key.desc()).limit(1))
    return rows[0] if rows else None


def _is_visible(row: EventRow, scope: Scope) -> bool:
    return scope.everything or row.place_key in scope.places


def _rows(events: ir.Table) -> list[EventRow]:
    return [_row(row) for row in lake.run(events).to_pylist()]


def _row(row: dict[str, Any]) -> EventRow:
    del row["day"], row["part"]
    row["click_id"], row["flags"] = row["click_id"] or "", row["flags"] or ""
    return EventRow(state=EventState.SETTLED, is_simulated=row.pop("simulated"), **row)
