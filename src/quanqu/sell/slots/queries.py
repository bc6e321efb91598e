"""Slots as they are offered, kept and filled."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from quanqu.infra.auth.contracts import Actor
from quanqu.know.org.contracts import PlaceInfo
from quanqu.know.org.facade import places_by_key, resolve_scope
from quanqu.sell.slots.contracts import (
    DAYS_AHEAD,
    DayFilling,
    SlotDraft,
    SlotKind,
    SlotNotFoundError,
    SlotOffer,
    SlotRule,
    SlotTimes,
    Week,
)
from quanqu.sell.slots.models import Closed, Day, Reservation, Rule
from quanqu.sell.slots.rules import cut_off_at, is_served, times_of

__all__ = [
    "get_week",
    "offered_slots",
    "place_in_scope",
    "rule_of",
    "slots_of",
    "slots_unlike_their_orders",
]

VIEW: Final = "fulfilment.view"


_EARLIEST: Final = date(2000, 1, 1)
_LATEST: Final = date(2999, 12, 31)


def offered_slots(
    *,
    place_keys: Collection[int],
    kind: SlotKind,
    postcode: str,
    now: datetime,
    days: int = 7,
) -> list[SlotOffer]:
    """Return the slots an order can still take at places, the earliest first, for a room above that
    checks who may ask.

    `days`: how many days from today on, at most 28.  A slot that is full, closed, past its cut-off
    or not for the postcode is left out.
    """
    rules = Rule.objects.filter(place_key__in=place_keys, kind=kind.value, ended_at__isnull=True)
    found = [rule_of(row) for row in rules.order_by("key")]
    keys = {rule_of(row).id: row.key for row in rules}
    places = places_by_key(keys={one.place_key for one in found})
    dates = list(_dates(now, min(days, DAYS_AHEAD)))
    filled = {
        (row.rule_key, row.day): (row.capacity, row.reserved)
        for row in Day.objects.filter(rule_key__in=keys.values(), day__in=dates)
    }
    closed = set(
        Closed.objects.filter(place_key__in=places, day__in=dates).values_list("place_key", "day")
    )
    offers = []
    for one in found:
        if not is_served(one.draft.postcodes, postcode):
            continue
        zone = places[one.place_key].details.time_zone
        today = now.astimezone(ZoneInfo(zone or "UTC")).date()
        for day in dates:
            if day < today or day.weekday() != one.draft.weekday:
                continue
            capacity, reserved = filled.get((keys[one.id], day), (one.draft.capacity, 0))
            until = cut_off_at(one.draft, day, zone)
            if (one.place_key, day) in closed or now > until or reserved >= capacity:
                continue
            starts_at, ends_at = times_of(one.draft, day, zone)
            offers.append(
                SlotOffer(
                    one.id, one.place_key, kind, day, starts_at, ends_at, until,
                    capacity - reserved,
                )
            )  # fmt: skip
    return sorted(offers, key=lambda each: (each.starts_at, each.ends_at, each.place_key))


def get_week(*, actor: Actor, place_id: str, monday: date, now: datetime) -> Week:
    """Return the slots of a place in a week with how full they are.

    Raises: NotAllowedError, SlotNotFoundError.
    """
    place = place_in_scope(actor, place_id, VIEW)
    monday = min(max(monday, _EARLIEST), _LATEST)
    monday -= timedelta(days=monday.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(7)]
    rows = list(Rule.objects.filter(place_key=place.key).order_by("starts", "ends", "key"))
    filled = {
        (row.rule_key, row.day): (row.capacity, row.reserved)
        for row in Day.objects.filter(rule_key__in=[row.key for row in rows], day__in=days)
    }
    zone = place.details.time_zone
    fillings = []
    for row in rows:
        day = days[row.weekday]
        capacity, reserved = filled.get((row.key, day), (row.capacity, 0))
        if row.ended_at is not None and not reserved:
            continue
        rule = rule_of(row)
        is_over = row.ended_at is not None or now > cut_off_at(rule.draft, day, zone)
        fillings.append(DayFilling(rule, day, capacity, reserved, is_over))
    closed = Closed.objects.filter(place_key=place.key, day__in=days)
    return Week(monday, tuple(fillings), frozenset(closed.values_list("day", flat=True)))


def slots_of(*, order_ids: Collection[UUID]) -> dict[UUID, SlotTimes]:
    """Return the slots of orders, those that were released too, for a room above that checks who
    may see; orders without one are left out."""
    rows = list(Reservation.objects.filter(order_id__in=order_ids))
    rules = Rule.objects.filter(key__in={row.rule_key for row in rows})
    ids = dict(rules.values_list("key", "id"))
    return {
        row.order_id: SlotTimes(
            ids[row.rule_key], row.day, row.starts_at, row.ends_at, row.released_at is not None
        )
        for row in rows
    }


def place_in_scope(actor: Actor, place_id: str, permission: str) -> PlaceInfo:
    """Return a place of the actor's. Raises: NotAllowedError, SlotNotFoundError."""
    scope = resolve_scope(actor=actor, permission=permission)
    places = places_by_key(keys=None if scope.everything else scope.places)
    found = next((one for one in places.values() if one.id == place_id), None)
    if found is None:
        raise SlotNotFoundError(ref=place_id)
    return found


def rule_of(row: Rule) -> SlotRule:
    """Return a row as others see it."""
    draft = SlotDraft(
        SlotKind(row.kind), row.weekday, row.starts, row.ends, row.capacity, row.cut_off,
        tuple(row.postcodes),
    )  # fmt: skip
    return SlotRule(row.id, row.place_key, draft)


def _dates(now: datetime, days: int) -> Iterable[date]:
    """Return the days that may be today or later anywhere."""
    return (now.date() + timedelta(days=ahead) for ahead in range(-1, days + 1))


_UNLIKE: Final = """
SELECT coalesce(d.rule_key, r.rule_key), coalesce(d.day, r.day), d.capacity, d.reserved, r.count
FROM slots_day d FULL JOIN (
    SELECT rule_key, day, count(*) FROM slots_reservation WHERE released_at IS NULL GROUP BY 1, 2
) r ON r.rule_key = d.rule_key AND r.day = d.day
WHERE coalesce(d.reserved, 0) <> coalesce(r.count, 0) OR d.reserved > d.capacity LIMIT 100
"""


def slots_unlike_their_orders() -> list[str]:
    """Slots that hold more orders than they can, or other than those that have them."""
    with connection.cursor() as cursor:
        cursor.execute(_UNLIKE)
        return [f"slot {rule} on {day}: {told} of {capacity}, reserved by {count}"
                for rule, day, capacity, told, count in cursor.fetchall()]  # fmt: skip
