"""Begin, change, pause and end subscriptions."""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.crypto.facade import encrypt
from quanqu.kernel.ids import encode
from quanqu.know.org.facade import places_by_key
from quanqu.sell.catalog.facade import offers_at
from quanqu.sell.checkout.contracts import Delivery
from quanqu.sell.checkout.facade import live_orders_by_id
from quanqu.sell.payments.facade import get_tender
from quanqu.sell.subscriptions.contracts import (
    Act,
    DeliveryState,
    Every,
    ItemDraft,
    PlanChange,
    PlanDraft,
    PlanRow,
    PlanState,
    SubscriptionFieldError,
    SubscriptionItemNotFoundError,
    SubscriptionNotFoundError,
    SubscriptionReusedError,
    SubscriptionStateError,
)
from quanqu.sell.subscriptions.models import DeliveryRow, Item, Plan, StepTaken
from quanqu.sell.subscriptions.queries import row_of
from quanqu.sell.subscriptions.rules import check_interval, check_items, following

__all__ = [
    "PURPOSE",
    "begin_subscription",
    "change_subscription",
    "end_subscription",
    "lock_plan",
    "move_on",
    "note",
    "pause_subscription",
    "resume_subscription",
    "skip_delivery",
    "today_of",
]

MANAGE = "orders.manage"
PURPOSE = "subscriptions.plan"
_LONGEST = 300


@transaction.atomic
def begin_subscription(*, actor: Actor, draft: PlanDraft, now: datetime) -> PlanRow:
    """Begin a subscription: its first delivery is due on `first_on`, today at the earliest.

    Asked again under the same id, the first is answered.
    Raises: NotAllowedError, SubscriptionNotFoundError for a place outside of the actor's,
    SubscriptionFieldError, SubscriptionReusedError, what `get_tender` raises.
    """
    _require(actor, {draft.place_key, draft.pickup_place_key or draft.place_key})
    known = Plan.objects.filter(id=draft.id).first()
    if known is not None:
        if bytes(known.fingerprint) != _print(draft):
            raise SubscriptionReusedError(ref=encode("sub", draft.id))
        return row_of(known)
    place = places_by_key(keys=[draft.place_key])[draft.place_key]
    check_interval(draft.every, draft.unit)
    _check_items(draft.items, place.key, place.company_key)
    get_tender(code=draft.tender)
    if draft.first_on < _today(place.details.time_zone, now):
        raise SubscriptionFieldError(field="first_on", problem="it has passed")
    if (draft.delivery is Delivery.PICKUP) != (draft.pickup_place_key is not None):
        raise SubscriptionFieldError(field="pickup_place", problem="for a pickup, and only then")
    if draft.shipping_minor < 0 or draft.delivery is Delivery.CARRY_OUT:
        raise SubscriptionFieldError(field="delivery", problem="it is sent or collected")
    contact = {name: text for name, text in asdict(draft.contact).items() if text} \
        if draft.contact else {}  # fmt: skip
    sealed = json.dumps({"token": draft.token, "contact": contact}, ensure_ascii=False)
    row = Plan.objects.create(
        id=draft.id, place_key=place.key, company_key=place.company_key,
        currency=place.details.currency, subject_key=draft.subject_key,
        state=PlanState.ACTIVE.value, every=draft.every, unit=draft.unit.value,
        start_on=draft.first_on, next_on=draft.first_on, try_on=draft.first_on,
        delivery=draft.delivery.value, pickup_place_key=draft.pickup_place_key,
        tender=draft.tender, shipping_minor=draft.shipping_minor, on_short=draft.on_short.value,
        sealed=encrypt(sealed, purpose=PURPOSE), fingerprint=_print(draft), made_at=now,
    )  # fmt: skip
    _save_items(row, draft.items)
    note(row, Act.BEGIN, actor.id, now)
    return row_of(row)


@transaction.atomic
def change_subscription(
    *, actor: Actor, subscription_id: UUID, change: PlanChange, now: datetime
) -> PlanRow:
    """Change what comes when, from the next delivery on.

    Locks: the subscription.  Raises: NotAllowedError, SubscriptionNotFoundError,
    SubscriptionStateError for one that has ended or is being delivered, SubscriptionFieldError.
    """
    row = lock_plan(subscription_id, actor, now)
    every = row.every if change.every is None else change.every
    unit = change.unit or Every(row.unit)
    check_interval(every, unit)
    if change.items is not None:
        _check_items(change.items, row.place_key, row.company_key)
        _save_items(row, change.items)
    if change.next_on is not None and change.next_on < today_of(row, now):
        raise SubscriptionFieldError(field="next_on", problem="it has passed")
    if change.next_on is not None or (every, unit) != (row.every, row.unit):
        row.next_on = row.try_on = row.start_on = change.next_on or row.next_on
        row.tries = 0
    row.every, row.unit = every, unit.value
    if change.on_short is not None:
        row.on_short = change.on_short.value
    row.save()
    note(row, Act.CHANGE, actor.id, now)
    return row_of(row)


@transaction.atomic
def skip_delivery(*, actor: Actor, subscription_id: UUID, due_on: date, now: datetime) -> PlanRow:
    """Leave the delivery of a day out.  Of a day that is not the next one, nothing changes: the
    button was pressed twice.

    Locks: the subscription.  Raises: as `change_subscription`.
    """
    row = lock_plan(subscription_id, actor, now)
    if row.next_on == due_on:
        _delivery(row, DeliveryState.SKIPPED)
        move_on(row, today_of(row, now))
        note(row, Act.SKIP, actor.id, now, due_on.isoformat())
    return row_of(row)


@transaction.atomic
def pause_subscription(
    *, actor: Actor, subscription_id: UUID, reason: str, now: datetime
) -> PlanRow:
    """Let nothing be delivered until it goes on.  Once more, it changes nothing.

    Locks: the subscription.  Raises: as `change_subscription`.
    """
    row = lock_plan(subscription_id, actor, now)
    if row.state == PlanState.ACTIVE:
        row.state, row.reason = PlanState.PAUSED.value, reason.strip()[:_LONGEST]
        row.save(update_fields=["state", "reason"])
        note(row, Act.PAUSE, actor.id, now, row.reason)
    return row_of(row)


@transaction.atomic
def resume_subscription(*, actor: Actor, subscription_id: UUID, now: datetime) -> PlanRow:
    """Let a paused one go on: the next delivery is the first of its days from today on.

    Once more, it changes nothing.  Locks: the subscription.  Raises: as `change_subscription`.
    """
    row = lock_plan(subscription_id, actor, now)
    if row.state == PlanState.PAUSED:
        today = today_of(row, now)
        row.state, row.reason, row.tries = PlanState.ACTIVE.value, "", 0
        if row.next_on < today:
            _delivery(row, DeliveryState.SKIPPED)
            move_on(row, date.fromordinal(today.toordinal() - 1))
        row.try_on = row.next_on
        row.save()
        note(row, Act.RESUME, actor.id, now)
    return row_of(row)


@transaction.atomic
def end_subscription(*, actor: Actor, subscription_id: UUID, reason: str, now: datetime) -> PlanRow:
    """End a subscription; orders it became stay.  Once more, it changes nothing.

    Locks: the subscription.  Raises: NotAllowedError, SubscriptionNotFoundError,
    SubscriptionStateError while it is being delivered.
    """
    row = lock_plan(subscription_id, actor, now, may_be_over=True)
    if row.state != PlanState.ENDED:
        row.state, row.reason = PlanState.ENDED.value, reason.strip()[:_LONGEST]
        row.save(update_fields=["state", "reason"])
        note(row, Act.END, actor.id, now, row.reason)
    return row_of(row)


def lock_plan(
    subscription_id: UUID, actor: Actor, now: datetime, *, may_be_over: bool = False
) -> Plan:
    """Lock a subscription for a person. Raises: NotAllowedError, SubscriptionNotFoundError,
    SubscriptionStateError."""
    actor.require(MANAGE)
    ref = encode("sub", subscription_id)
    row = Plan.objects.select_for_update().filter(id=subscription_id).first()
    scope = actor.scope(MANAGE)
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise SubscriptionNotFoundError(ref=ref)
    if row.claimed_until is not None and row.claimed_until > now:
        problem = "it is being delivered just now"
        raise SubscriptionStateError(ref=ref, state=row.state, problem=problem)
    _follow_up(row, now)
    if row.state == PlanState.ENDED and not may_be_over:
        raise SubscriptionStateError(ref=ref, state=row.state, problem="it has ended")
    return row


def _follow_up(row: Plan, now: datetime) -> None:
    """Write of a locked subscription that its delivery is an order, where the worker that made it
    died before it could."""
    begun = DeliveryRow.objects.filter(
        plan_key=row.key, no=row.no, state=DeliveryState.PLACING.value
    ).first()
    order_ids = [begun.order_id] if begun is not None and begun.order_id else []
    if begun is not None and live_orders_by_id(order_ids=order_ids):
        begun.state = DeliveryState.PLACED.value
        begun.save(update_fields=["state"])
        note(row, Act.PLACE, SYSTEM.id, now)
        move_on(row, today_of(row, now))


def move_on(row: Plan, today: date) -> None:
    """Let a locked subscription wait for its next delivery after today, and after the last one."""
    after = max(today, row.next_on)
    row.next_on = row.try_on = following(row.start_on, row.every, Every(row.unit), after)
    row.no, row.attempt, row.tries = row.no + 1, 1, 0
    row.save()


def note(row: Plan, act: Act, actor_id: str, now: datetime, detail: str = "") -> None:
    """Write what happened to a locked subscription."""
    StepTaken.objects.create(plan_key=row.key, at=now, actor=actor_id, act=act.value, detail=detail)


def today_of(row: Plan, now: datetime) -> date:
    """Return which day it is at the place of a subscription."""
    return _today(places_by_key(keys=[row.place_key])[row.place_key].details.time_zone, now)


def _today(zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def _delivery(row: Plan, state: DeliveryState) -> None:
    told: dict[str, Any] = {"due_on": row.next_on, "state": state.value, "order_id": None}
    DeliveryRow.objects.update_or_create(plan_key=row.key, no=row.no, defaults=told)


def _check_items(items: tuple[ItemDraft, ...], place_key: int, company_key: int) -> None:
    check_items(items)
    wanted = {one.variant_key for one in items}
    known = offers_at(place_key=place_key, company_key=company_key, variant_keys=wanted)
    for unknown in sorted(wanted - known.keys()):
        raise SubscriptionItemNotFoundError(ref=unknown)


def _save_items(row: Plan, items: tuple[ItemDraft, ...]) -> None:
    Item.objects.filter(plan_key=row.key).delete()
    Item.objects.bulk_create(
        Item(plan_key=row.key, variant_key=one.variant_key, quantity=one.quantity) for one in items
    )


def _require(actor: Actor, place_keys: set[int]) -> None:
    actor.require(MANAGE)
    scope = actor.scope(MANAGE)
    known = places_by_key(keys=place_keys)
    for key in sorted(place_keys):
        if key not in known or not (scope.everything or key in scope.places):
            raise SubscriptionNotFoundError(ref=f"place {key}")


def _print(draft: PlanDraft) -> bytes:
    told = (draft.place_key, draft.items, draft.every, draft.unit.value, draft.first_on,
            draft.tender, draft.delivery.value, draft.pickup_place_key)  # fmt: skip
    return hashlib.sha256(repr(told).encode()).digest()
