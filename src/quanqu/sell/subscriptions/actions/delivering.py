"""Make the order of each delivery that is due, exactly once, whatever happens between."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from quanqu.infra.auth.contracts import SYSTEM
from quanqu.infra.crypto.facade import decrypt
from quanqu.kernel.errors import QuanquError
from quanqu.sell.checkout.contracts import (
    CancelReason,
    ContactDraft,
    Delivery,
    LineDraft,
    LiveOrder,
    NotEnoughError,
    OrderDraft,
    OrderReusedError,
    PaymentRefusedError,
    TenderDraft,
)
from quanqu.sell.checkout.facade import live_orders_by_id, place_order
from quanqu.sell.subscriptions.actions.keeping import PURPOSE, move_on, note, today_of
from quanqu.sell.subscriptions.contracts import Act, DeliveryState, OnShort, PlanState
from quanqu.sell.subscriptions.models import DeliveryRow, Plan
from quanqu.sell.subscriptions.queries import items_of
from quanqu.sell.subscriptions.rules import Next, after_refusal, after_shortage, order_id_of

__all__ = ["deliver_due", "pause_unpaid"]

_LEASE: Final = timedelta(minutes=5)
"""For how long a worker has a subscription: one that died is followed by another then."""
_AT_ONCE: Final = 200
log = structlog.get_logger("quanqu.subscriptions")


@dataclass(frozen=True, slots=True)
class _Claim:
    plan_id: UUID
    no: int
    draft: OrderDraft
    on_short: OnShort
    today: date


def deliver_due(*, now: datetime) -> int:
    """Make the orders of the deliveries that are due, and return how many were tried.

    The order of a delivery has an id that follows from it: two workers, a repetition and one that
    was killed between make one order.  Not to be called within a transaction: orders are placed in
    their own.  Locks: each subscription, before and after.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    due = Plan.objects.filter(
        free, state=PlanState.ACTIVE.value, try_on__lte=(now + timedelta(days=1)).date()
    )
    count = 0
    for key in list(due.order_by("try_on", "key").values_list("key", flat=True)[:_AT_ONCE]):
        claim = _claim(key, now)
        if claim is not None:
            outcome, left_out = _place(claim, now)
            _settle(key, claim, outcome, left_out, now)
            count += 1
    return count


def pause_unpaid(*, order_ids: list[UUID], now: datetime) -> None:
    """Pause the subscriptions whose orders ended because no money came.  Again, nothing changes.

    Locks: each subscription.
    """
    ended = [
        key
        for key, one in live_orders_by_id(order_ids=order_ids).items()
        if one.cancel_reason is CancelReason.PAYMENT_WINDOW
    ]
    rows = DeliveryRow.objects.filter(order_id__in=ended).values_list("plan_key", "no")
    for plan_key, no in list(rows):
        with transaction.atomic():
            plan = Plan.objects.select_for_update().get(key=plan_key)
            told = f"no money came for delivery {no}"
            if plan.state == PlanState.ACTIVE:
                plan.state, plan.reason = PlanState.PAUSED.value, told
                plan.save(update_fields=["state", "reason"])
                note(plan, Act.PAUSE, SYSTEM.id, now, told)


@transaction.atomic
def _claim(key: int, now: datetime) -> _Claim | None:
    """Take a subscription that is due for a while; None where it is not, or somebody has it."""
    row = Plan.objects.select_for_update(skip_locked=True).filter(key=key).first()
    if row is None or row.state != PlanState.ACTIVE:
        return None
    today = today_of(row, now)
    if row.try_on > today or (row.claimed_until is not None and row.claimed_until > now):
        return None
    row.claimed_until = now + _LEASE
    row.save(update_fields=["claimed_until"])
    order_id = order_id_of(row.id, row.no, row.attempt)
    DeliveryRow.objects.update_or_create(
        plan_key=row.key,
        no=row.no,
        defaults={
            "due_on": row.next_on,
            "state": DeliveryState.PLACING.value,
            "order_id": order_id,
        },
    )
    return _Claim(row.id, row.no, _draft(row, order_id), OnShort(row.on_short), today)


def _draft(row: Plan, order_id: UUID) -> OrderDraft:
    told: dict[str, Any] = json.loads(decrypt(bytes(row.sealed), purpose=PURPOSE)) \
        if row.sealed else {}  # fmt: skip
    delivery, contact = Delivery(row.delivery), told.get("contact") or None
    source = row.pickup_place_key if delivery is Delivery.PICKUP else None
    return OrderDraft(
        id=order_id,
        place_key=row.place_key,
        currency=row.currency,
        lines=tuple(LineDraft(one.variant_key, one.quantity, source) for one in items_of(row.key)),
        tenders=(TenderDraft(row.tender, token=told.get("token", "")),),
        delivery=delivery,
        pickup_place_key=row.pickup_place_key,
        contact=ContactDraft(**contact) if contact else None,
        subject_key=row.subject_key,
        shipping_minor=row.shipping_minor,
    )


def _place(claim: _Claim, now: datetime) -> tuple[LiveOrder | QuanquError, tuple[str, ...]]:
    """Place the order of a claim; return it or why there is none, and what was left out of it."""
    draft = claim.draft
    left_out: tuple[str, ...] = ()
    for _ in range(2):
        try:
            return place_order(actor=SYSTEM, draft=draft, now=now), left_out
        except OrderReusedError as error:  # another worker was faster, with other lines
            known = live_orders_by_id(order_ids=[draft.id]).get(draft.id)
            return known or error, left_out
        except NotEnoughError as error:
            short = {one["line"]: one["sku"] for one in _short_of(error)}
            rest = tuple(one for at, one in enumerate(draft.lines, 1) if at not in short)
            if claim.on_short is not OnShort.SKIP_ITEM or not rest or left_out:
                return error, ()
            draft, left_out = replace(draft, lines=rest), tuple(sorted(short.values()))
        except QuanquError as error:
            return error, ()
    return live_orders_by_id(order_ids=[draft.id])[draft.id], left_out


def _short_of(error: NotEnoughError) -> list[dict[str, Any]]:
    told: Any = error.fields["short"]
    return list(told)


@transaction.atomic
def _settle(
    key: int,
    claim: _Claim,
    outcome: LiveOrder | QuanquError,
    left_out: tuple[str, ...],
    now: datetime,
) -> None:
    """Write how a delivery went; where another worker did already, an order is what counts."""
    row = Plan.objects.select_for_update().get(key=key)
    delivery = DeliveryRow.objects.get(plan_key=key, no=claim.no)
    known = live_orders_by_id(order_ids=[claim.draft.id])
    is_placed = claim.draft.id in known
    if delivery.order_id == claim.draft.id and delivery.state != DeliveryState.PLACED:
        _write(row, delivery, claim, outcome, is_placed, left_out, now)
    Plan.objects.filter(key=key).update(claimed_until=None)


def _write(
    row: Plan,
    delivery: DeliveryRow,
    claim: _Claim,
    outcome: LiveOrder | QuanquError,
    is_placed: bool,
    left_out: tuple[str, ...],
    now: datetime,
) -> None:
    is_next = row.no == claim.no
    if is_placed:
        detail = f"without {', '.join(left_out)}" if left_out else ""
        _save(delivery, DeliveryState.PLACED, detail)
        note(row, Act.PLACE, SYSTEM.id, now, detail)
        if is_next:
            move_on(row, claim.today)
        return
    if not is_next or isinstance(outcome, LiveOrder):
        return
    detail = str(outcome)
    follows, act = _follows(row, claim, outcome, delivery.due_on)
    _save(delivery, follows.state, detail, keeps_order=False)
    note(row, act, SYSTEM.id, now, detail)
    if follows.is_paused:
        row.state, row.reason = PlanState.PAUSED.value, detail
        row.attempt += 1
        row.save()
    elif follows.try_on is None:
        move_on(row, claim.today)
    else:
        row.try_on, row.attempt = follows.try_on, row.attempt + 1
        row.tries += act is Act.PAY_REFUSED
        row.save()


def _follows(row: Plan, claim: _Claim, outcome: QuanquError, due_on: date) -> tuple[Next, Act]:
    if isinstance(outcome, NotEnoughError):
        follows = after_shortage(claim.on_short, due_on, claim.today)
        is_over = follows.state is DeliveryState.SKIPPED
        return follows, Act.LEAVE_OUT if is_over else Act.WAIT
    if isinstance(outcome, PaymentRefusedError):
        return after_refusal(row.tries, claim.today), Act.PAY_REFUSED
    log.warning("a delivery could not be ordered", plan=str(row.id), reason=str(outcome))
    return Next(DeliveryState.REFUSED, is_paused=True), Act.PAUSE


def _save(
    delivery: DeliveryRow, state: DeliveryState, detail: str, *, keeps_order: bool = True
) -> None:
    delivery.state, delivery.detail = state.value, detail[:300]
    if not keeps_order:
        delivery.order_id = None
    delivery.save(update_fields=["state", "detail", "order_id"])
