"""Move returns: a second word, a parcel on its way, goods that arrive and are graded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from quanqu.infra.audit.facade import record
from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.sell.returns.actions.pricing import reprice
from quanqu.sell.returns.actions.writing import (
    Mark,
    claim,
    lock_return,
    lock_sale,
    save_step,
    step_to,
    was_last,
)
from quanqu.sell.returns.contracts import (
    Graded,
    ReturnLineError,
    ReturnRow,
    ReturnStep,
)
from quanqu.sell.returns.models import Photo, Return, ReturnLine
from quanqu.sell.returns.queries.returns import lines_of, row_of
from quanqu.sell.returns.queries.rights import APPROVE
from quanqu.sell.returns.rules.grading import accepted, check_grades

__all__ = [
    "approve_return",
    "await_goods",
    "cancel_return",
    "inspect_return",
    "receive_return",
    "refuse_return",
]


def approve_return(*, actor: Actor, return_id: UUID, now: datetime, detail: str = "") -> ReturnRow:
    """Let a return come back that waits for a second word. Once more, it changes nothing.

    Who handles returns may do so where only a photo was missing and there is one; all else needs
    `returns.approve`.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        if not was_last(row, ReturnStep.APPROVE):
            if not _needs_only_the_photo(row):
                lock_return(return_id, actor=actor, permission=APPROVE)
            save_step(
                row, ReturnStep.APPROVE, step_to(row, ReturnStep.APPROVE),
                Mark(actor.id, now, detail),
            )  # fmt: skip
            _audit(actor, "returns.approve", row, now)
        return _shown(row)


def refuse_return(*, actor: Actor, return_id: UUID, now: datetime, detail: str) -> ReturnRow:
    """Refuse a return that waits; its units are free again. Once more, it changes nothing.

    Locks: the return, then the order's row.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor, permission=APPROVE)
        if not was_last(row, ReturnStep.REFUSE):
            _end(row, ReturnStep.REFUSE, Mark(actor.id, now, detail))
            _audit(actor, "returns.refuse", row, now)
        return _shown(row)


def cancel_return(*, actor: Actor, return_id: UUID, now: datetime, detail: str = "") -> ReturnRow:
    """Give a return up before it is settled; its units are free again.

    Locks: the return, then the order's row.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        if not was_last(row, ReturnStep.CANCEL):
            _end(row, ReturnStep.CANCEL, Mark(actor.id, now, detail))
        return _shown(row)


def await_goods(*, actor: Actor, return_id: UUID, now: datetime, detail: str = "") -> ReturnRow:
    """Note that the goods are on their way; `detail` tells the parcel.

    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        if not was_last(row, ReturnStep.AWAIT):
            save_step(
                row, ReturnStep.AWAIT, step_to(row, ReturnStep.AWAIT), Mark(actor.id, now, detail)
            )
        return _shown(row)


def receive_return(
    *,
    actor: Actor,
    return_id: UUID,
    now: datetime,
    units: Mapping[int, int] | None = None,
    detail: str = "",
) -> ReturnRow:
    """Note which units arrived, by line number (None: all); what did not is free again.

    The same again changes nothing.  Locks: the return, then the order's row.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, ReturnLineError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        lines = lines_of(row.key)
        came = _came(lines, units)
        if was_last(row, ReturnStep.RECEIVE) and came == {
            line.line_no: line.received for line in lines
        }:
            return _shown(row)
        state = step_to(row, ReturnStep.RECEIVE)
        sale_row, sale = lock_sale(row.order_id)
        missing = {line.line_no: came[line.line_no] - line.quantity for line in lines}
        claim(sale_row.key, {number: count for number, count in missing.items() if count})
        for line in lines:
            line.received = came[line.line_no]
        _save(lines, ["received"])
        reprice(row, sale, lines, came)
        save_step(row, ReturnStep.RECEIVE, state, Mark(actor.id, now, detail), fields=_MONEY)
        return _shown(row)


def inspect_return(
    *, actor: Actor, return_id: UUID, grades: Sequence[Graded], now: datetime, detail: str = ""
) -> ReturnRow:
    """Grade what was received, every line of it; once more before it is settled, anew.

    What goes back is reckoned for what is accepted.  Locks: the return, then the order's row.
    Raises: NotAllowedError, ReturnNotFoundError, ReturnStepError, ReturnLineError, GradeError.
    """
    with transaction.atomic():
        row = lock_return(return_id, actor=actor)
        lines = lines_of(row.key)
        state = step_to(row, ReturnStep.INSPECT)
        told = {one.line_no: one.units for one in grades}
        _require_lines(lines, told)
        for line in lines:
            units = told.get(line.line_no, {})
            check_grades(line.line_no, units, line.received or 0)
            line.grades = {grade.value: count for grade, count in units.items() if count}
            line.accepted = accepted(units)
        _save(lines, ["grades", "accepted"])
        _, sale = lock_sale(row.order_id)
        reprice(row, sale, lines, {line.line_no: line.accepted for line in lines})
        save_step(row, ReturnStep.INSPECT, state, Mark(actor.id, now, detail), fields=_MONEY)
        return _shown(row)


_MONEY = ("goods_minor", "fee_minor", "label_minor", "shipping_minor", "refund_minor")


def _needs_only_the_photo(row: Return) -> bool:
    only = all(doubt.startswith("photo") for doubt in row.doubts)
    return only and Photo.objects.filter(return_key=row.key).exists()


def _end(row: Return, step: ReturnStep, mark: Mark) -> None:
    state = step_to(row, step)
    sale_row, _ = lock_sale(row.order_id)
    claim(
        sale_row.key,
        {
            line.line_no: -(line.quantity if line.received is None else line.received)
            for line in lines_of(row.key)
        },
    )
    save_step(row, step, state, mark)


def _came(lines: Sequence[ReturnLine], units: Mapping[int, int] | None) -> dict[int, int]:
    if units is None:
        return {line.line_no: line.quantity for line in lines}
    _require_lines(lines, units)
    came = {line.line_no: units.get(line.line_no, 0) for line in lines}
    for line in lines:
        if not 0 <= came[line.line_no] <= line.quantity:
            raise ReturnLineError(
                line=line.line_no, problem=f"0 to {line.quantity} can have arrived"
            )
    if not any(came.values()):
        raise ReturnLineError(line=0, problem="nothing arrived: cancel the return instead")
    return came


def _require_lines(lines: Sequence[ReturnLine], told: Mapping[int, object]) -> None:
    known = {line.line_no for line in lines}
    for number in sorted(set(told) - known):
        raise ReturnLineError(line=number, problem="the return has no such line")


def _save(lines: Sequence[ReturnLine], fields: Sequence[str]) -> None:
    for line in lines:
        ReturnLine.objects.filter(return_key=line.return_key, line_no=line.line_no).update(
            **{name: getattr(line, name) for name in fields}
        )


def _shown(row: Return) -> ReturnRow:
    return row_of(row, sum(line.quantity for line in lines_of(row.key)))


def _audit(actor: Actor, action: str, row: Return, now: datetime) -> None:
    record(
        actor=actor, action=action, subject=encode("ret", row.id), now=now,
        after={"state": row.state, "doubts": row.doubts, "refund_minor": row.refund_minor},
    )  # fmt: skip
