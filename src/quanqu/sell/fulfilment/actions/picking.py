"""Claim pick lists, and pick line by line."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import uuid5

from django.db import transaction

from quanqu.infra.auth.contracts import SYSTEM, Actor
from quanqu.kernel.errors import NotFoundError, RefusedError
from quanqu.kernel.ids import decode
from quanqu.sell.checkout.facade import move_part
from quanqu.sell.fulfilment.actions.allowed import WORK, require_place
from quanqu.sell.fulfilment.actions.working import lock_work, start_part
from quanqu.sell.fulfilment.contracts import (
    ListState,
    PickLineError,
    PickListNotFoundError,
    PickListStateError,
    PickListView,
    PickState,
)
from quanqu.sell.fulfilment.models import PickLine, PickList, Work
from quanqu.sell.fulfilment.queries.lists import list_view
from quanqu.sell.fulfilment.queries.work import find_part

__all__ = [
    "cancel_pick_list",
    "claim_pick_list",
    "pick_line",
    "scan_item",
]

_LIVE: Final = (ListState.OPEN, ListState.CLAIMED)


@transaction.atomic
def claim_pick_list(*, actor: Actor, list_id: str, now: datetime) -> PickListView:
    """Take a list to pick it; nobody else can.  The same picker again changes nothing.

    What cannot be picked any more is dropped from it.  Locks: the list, works, orders.
    Raises: NotAllowedError, PickListNotFoundError, PickListStateError.
    """
    row = _lock_list(actor, list_id)
    if row.state == ListState.CLAIMED and row.picker == actor.id:
        return list_view(row, now)
    if row.state != ListState.OPEN:
        raise _refusal(row)
    row.state, row.picker, row.picker_name = ListState.CLAIMED.value, actor.id, actor.name
    row.claimed_at = now
    row.save(update_fields=["state", "picker", "picker_name", "claimed_at"])
    parts = PickLine.objects.filter(list=row, state=PickState.OPEN.value)
    for order_id, part_no in sorted(set(parts.values_list("order_id", "part_no"))):
        try:
            with transaction.atomic():
                start_part(lock_work(SYSTEM, order_id, part_no), now)
        except (RefusedError, NotFoundError):
            _drop(parts.filter(order_id=order_id, part_no=part_no), now)
    _close_if_done(row, now)
    return list_view(row, now)


@transaction.atomic
def pick_line(
    *, actor: Actor, list_id: str, line_key: int, quantity: int, now: datetime
) -> PickListView:
    """Say how many units of a line were found: all of them, or too few.

    Too few, and the line ships from elsewhere (`checkout.move_part`), or holds its order up where
    nobody has it; what was found stays on its shelf.  All of them after all is taken as long as the
    line is still of the part.  The same again changes nothing.  Locks: the list, the work, order.
    Raises: NotAllowedError, PickListNotFoundError, PickListStateError, PickLineError.
    """
    return _settle(actor, list_id, now, lambda row: _line_of(row, line_key), lambda _: quantity)


@transaction.atomic
def scan_item(*, actor: Actor, list_id: str, code: str, now: datetime) -> PickListView:
    """Pick one unit of the item with a code, of the first line that wants it.

    Locks: the list, the work, the order.
    Raises: NotAllowedError, PickListNotFoundError, PickListStateError, PickLineError.
    """
    return _settle(
        actor, list_id, now, lambda row: _scanned(row, code.strip()), lambda line: line.picked + 1,
        is_scan=True,
    )  # fmt: skip


@transaction.atomic
def cancel_pick_list(*, actor: Actor, list_id: str, now: datetime) -> PickListView:
    """Give a list up: what nobody has picked may be put on another.  Again, it changes nothing.

    A list that somebody has is given up by that person, or by who manages the place.
    Locks: the list.  Raises: NotAllowedError, PickListNotFoundError, PickListStateError.
    """
    row = _lock_list(actor, list_id)
    if row.state == ListState.CANCELLED:
        return list_view(row, now)
    if row.state not in _LIVE:
        raise _refusal(row)
    if row.state == ListState.CLAIMED and row.picker != actor.id:
        require_place(actor, "fulfilment.manage", row.place_key)
    _drop(PickLine.objects.filter(list=row, state=PickState.OPEN.value), now)
    is_begun = PickLine.objects.filter(list=row).exclude(state=PickState.DROPPED.value).exists()
    row.state = ListState.DONE.value if is_begun else ListState.CANCELLED.value
    row.done_at = now
    row.save(update_fields=["state", "done_at"])
    return list_view(row, now)


def _settle(
    actor: Actor,
    list_id: str,
    now: datetime,
    find: Callable[[PickList], PickLine],
    count: Callable[[PickLine], int],
    *,
    is_scan: bool = False,
) -> PickListView:
    row = _lock_list(actor, list_id)
    if row.state not in (ListState.CLAIMED, ListState.DONE) or row.picker != actor.id:
        raise _refusal(row)
    line = find(row)
    units = count(line)
    if not 0 <= units <= line.quantity:
        problem = f"0 to {line.quantity} units are wanted"
        raise PickLineError(line=line.sku, problem=problem)
    is_partial = is_scan and units < line.quantity
    wanted = (
        PickState.OPEN if is_partial
        else PickState.PICKED if units == line.quantity else PickState.SHORT
    )  # fmt: skip
    if (line.state, line.picked) == (wanted.value, units):
        return list_view(row, now)
    if line.state == PickState.PICKED or (
        line.state == PickState.SHORT and wanted is not PickState.PICKED
    ):
        raise PickLineError(line=line.sku, problem=f"it is {line.state}")
    held = lock_work(SYSTEM, line.order_id, line.part_no)
    if not any(one.line_no == line.line_no for one in held.lines):
        problem = "it is not of this part any more"
        raise PickLineError(line=line.sku, problem=problem)
    line.state, line.picked = wanted.value, units
    line.settled_at = None if wanted is PickState.OPEN else now
    line.save(update_fields=["state", "picked", "settled_at"])
    if wanted is PickState.SHORT:
        move_part(
            actor=SYSTEM,
            order_id=line.order_id,
            part_no=line.part_no,
            lines=[line.line_no],
            move_id=uuid5(row.id, f"short {line.key}"),
            cause=f"short pick: {units} of {line.quantity}",
            now=now,
        )
    _note_picked(held.work, now)
    _close_if_done(row, now)
    return list_view(row, now)


def _note_picked(work: Work, now: datetime) -> None:
    """Note when the last line of a part was picked."""
    found = find_part(work.order_id, work.part_no)
    mine = [] if found is None else [one for one in found[0].lines if one.part_no == work.part_no]
    picked = PickLine.objects.filter(
        order_id=work.order_id, part_no=work.part_no, state=PickState.PICKED.value
    )
    is_picked = bool(mine) and {one.line_no for one in mine} <= set(
        picked.values_list("line_no", flat=True)
    )
    if is_picked != (work.picked_at is not None):
        work.picked_at = now if is_picked else None
        work.save(update_fields=["picked_at"])


def _close_if_done(row: PickList, now: datetime) -> None:
    has_open = PickLine.objects.filter(list=row, state=PickState.OPEN.value).exists()
    if row.state == ListState.CLAIMED and not has_open:
        row.state, row.done_at = ListState.DONE.value, now
        row.save(update_fields=["state", "done_at"])


def _lock_list(actor: Actor, list_id: str) -> PickList:
    actor.require(WORK)
    scope = actor.scope(WORK)
    row = PickList.objects.select_for_update().filter(id=decode("pkl", list_id)).first()
    if row is None or not (scope.everything or row.place_key in scope.places):
        raise PickListNotFoundError(ref=list_id)
    return row


def _line_of(row: PickList, line_key: int) -> PickLine:
    line = PickLine.objects.filter(list=row, key=line_key).first()
    if line is None or line.state == PickState.DROPPED:
        raise PickLineError(line=line_key, problem="it is not on this list")
    return line


def _scanned(row: PickList, code: str) -> PickLine:
    lines = PickLine.objects.filter(list=row, state=PickState.OPEN.value)
    line = lines.filter(sku=code).order_by("zone", "bin", "key").first()
    if line is None:
        raise PickLineError(line=code, problem="no open line wants it")
    return line


def _drop(lines: object, now: datetime) -> None:
    lines.update(state=PickState.DROPPED.value, settled_at=now)  # type: ignore[attr-defined] # a query set


def _refusal(row: PickList) -> PickListStateError:
    picker = f" by {row.picker_name}" if row.picker_name else ""
    return PickListStateError(state=row.state, picker=picker)
