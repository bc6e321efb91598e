"""Take one step with many live orders: as one set, as far as each of them is plain.

An order is plain where a step moves only its parts and its goods: nothing is to be taken of its
money, nothing is over, no code is asked for.  The others, and all of them where the set fails, are
moved one by one, so what is refused to one does not touch the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.infra.outbox.facade import emit
from quanqu.kernel.errors import QuanquError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.allowed import MANAGE, may_at
from quanqu.sell.checkout.actions.moving import move_order
from quanqu.sell.checkout.contracts import (
    Delivery,
    LiveOrder,
    LiveOrderNotFoundError,
    LiveOrdersMoved,
    LiveState,
    PartState,
    Step,
    TooManyOrdersError,
)
from quanqu.sell.checkout.models import Order, OrderHold, Part, StepTaken
from quanqu.sell.checkout.queries.orders import view_of
from quanqu.sell.checkout.rules.parts import OPEN, after_step
from quanqu.sell.checkout.rules.states import GOODS_LEAVE, PART_STEPS, follow
from quanqu.sell.inventory.facade import consume_holds
from quanqu.sell.payments.facade import get_payments

__all__ = ["MOST_MOVED", "move_orders"]

MOST_MOVED: Final = 200
"""Orders of one call."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A locked order that can take the step: what becomes of it and of its open parts."""

    row: Order
    state: LiveState
    parts: tuple[tuple[Part, PartState], ...]


def move_orders(
    *, actor: Actor, order_ids: Sequence[UUID], step: Step, now: datetime, detail: str = ""
) -> list[LiveOrder | QuanquError]:
    """Take a step with each of many orders; return each as it stands now, or why it was refused.

    The same step again changes nothing.  Shapes: answers in the order of `order_ids`.
    Locks: orders by id, then levels.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, TooManyOrdersError; LiveOrderNotFoundError where one of them is not
    there, or not the actor's, and then none is moved.  What else is refused of one is returned.
    """
    if step not in PART_STEPS | {Step.DELIVER, Step.COMPLETE}:
        raise ValueError(f"{step} is no step to take by itself")
    if len(order_ids) > MOST_MOVED:
        raise TooManyOrdersError(count=len(order_ids), most=MOST_MOVED)
    _require_all(actor, order_ids)
    answers: dict[UUID, LiveOrder | QuanquError] = {}
    try:
        with transaction.atomic():
            answers |= _moved_together(actor, order_ids, step, now, detail)
    except QuanquError:  # one of them, and it is not known which
        answers = {}
    for order_id in order_ids:
        if order_id not in answers:
            answers[order_id] = _alone(actor, order_id, step, now, detail)
    return [answers[order_id] for order_id in order_ids]


def _require_all(actor: Actor, order_ids: Sequence[UUID]) -> None:
    actor.require(MANAGE)
    found = dict(Order.objects.filter(id__in=order_ids).values_list("id", "place_key"))
    for order_id in order_ids:
        if order_id not in found or not may_at(actor, MANAGE, found[order_id]):
            raise LiveOrderNotFoundError(ref=encode("ord", order_id))


def _alone(
    actor: Actor, order_id: UUID, step: Step, now: datetime, detail: str
) -> LiveOrder | QuanquError:
    try:
        return move_order(actor=actor, order_id=order_id, step=step, now=now, detail=detail)
    except QuanquError as error:
        return error


def _moved_together(
    actor: Actor, order_ids: Sequence[UUID], step: Step, now: datetime, detail: str
) -> dict[UUID, LiveOrder]:
    """Move the plain ones of the orders, and return them."""
    rows = Order.objects.select_for_update().filter(id__in=order_ids).order_by("id")
    moves = _plain(list(rows), step)
    if step in GOODS_LEAVE:
        leaving = {
            part.hold_id: encode("ord", move.row.id) for move in moves for part, _ in move.parts
        }
        for refusal in consume_holds(actor=SYSTEM, holds=leaving, now=now).values():
            raise refusal
    _write(moves, step, actor, now, detail)
    return {move.row.id: view_of(move.row) for move in moves}


def _plain(rows: Sequence[Order], step: Step) -> list[_Move]:
    """Return the orders that can take the step, with nothing else to do than to write it."""
    keys = [row.key for row in rows]
    parts: dict[int, list[Part]] = {key: [] for key in keys}
    for part in Part.objects.filter(order_key__in=keys).order_by("order_key", "no"):
        parts[part.order_key].append(part)
    held_up = set(
        OrderHold.objects.filter(order_key__in=keys, released_at__isnull=True).values_list(
            "order_key", flat=True
        )
    )
    references = [encode("ord", row.id) for row in rows]
    owing = {
        reference
        for reference, payments in get_payments(actor=SYSTEM, references=references).items()
        if any(one.capturable_minor > 0 for one in payments)
    }
    plain: list[_Move] = []
    for row, reference in zip(rows, references, strict=True):
        delivery = Delivery(row.delivery)
        is_asked_for = step is Step.HAND_OVER and delivery is Delivery.PICKUP
        is_money = step in GOODS_LEAVE and (reference in owing or row.over_minor)
        if row.key in held_up or row.due_minor or is_asked_for or is_money:
            continue
        try:
            plain.append(_move_of(row, parts[row.key], step))
        except QuanquError:  # it took the step before, or cannot: told by itself
            continue
    return plain


def _move_of(row: Order, parts: Sequence[Part], step: Step) -> _Move:
    ref, delivery = encode("ord", row.id), Delivery(row.delivery)
    state = follow(LiveState(row.state), step, delivery, ref=ref)
    if step not in PART_STEPS:
        return _Move(row, state, ())
    moving = [part for part in parts if part.state in OPEN]
    after = [after_step(PartState(one.state), step, delivery, ref=ref, part=one.no)
             for one in moving]  # fmt: skip
    return _Move(row, state, tuple(zip(moving, after, strict=True)))


def _write(moves: Sequence[_Move], step: Step, actor: Actor, now: datetime, detail: str) -> None:
    """Write where orders and parts stand now, and how they came there."""
    if not moves:
        return
    parts = [(part.key, state.value) for move in moves for part, state in move.parts]
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [now, [key for key, _ in parts], [state for _, state in parts]])
        cursor.execute(
            _ORDERS, [now, [move.row.key for move in moves], [move.state.value for move in moves]]
        )
    StepTaken.objects.bulk_create(
        StepTaken(order_key=move.row.key, at=now, actor=actor.id, step=step.value,
                  state=move.state.value, detail=detail)
        for move in moves
    )  # fmt: skip
    for move in moves:
        move.row.state = move.state.value
    emit(
        LiveOrdersMoved([(encode("ord", move.row.id), move.state.value) for move in moves]), now=now
    )


_PARTS: Final = """
UPDATE checkout_part p SET state = t.state, changed_at = %s
FROM unnest(%s::bigint[], %s::text[]) AS t (key, state) WHERE p.key = t.key
"""
_ORDERS: Final = """
UPDATE checkout_order o SET state = t.state, changed_at = %s, version = o.version + 1
FROM unnest(%s::bigint[], %s::text[]) AS t (key, state) WHERE o.key = t.key
"""
