"""What a decision about goods that arrived short or over does to lines and to the ledger.

Source: docs/rules/transfers.md#decisions.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from quanqu.sell.inventory.contracts import (
    OF_SURPLUS,
    DecisionDraft,
    DecisionError,
    DecisionKind,
    Movement,
    MovementKind,
    StockState,
    TransferLine,
)

__all__ = ["check_decision", "decided", "happens_at_sender", "undone"]

_LONGEST: Final = 300
_LARGEST: Final = 10**15
_K = DecisionKind
_HAND, _ROAD = StockState.ON_HAND, StockState.IN_TRANSIT
_NEEDS_NOTE: Final = frozenset({_K.WRITTEN_OFF, _K.CLAIMED})
_COLUMN: Final[dict[DecisionKind, str]] = {
    _K.WRITTEN_OFF: "lost",
    _K.CLAIMED: "lost",
    _K.FOUND_AT_SENDER: "returned",
    _K.FOUND_AT_RECEIVER: "received",
    _K.SURPLUS_KEPT: "surplus_decided",
    _K.SURPLUS_FROM_SENDER: "surplus_decided",
}
"""Which count of the line takes the units."""


def happens_at_sender(kind: DecisionKind) -> bool:
    """Tell whether the decision changes the sender's stock, and so is for who may change it."""
    return kind in {_K.FOUND_AT_SENDER, _K.SURPLUS_FROM_SENDER}


def check_decision(lines: Sequence[TransferLine], told: DecisionDraft) -> TransferLine:
    """Return the line a decision is about. Raises: DecisionError."""
    line = next((one for one in lines if one.line_no == told.line_no), None)
    if line is None:
        raise DecisionError(name="line", problem="the transfer has no such line")
    units = line.surplus_open if told.kind in OF_SURPLUS else line.remaining
    if told.quantity < 1:
        raise DecisionError(name="quantity", problem="the quantity is less than 1")
    if told.quantity > units:
        raise DecisionError(name="quantity", problem=f"{units} units are open on the line")
    if len(told.note) > _LONGEST or "\0" in told.note:
        raise DecisionError(name="reason", problem="it has up to 300 characters")
    if told.kind in _NEEDS_NOTE and not told.note.strip():
        raise DecisionError(name="reason", problem="a loss has a reason")
    if told.kind is _K.CLAIMED:
        if told.amount is None or not 0 < told.amount.minor <= _LARGEST:
            raise DecisionError(name="amount", problem="a claim has an amount above zero")
    elif told.amount is not None:
        raise DecisionError(name="amount", problem="only a claim has an amount")
    return line


def decided(
    line: TransferLine, kind: DecisionKind, quantity: int, origin: int, target: int
) -> tuple[TransferLine, tuple[Movement, ...]]:
    """Return the line after a checked decision, and its movements: in transit falls by the units.

    Surplus was booked when it arrived; kept, nothing moves.
    """
    item, kinds = line.variant_key, MovementKind
    movements: tuple[Movement, ...]
    if kind in {_K.WRITTEN_OFF, _K.CLAIMED}:
        movements = (Movement(target, item, kinds.CORRECTION, _ROAD, -quantity),)
    elif kind in {_K.FOUND_AT_SENDER, _K.FOUND_AT_RECEIVER}:
        place = origin if kind is _K.FOUND_AT_SENDER else target
        movements = (
            Movement(target, item, kinds.TRANSFER_IN, _ROAD, -quantity),
            Movement(place, item, kinds.TRANSFER_IN, _HAND, quantity),
        )
    elif kind is _K.SURPLUS_FROM_SENDER:
        movements = (Movement(origin, item, kinds.CORRECTION, _HAND, -quantity),)
    else:
        movements = ()
    return _counted(line, kind, quantity), movements


def undone(
    line: TransferLine, kind: DecisionKind, quantity: int, origin: int, target: int
) -> tuple[TransferLine, tuple[Movement, ...]]:
    """Return the line as it was before a decision, and the movements that take it back."""
    _after, made = decided(line, kind, quantity, origin, target)
    back = tuple(
        replace(
            one,
            quantity=-one.quantity,
            kind=MovementKind.TRANSFER_OUT
            if one.kind is MovementKind.TRANSFER_IN
            else MovementKind.CORRECTION,
        )
        for one in reversed(made)
    )
    return _counted(line, kind, -quantity), back


def _counted(line: TransferLine, kind: DecisionKind, units: int) -> TransferLine:
    name = _COLUMN[kind]
    return replace(line, **{name: getattr(line, name) + units})
