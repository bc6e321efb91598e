"""Take a supplier's answer, source elsewhere what it does not ship, end what waits too long."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import RefusedError
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.contracts import Step
from quanqu.sell.checkout.facade import advance_part, move_part
from quanqu.sell.dropship.actions.terms import pause_items
from quanqu.sell.dropship.actions.writing import note, tell_supplier
from quanqu.sell.dropship.contracts import (
    ANSWERABLE,
    Answer,
    DropshipAnswerError,
    DropshipDetail,
    DropshipState,
    DropshipStateError,
    DropStep,
    LineState,
    PauseReason,
    RejectReason,
)
from quanqu.sell.dropship.models import Line, Order
from quanqu.sell.dropship.queries.orders import SHIPPING_LINES, order_view
from quanqu.sell.dropship.queries.rights import MANAGE, SUPPLY, lock_order
from quanqu.sell.dropship.rules.orders import rejections

__all__ = ["accept_rest", "answer_order", "time_out_orders", "turn_away", "withdraw_order"]

_LONGEST: Final = 300
_AT_ONCE: Final = 500
_SELLS_NO_MORE: Final = frozenset({RejectReason.OUT_OF_STOCK, RejectReason.DISCONTINUED})


@transaction.atomic
def answer_order(*, actor: Actor, order_id: UUID, answer: Answer, now: datetime) -> DropshipDetail:
    """Take what a supplier says of an order: it ships all, some lines or none.

    Lines it does not ship come from elsewhere, or hold the buyer's order up where nobody has them;
    an item that is out of stock sells nothing more until stock is stated anew.  The same answer
    again changes nothing.  Locks: the order to the supplier, what `move_part` locks, levels.
    Raises: NotAllowedError, DropshipNotFoundError, DropshipStateError, DropshipAnswerError.
    """
    _check(answer, now)
    row = lock_order(actor, order_id, SUPPLY)
    if row.state != DropshipState.PLACED:
        if _is_repeat(row, answer):
            return order_view(row)
        raise DropshipStateError(ref=encode("dso", row.id), state=row.state)
    lines = dict(
        Line.objects.filter(order_key=row.key, state=LineState.OPEN.value)
        .values_list("line_no", "sku")
    )  # fmt: skip
    rejected = rejections(answer, lines)
    row.answered_at, row.promised_on = now, answer.promised_on or row.due_on
    row.save(update_fields=["answered_at", "promised_on"])
    if len(rejected) < len(lines):
        accept_rest(row, leaving_out=rejected, now=now)
        note(row, DropStep.ANSWER, by=actor.id, now=now, detail=answer.note.strip())
    if rejected:
        turn_away(
            row, rejected, by=actor.id, step=DropStep.ANSWER, now=now, detail=answer.note.strip()
        )
    return order_view(row)


@transaction.atomic
def withdraw_order(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> DropshipDetail:
    """Take an order back from a supplier before anything left: its goods come from elsewhere.

    Again, it changes nothing.  Locks: as `answer_order`.
    Raises: NotAllowedError, DropshipNotFoundError, DropshipStateError.
    """
    if len(reason) > _LONGEST or "\0" in reason:
        raise DropshipAnswerError(line="–", problem=f"a reason has at most {_LONGEST} characters")
    row = lock_order(actor, order_id, MANAGE)
    if row.state == DropshipState.WITHDRAWN:
        return order_view(row)
    if row.state not in ANSWERABLE:
        raise DropshipStateError(ref=encode("dso", row.id), state=row.state)
    _end(row, DropshipState.WITHDRAWN, DropStep.WITHDRAW, actor.id, now, reason.strip())
    return order_view(row)


def time_out_orders(*, now: datetime) -> int:
    """End the orders that no supplier answered in its time, and let their goods come from
    elsewhere; return how many.  Locks: each order to a supplier, what `move_part` locks."""
    count = 0
    due = Order.objects.filter(state=DropshipState.PLACED.value, answer_by__lte=now)
    for key in list(due.order_by("answer_by").values_list("key", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).filter(key=key).first()
            if row is not None:
                _end(row, DropshipState.TIMED_OUT, DropStep.TIME_OUT, SYSTEM.id, now, "")
                count += 1
    return count


def accept_rest(row: Order, *, leaving_out: Mapping[int, RejectReason], now: datetime) -> None:
    """Promise the open lines of a locked order but some; its part is worked on from then on."""
    Line.objects.filter(order_key=row.key, state=LineState.OPEN.value).exclude(
        line_no__in=list(leaving_out)
    ).update(state=LineState.ACCEPTED.value)
    row.state = DropshipState.ACCEPTED.value
    row.save(update_fields=["state"])
    with suppress(RefusedError), transaction.atomic():  # held up, or being worked on already
        advance_part(
            actor=SYSTEM, order_id=row.order_id, part_no=row.part_no, step=Step.PICK, now=now
        )


def turn_away(
    row: Order,
    rejected: Mapping[int, RejectReason],
    *,
    by: str,
    step: DropStep,
    now: datetime,
    detail: str = "",
) -> None:
    """Let lines of a locked order come from elsewhere, and note why."""
    lines = list(Line.objects.filter(order_key=row.key, line_no__in=list(rejected)))
    for reason in sorted(set(rejected.values())):
        numbers = [number for number, why in rejected.items() if why is reason]
        Line.objects.filter(order_key=row.key, line_no__in=numbers).update(
            state=LineState.REJECTED.value, reason=reason.value
        )
    if not Line.objects.filter(order_key=row.key, state__in=SHIPPING_LINES).exists():
        row.state = DropshipState.REJECTED.value
        row.save(update_fields=["state"])
    told = ", ".join(f"{one.sku}: {rejected[one.line_no].value}" for one in lines)
    note(row, step, by=by, now=now, detail=detail or ", ".join(one.sku for one in lines))
    gone = {one.variant_key for one in lines if rejected[one.line_no] in _SELLS_NO_MORE}
    if gone:
        pause_items(row.place_key, gone, PauseReason.REJECTED, now)
    _move(row, list(rejected), f"the supplier does not ship {told}", now)


def _end(
    row: Order, state: DropshipState, step: DropStep, by: str, now: datetime, detail: str
) -> None:
    row.state = state.value
    row.save(update_fields=["state"])
    lines = Line.objects.filter(order_key=row.key, state__in=SHIPPING_LINES)
    numbers = list(lines.values_list("line_no", flat=True))
    lines.update(state=LineState.DROPPED.value)
    note(row, step, by=by, now=now, detail=detail)
    tell_supplier(row, "cancelled", now)
    _move(row, numbers, f"drop-ship order {state.value}", now)


def _move(row: Order, numbers: list[int], cause: str, now: datetime) -> None:
    move_part(
        actor=SYSTEM,
        order_id=row.order_id,
        part_no=row.part_no,
        lines=numbers,
        move_id=uuid5(row.id, f"{row.version} {sorted(numbers)}"),
        cause=cause[:_LONGEST],
        now=now,
    )


def _is_repeat(row: Order, answer: Answer) -> bool:
    if row.answered_at is None:
        return False
    rejected = Line.objects.filter(order_key=row.key, state=LineState.REJECTED.value)
    there = {number: RejectReason(why) for number, why in rejected.values_list("line_no", "reason")}
    if answer.is_rejected:
        return row.state == DropshipState.REJECTED and set(there.values()) == {answer.reason}
    return row.state in {DropshipState.ACCEPTED, DropshipState.SHIPPED} and there == dict(
        answer.rejected
    )


def _check(answer: Answer, now: datetime) -> None:
    if len(answer.note) > _LONGEST or "\0" in answer.note:
        raise DropshipAnswerError(line="–", problem=f"a note has at most {_LONGEST} characters")
    if RejectReason.NO_OFFER in {answer.reason, *answer.rejected.values()}:
        raise DropshipAnswerError(line="–", problem="no_offer is not for a supplier to say")
    if answer.promised_on is not None and (answer.promised_on - now.date()).days < -1:
        raise DropshipAnswerError(line="–", problem="the promised day is over")
