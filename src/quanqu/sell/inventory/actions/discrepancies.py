"""Decide about goods that arrived short or over, answer claims, and take decisions back.

A transfer's row is locked first, then levels; its decisions change under its lock alone.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from quanqu.infra.auth.contracts import Actor
from quanqu.kernel.ids import encode
from quanqu.kernel.money import Money
from quanqu.sell.inventory.actions.allowed import require_places
from quanqu.sell.inventory.actions.locking import lock_levels
from quanqu.sell.inventory.actions.opening import open_levels
from quanqu.sell.inventory.actions.transfers import (
    lock_transfer,
    post_transfer,
    require_state,
    save_transfer,
)
from quanqu.sell.inventory.contracts import (
    OF_SURPLUS,
    ClaimEnding,
    DecisionDraft,
    DecisionError,
    DecisionKind,
    DecisionNotFoundError,
    DecisionState,
    DecisionStateError,
    DecisionUndoError,
    Discrepancy,
    Movement,
    StockState,
    TransferLine,
    TransferShortError,
    TransferState,
)
from quanqu.sell.inventory.models import Transfer, TransferDecision, TransferDecisionStep
from quanqu.sell.inventory.queries.discrepancies import discrepancies_of, happened_since
from quanqu.sell.inventory.rules.discrepancies import (
    check_decision,
    decided,
    happens_at_sender,
    undone,
)
from quanqu.sell.inventory.rules.transfers import state_of

__all__ = ["decide_discrepancy", "end_claim", "undo_decision"]

_BEFORE: Final = {
    DecisionState.DONE: DecisionState.UNDONE,
    DecisionState.OPEN: DecisionState.UNDONE,
    DecisionState.SETTLED: DecisionState.OPEN,
    DecisionState.GIVEN_UP: DecisionState.OPEN,
}
"""How a decision stands when its state is taken back."""


def decide_discrepancy(
    *, actor: Actor, transfer_id: UUID, told: DecisionDraft, once: str, now: datetime
) -> Discrepancy:
    """Say what became of units that did not arrive, or that arrived beyond what was sent.

    The same decision, by its name `once`, changes nothing more.  What is found at the sender and
    surplus that is its own are for who may change stock there, all else at the receiver.
    Raises: TransferNotFoundError, StockPlaceError, TransferStateError, DecisionError;
    TransferShortError where the sender has less than the surplus.
    """
    with transaction.atomic():
        row, lines = lock_transfer(actor, transfer_id, "", at_target=None)
        require_places(actor, {_place(row, told.kind)})
        if TransferDecision.objects.filter(transfer=row, once=once).exists():
            return _shown(row)
        require_state(row, "decided")
        line = check_decision(lines, told)
        after, movements = decided(
            line, told.kind, told.quantity, row.from_place_key, row.to_place_key
        )
        if told.kind is DecisionKind.SURPLUS_FROM_SENDER:
            _require_there(line, movements, may_be_promised=True)
        posting = None
        if movements:
            posting = post_transfer(
                row, movements, f"decision/{once}", actor, now, reason=told.note or told.kind.value
            )
        is_claim = told.kind is DecisionKind.CLAIMED
        made = TransferDecision.objects.create(
            transfer=row,
            number=TransferDecision.objects.filter(transfer=row).count() + 1,
            line_no=told.line_no,
            kind=told.kind.value,
            quantity=told.quantity,
            note=told.note,
            amount_minor=told.amount.minor if told.amount else None,
            currency=told.amount.currency if told.amount else "",
            state=(DecisionState.OPEN if is_claim else DecisionState.DONE).value,
            once=once,
            decided_at=now,
        )
        _step(made, told.note, None, actor, now, posting)
        _save(row, lines, after)
        return _shown(row)


def end_claim(
    *,
    actor: Actor,
    transfer_id: UUID,
    number: int,
    ending: ClaimEnding,
    amount: Money | None,
    note: str,
    now: datetime,
) -> Discrepancy:
    """Settle a claim with what the carrier paid, or give it up. Ended so again, nothing changes.

    Raises: TransferNotFoundError, StockPlaceError, DecisionNotFoundError, DecisionStateError,
    DecisionError.
    """
    with transaction.atomic():
        row, _lines = lock_transfer(actor, transfer_id, "", at_target=True)
        found = _decision(row, number)
        if found.state == ending.value:
            return _shown(row)
        if found.state != DecisionState.OPEN:
            raise DecisionStateError(number=number, state=found.state, wanted=ending.value)
        if len(note) > 300 or "\0" in note:
            raise DecisionError(name="reason", problem="it has up to 300 characters")
        _check_paid(found, ending, amount, note)
        found.state = ending.value
        found.save(update_fields=["state"])
        _step(found, note, amount, actor, now, None)
        return _shown(row)


def undo_decision(
    *, actor: Actor, transfer_id: UUID, number: int, state: DecisionState, now: datetime
) -> Discrepancy:
    """Take back a decision, or the answer to a claim, that stands as `state`.

    Taken back already, nothing changes.  A decision is taken back where nothing else happened to
    its units since: no receipt, no later decision of its line, no closing, no movement of what it
    brought.  Raises: TransferNotFoundError, StockPlaceError, DecisionNotFoundError,
    DecisionStateError, DecisionUndoError.
    """
    with transaction.atomic():
        row, lines = lock_transfer(actor, transfer_id, "", at_target=None)
        found = _decision(row, number)
        kind = DecisionKind(found.kind)
        require_places(actor, {_place(row, kind)})
        before = _BEFORE.get(state)
        if before is None or found.state not in {state.value, before.value}:
            raise DecisionStateError(number=number, state=found.state, wanted="undone")
        if found.state == before.value:
            return _shown(row)
        posting = None
        if before is DecisionState.UNDONE:
            line = next(one for one in lines if one.line_no == found.line_no)
            _require_last(row, found)
            after, movements = undone(
                line, kind, found.quantity, row.from_place_key, row.to_place_key
            )
            _require_untouched(row, found, line, movements)
            if movements:
                name = f"undoing/{found.number}"
                posting = post_transfer(row, movements, name, actor, now, reason="taken back")
            if kind not in OF_SURPLUS:
                row.settled_at = None
            _save(row, lines, after, reopens=kind not in OF_SURPLUS)
        found.state = before.value
        found.save(update_fields=["state"])
        _step(found, "", None, actor, now, posting)
        return _shown(row)


def _place(row: Transfer, kind: DecisionKind) -> int:
    return row.from_place_key if happens_at_sender(kind) else row.to_place_key


def _decision(row: Transfer, number: int) -> TransferDecision:
    found = TransferDecision.objects.filter(transfer=row, number=number).first()
    if found is None:
        raise DecisionNotFoundError(ref=encode("trf", row.id), number=number)
    return found


def _check_paid(
    found: TransferDecision, ending: ClaimEnding, amount: Money | None, note: str
) -> None:
    if ending is ClaimEnding.GIVEN_UP:
        if amount is not None:
            raise DecisionError(name="amount", problem="what is given up has none")
        if not note.strip():
            raise DecisionError(name="reason", problem="a loss has a reason")
        return
    if amount is None or amount.currency != found.currency or amount.minor < 1:
        problem = "say what was paid, above zero and in the currency of the claim"
        raise DecisionError(name="amount", problem=problem)
    if amount.minor > 10**15:
        raise DecisionError(name="amount", problem="it is too large")


def _require_last(row: Transfer, found: TransferDecision) -> None:
    later = TransferDecision.objects.filter(
        transfer=row, line_no=found.line_no, number__gt=found.number
    )
    if later.exclude(state=DecisionState.UNDONE.value).exists():
        problem = "something else was decided about the line since"
        raise DecisionUndoError(number=found.number, problem=problem)
    if row.settled_at is not None and row.settled_at > found.decided_at:
        problem = "the transfer was closed since"
        raise DecisionUndoError(number=found.number, problem=problem)


def _require_untouched(
    row: Transfer, found: TransferDecision, line: TransferLine, movements: tuple[Movement, ...]
) -> None:
    """Lock the levels, then see that nothing moved of them since and nothing of it is promised."""
    if not movements:
        return
    _require_there(line, movements, may_be_promised=False)
    ats = {(one.place_key, one.state) for one in movements}
    if happened_since(row, found.key, line.variant_key, ats):
        raise DecisionUndoError(number=found.number, problem="the goods have moved since")


def _require_there(
    line: TransferLine, movements: tuple[Movement, ...], *, may_be_promised: bool
) -> None:
    """Lock the levels of movements; refuse where what leaves is not on hand, or is promised."""
    ats = [(one.place_key, one.variant_key) for one in movements]
    open_levels(ats)
    levels = lock_levels(ats)
    for one in movements:
        if one.quantity > 0 or one.state is not StockState.ON_HAND:
            continue
        level = levels.get((one.place_key, one.variant_key))
        if level is None:  # a kit: its parts are looked at where they move
            continue
        free = level.states[StockState.ON_HAND] - (0 if may_be_promised else level.claimed)
        if free < -one.quantity:
            raise TransferShortError(line=line.line_no, asked=-one.quantity, free=max(free, 0))


def _step(
    decision: TransferDecision,
    note: str,
    amount: Money | None,
    actor: Actor,
    now: datetime,
    posting: UUID | None,
) -> None:
    TransferDecisionStep.objects.create(
        decision=decision,
        state=decision.state,
        note=note,
        amount_minor=amount.minor if amount else None,
        by=actor.id,
        actor_name=actor.name,
        at=now,
        posting_id=posting,
    )


def _save(
    row: Transfer,
    lines: tuple[TransferLine, ...],
    changed: TransferLine,
    *,
    reopens: bool = False,
) -> None:
    after = tuple(changed if one.line_no == changed.line_no else one for one in lines)
    is_closed = row.state == TransferState.CLOSED and not reopens
    state = TransferState.CLOSED if is_closed else state_of(after)
    save_transfer(row, after, state, row.settled_at)


def _shown(row: Transfer) -> Discrepancy:
    return discrepancies_of([row])[0]
