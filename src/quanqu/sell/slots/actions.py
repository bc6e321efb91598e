"""Keep slots, take them for orders and give them free."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.slots.contracts import (
    MOST_RULES,
    SlotAsk,
    SlotDraft,
    SlotError,
    SlotFieldError,
    SlotFullError,
    SlotNotFoundError,
    SlotProblem,
    SlotRule,
)
from quanqu.sell.slots.models import Closed, Day, Reservation, Rule
from quanqu.sell.slots.queries import place_in_scope, rule_of
from quanqu.sell.slots.rules import check_draft, times_of, why_not_taken

__all__ = [
    "close_day",
    "end_slot",
    "open_day",
    "release_slot",
    "reserve_slots",
    "retake_slot",
    "save_slot",
]

MANAGE = "fulfilment.manage"
_TAKEN = (
    "UPDATE slots_day SET reserved = reserved + %s "
    "WHERE rule_key = %s AND day = %s AND reserved + %s <= capacity"
)


@transaction.atomic
def save_slot(
    *,
    actor: Actor,
    place_id: str,
    slot_id: UUID,
    draft: SlotDraft,
    now: datetime,
    is_new: bool = True,
) -> SlotRule:
    """Keep a slot of every week under an id; what is reserved in it stays.

    Again, it changes nothing.  `is_new`: whether there may be none yet.  Its times are fixed.
    Locks: the slot, then its days.
    Raises: NotAllowedError, SlotNotFoundError, SlotFieldError.
    """
    place = place_in_scope(actor, place_id, MANAGE)
    check_draft(draft)
    row = Rule.objects.select_for_update().filter(id=slot_id).first()
    before = None if row is None else {"capacity": row.capacity, "cut_off": row.cut_off}
    if row is None and not is_new:
        raise SlotNotFoundError(ref=encode("dsl", slot_id))
    if row is None:
        if Rule.objects.filter(place_key=place.key, ended_at=None).count() >= MOST_RULES:
            raise SlotFieldError(field="slots", problem=f"at most {MOST_RULES} a place")
        row = Rule(id=slot_id, place_key=place.key, kind=draft.kind.value, weekday=draft.weekday)
    elif row.place_key != place.key or row.ended_at is not None:
        raise SlotNotFoundError(ref=encode("dsl", slot_id))
    elif (row.kind, row.weekday, row.starts, row.ends) != (
        draft.kind.value, draft.weekday, draft.starts, draft.ends,
    ):  # fmt: skip
        raise SlotFieldError(field="starts", problem="times are fixed: end it and add another")
    row.starts, row.ends, row.capacity = draft.starts, draft.ends, draft.capacity
    row.cut_off, row.postcodes = draft.cut_off, list(draft.postcodes)
    row.save()
    closed = Closed.objects.filter(place_key=place.key).values("day")
    Day.objects.filter(rule_key=row.key).exclude(day__in=closed).update(
        capacity=Greatest(F("reserved"), draft.capacity)
    )
    record(
        actor=actor, action="slots.slot_saved", subject=encode("dsl", row.id), now=now,
        before=before, after={"capacity": row.capacity, "cut_off": row.cut_off},
    )  # fmt: skip
    return rule_of(row)


@transaction.atomic
def end_slot(*, actor: Actor, place_id: str, slot_id: UUID, now: datetime) -> None:
    """Offer a slot no more; orders that have it keep it.  Once more, it changes nothing.

    Locks: the slot.  Raises: NotAllowedError, SlotNotFoundError.
    """
    place = place_in_scope(actor, place_id, MANAGE)
    row = Rule.objects.select_for_update().filter(id=slot_id, place_key=place.key).first()
    if row is None:
        raise SlotNotFoundError(ref=encode("dsl", slot_id))
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record(actor=actor, action="slots.slot_ended", subject=encode("dsl", row.id), now=now)


@transaction.atomic
def close_day(*, actor: Actor, place_id: str, day: date, now: datetime) -> None:
    """Take no further orders into the slots of a place on a day; those that are in stay.

    Locks: the slots of that weekday, then their days.  Raises: NotAllowedError, SlotNotFoundError.
    """
    place = place_in_scope(actor, place_id, MANAGE)
    rules = Rule.objects.select_for_update().filter(place_key=place.key, weekday=day.weekday())
    keys = [row.key for row in rules.order_by("key")]
    Closed.objects.get_or_create(place_key=place.key, day=day)
    Day.objects.filter(rule_key__in=keys, day=day).update(capacity=F("reserved"))
    record(
        actor=actor, action="slots.day_closed", subject=place.id, now=now,
        after={"day": day.isoformat()},
    )  # fmt: skip


@transaction.atomic
def open_day(*, actor: Actor, place_id: str, day: date, now: datetime) -> None:
    """Take orders into the slots of a closed day again.

    Locks: the slots of that weekday, then their days.  Raises: NotAllowedError, SlotNotFoundError.
    """
    place = place_in_scope(actor, place_id, MANAGE)
    rules = Rule.objects.select_for_update().filter(place_key=place.key, weekday=day.weekday())
    rows = list(rules.order_by("key"))
    Closed.objects.filter(place_key=place.key, day=day).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE slots_day d SET capacity = greatest(d.reserved, t.c) "
            "FROM unnest(%s::bigint[], %s::int[]) AS t(k, c) WHERE d.rule_key = t.k AND d.day = %s",
            [[row.key for row in rows], [row.capacity for row in rows], day],
        )
    record(
        actor=actor, action="slots.day_opened", subject=place.id, now=now,
        after={"day": day.isoformat()},
    )  # fmt: skip


def reserve_slots(*, asks: Sequence[SlotAsk], now: datetime) -> None:
    """Take a slot for each of some new orders, all or none, in the caller's transaction.

    For a room above that has checked who may.  Locks: slots by key (shared), their days by
    (slot, day).  Raises: SlotNotFoundError, SlotError, SlotFullError.
    """
    rows = {row.id: row for row in _shared([ask.slot_id for ask in asks])}
    places = places_by_key(keys={row.place_key for row in rows.values()})
    closed = set(
        Closed.objects.filter(place_key__in=places, day__in={ask.day for ask in asks}).values_list(
            "place_key", "day"
        )
    )
    made = []
    for ask in asks:
        row = rows.get(ask.slot_id)
        ref = encode("dsl", ask.slot_id)
        if row is None:
            raise SlotNotFoundError(ref=ref)
        zone, rule = places[row.place_key].details.time_zone, rule_of(row)
        is_closed = (row.place_key, ask.day) in closed
        problem = why_not_taken(rule, ask, zone=zone, is_closed=is_closed, now=now)
        if row.ended_at is not None:
            problem = SlotProblem.ENDED
        if problem is not None:
            raise SlotError(ref=ref, day=ask.day.isoformat(), problem=problem.value)
        starts_at, ends_at = times_of(rule.draft, ask.day, zone)
        made.append(
            Reservation(order_id=ask.order_id, rule_key=row.key, day=ask.day, starts_at=starts_at,
                        ends_at=ends_at, reserved_at=now)
        )  # fmt: skip
    by_key = {row.key: row for row in rows.values()}
    wanted = Counter((one.rule_key, one.day) for one in made)
    Day.objects.bulk_create(
        [Day(rule_key=key, day=day, capacity=by_key[key].capacity) for key, day in sorted(wanted)],
        ignore_conflicts=True,
    )
    for (key, day), count in sorted(wanted.items()):
        if not _take(key, day, count):
            raise SlotFullError(ref=encode("dsl", by_key[key].id), day=day.isoformat())
    Reservation.objects.bulk_create(made)


def release_slot(*, order_id: UUID, now: datetime) -> None:
    """Give the slot of an order free.  Of one without, or once more, it changes nothing.

    For a room above, in its own transaction.  Locks: the reservation, the slot's day.
    """
    row = (
        Reservation.objects.select_for_update()
        .filter(order_id=order_id, released_at__isnull=True)
        .first()
    )
    if row is not None:
        row.released_at = now
        row.save(update_fields=["released_at"])
        Day.objects.filter(rule_key=row.rule_key, day=row.day).update(reserved=F("reserved") - 1)


def retake_slot(*, order_id: UUID, now: datetime) -> bool:
    """Take the slot an order had again, and tell whether it has it: not where it is full or has
    begun.  Of an order that never had one, that is so.

    For a room above, in its own transaction.  Locks: the reservation, the slot's day.
    """
    row = Reservation.objects.select_for_update().filter(order_id=order_id).first()
    if row is None or row.released_at is None:
        return True
    if row.starts_at <= now or not _take(row.rule_key, row.day, 1):
        return False
    row.released_at = None
    row.save(update_fields=["released_at"])
    return True


def _shared(ids: Sequence[UUID]) -> list[Rule]:
    """Lock slots so that nobody changes them meanwhile, while others take them too."""
    return list(
        Rule.objects.raw(
            "SELECT * FROM slots_rule WHERE id = ANY(%s) ORDER BY key FOR SHARE", [list(ids)]
        )
    )


def _take(rule_key: int, day: date, count: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, [count, rule_key, day, count])
        return bool(cursor.rowcount)
