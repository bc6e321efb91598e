"""Ship from elsewhere what a place does not have, and hold an order up where no place has it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.ids import encode
from quanqu.sell.checkout.actions.holding_up import put_hold
from quanqu.sell.checkout.actions.locking import (
    Mark,
    lock_order,
    lock_part,
    parts_of,
    save_step,
    set_part,
)
from quanqu.sell.checkout.actions.moving import cancel_locked
from quanqu.sell.checkout.actions.sourcing import question_of
from quanqu.sell.checkout.contracts import (
    CancelReason,
    Delivery,
    LiveLine,
    LiveOrder,
    LiveOrderNotFoundError,
    LiveState,
    OrderHoldKind,
    PartState,
    PartStepError,
    Step,
)
from quanqu.sell.checkout.models import Line, Order, Part
from quanqu.sell.checkout.queries.orders import lines_of, view_of
from quanqu.sell.checkout.queries.places import buyer_of
from quanqu.sell.checkout.rules.parts import OPEN, state_of_order
from quanqu.sell.inventory.facade import short_lines
from quanqu.sell.sourcing.contracts import (
    Decision,
    DecisionNotFoundError,
    NothingToMoveError,
    Unfillable,
)
from quanqu.sell.sourcing.facade import allocate, move

__all__ = ["add_parts", "answer_cut", "move_part", "source_again"]


def move_part(
    *,
    actor: Actor,
    order_id: UUID,
    part_no: int,
    lines: Collection[int],
    move_id: UUID,
    cause: str,
    now: datetime,
) -> LiveOrder:
    """Ship lines of a part from elsewhere, because its place found too few of them or refused.

    `lines`: line numbers; `move_id`: asked again under it, nothing changes.  Where no other place
    has them, the order is held up (`goods`) and everything stays as it is; what is missing is for a
    person, or for the profile of sourcing, to decide.
    Locks: the order, then what `sourcing.move` locks.  Emits: LiveOrdersMoved.
    Raises: NotAllowedError, LiveOrderNotFoundError, PartNotFoundError, PartStepError.
    """
    with transaction.atomic():
        row, part = lock_part(order_id, part_no, actor)
        ref = encode("ord", row.id)
        if part.state not in OPEN:
            raise PartStepError(part=part_no, ref=ref, state=part.state, step=Step.RESOURCE.value)
        found = [one for one in lines_of([row.key])[row.key]
                 if one.part_no == part_no and one.line_no in lines]  # fmt: skip
        if found:
            _move(row, part, found, move_id, Mark(actor.id, now, cause, part_no))
        return view_of(row)


def answer_cut(*, request_id: UUID, owner: UUID, now: datetime) -> None:
    """Find another place for promised goods that turned out not to be there.  Again, it changes
    nothing.  Locks: the order, then what `sourcing.move` locks.  Emits: LiveOrdersMoved."""
    with transaction.atomic():
        try:
            row = lock_order(owner)
        except LiveOrderNotFoundError:
            return  # the hold of somebody else
        part = next((one for one in parts_of(row) if one.hold_id == request_id), None)
        if part is None or part.state not in OPEN:
            return
        if row.state == LiveState.AWAITING_PAYMENT:
            if row.is_reservation:  # nothing else would end it
                mark = Mark(SYSTEM.id, now, "goods are missing")
                cancel_locked(row, CancelReason.OUT_OF_STOCK, mark)
            return  # money that comes finds the hold over, and asks again
        missing = {one.variant_key for one in short_lines(request_ids=[request_id])
                   .get(request_id, ())}  # fmt: skip
        lines = [one for one in lines_of([row.key])[row.key]
                 if one.part_no == part.no and one.variant_key in missing]  # fmt: skip
        if lines:
            move_id = uuid5(request_id, f"cut of {sorted(missing)}")
            _move(row, part, lines, move_id, Mark(SYSTEM.id, now, "goods are missing", part.no))


def source_again(row: Order, lines: Sequence[LiveLine], named: str, now: datetime) -> bool:
    """Let sourcing allocate the goods of a locked order anew, wherever they are; tell whether all
    of them are there.  Orders whose door named the places are never sent from elsewhere."""
    if row.sourcing_id is None:
        return False
    asked = uuid5(row.id, named)
    try:
        with transaction.atomic():
            decision = allocate(
                actor=SYSTEM,
                request_id=asked,
                owner=encode("ord", row.id),
                question=question_of(row, lines),
                expires_at=None,
                now=now,
                buyer=buyer_of(row.subject_key),
            )
            if decision.unfilled:
                raise _LeftError
    except _LeftError:
        return False
    row.sourcing_id = asked
    Order.objects.filter(key=row.key).update(sourcing_id=asked)
    add_parts(row, _parcels_of(decision, lines), now)
    return True


class _LeftError(Exception):
    """Takes back a decision that leaves something behind."""


def add_parts(row: Order, parcels: Sequence[tuple[int, UUID, list[int]]], now: datetime) -> None:
    """Give a locked order new parts: place, hold, and the numbers of the lines they have."""
    start = Part.objects.filter(order_key=row.key).count() + 1
    Part.objects.bulk_create(
        Part(order_key=row.key, no=number, place_key=place, hold_id=hold_id,
             state=PartState.WAITING.value, changed_at=now)
        for number, (place, hold_id, _) in enumerate(parcels, start)
    )  # fmt: skip
    for number, (place, _, line_nos) in enumerate(parcels, start):
        Line.objects.filter(order_key=row.key, line_no__in=line_nos).update(
            from_place_key=place, part_no=number
        )


def _move(row: Order, part: Part, lines: Sequence[LiveLine], move_id: UUID, mark: Mark) -> None:
    items = [(part.place_key, one.variant_key) for one in lines]
    all_lines = lines_of([row.key])[row.key]
    if _is_split(row, all_lines):  # a person said what goes where: a person says it again
        _hold_up(row, mark)
        return
    try:
        decision = move(
            actor=SYSTEM,
            request_id=row.sourcing_id or row.id,
            move_id=move_id,
            question=question_of(row, all_lines),
            items=items,
            cause=mark.detail,
            expires_at=None,
            now=mark.now,
            buyer=buyer_of(row.subject_key),
        )
    except (DecisionNotFoundError, NothingToMoveError):
        _hold_up(row, mark)  # its door named the places: there is nobody to ask but a person
        return
    left = {one.variant_key for one in decision.unfilled}
    if left & {variant for _, variant in items}:
        if decision.unfillable is Unfillable.CANCEL_ORDER:
            cancel_locked(row, CancelReason.OUT_OF_STOCK, mark)
        else:
            _hold_up(row, mark)
        return
    _follow(row, decision, all_lines, mark)


def _is_split(row: Order, lines: Sequence[LiveLine]) -> bool:
    """Tell whether an item leaves in more than one open part, or a part goes somewhere else."""
    numbers = {one.no for one in parts_of(row) if one.state in OPEN}
    where = {(one.variant_key, one.part_no) for one in lines if one.part_no in numbers}
    is_apart = any(one.drop_no for one in lines if one.part_no in numbers)
    return is_apart or len(where) > len({variant for variant, _ in where})


def _follow(row: Order, decision: Decision, lines: Sequence[LiveLine], mark: Mark) -> None:
    """Make the parts of a locked order those of a decision.

    A part whose hold is still there stays; one of whose place something stays is held anew; others
    are given up.  What is left of the decision are new parts.
    """
    parts, held = parts_of(row), {one.hold_id for one in decision.parcels}
    staying = {one.no for one in parts if one.hold_id in held}
    leaving = [one for one in lines if one.part_no not in staying]
    told = {hold_id: (place, hold_id, numbers)
            for place, hold_id, numbers in _parcels_of(decision, leaving)}  # fmt: skip
    for part in parts:
        if told.pop(part.hold_id, None) is not None or part.state not in OPEN:
            continue
        rest = next((one for one in told.values() if one[0] == part.place_key), None)
        if rest is None:
            set_part(part, PartState.CANCELLED, mark.now)
        else:
            part.hold_id = told.pop(rest[1])[1]
            set_part(part, PartState(part.state), mark.now)
    add_parts(row, list(told.values()), mark.now)
    states = [PartState(one.state) for one in parts_of(row)]
    save_step(row, Step.RESOURCE, state_of_order(states, Delivery(row.delivery)), mark)


def _hold_up(row: Order, mark: Mark) -> None:
    if put_hold(row, OrderHoldKind.GOODS, by=mark.actor_id, note=mark.detail, now=mark.now):
        save_step(row, Step.HOLD, LiveState(row.state), mark)


def _parcels_of(decision: Decision, lines: Sequence[LiveLine]) -> list[tuple[int, UUID, list[int]]]:
    """Return place, hold and line numbers of the parcels of a decision."""
    found = []
    for parcel in decision.parcels:
        items = {one.variant_key for one in parcel.lines}
        numbers = [one.line_no for one in lines if one.variant_key in items]
        if parcel.hold_id is not None:
            found.append((parcel.place_key, parcel.hold_id, numbers))
    return found
