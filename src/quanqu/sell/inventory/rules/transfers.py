"""What can be done with a transfer in which state, and which movements it makes.

Source: docs/rules/transfers.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from quanqu.sell.inventory.contracts import (
    LARGEST_QUANTITY,
    MOST_LINES,
    Movement,
    MovementKind,
    ReceiptLine,
    StockState,
    TransferItem,
    TransferLine,
    TransferLineError,
    TransferState,
)

__all__ = [
    "CAN",
    "check_items",
    "check_receipt",
    "given_up",
    "received",
    "returning",
    "sending",
    "state_after",
    "state_of",
]

_S = TransferState
CAN: Final[dict[str, frozenset[TransferState]]] = {
    "changed": frozenset({_S.DRAFT}),
    "sent": frozenset({_S.DRAFT}),
    "received": frozenset({_S.SENT, _S.PARTLY_RECEIVED, _S.RECEIVED}),
    "closed": frozenset({_S.SENT, _S.PARTLY_RECEIVED, _S.RECEIVED}),
    "decided": frozenset({_S.SENT, _S.PARTLY_RECEIVED, _S.RECEIVED, _S.CLOSED}),
    "cancelled": frozenset({_S.DRAFT, _S.SENT}),
}
"""In which states a transfer can be changed, sent, received, closed, decided about, cancelled."""

_HAND, _ROAD, _BROKEN = StockState.ON_HAND, StockState.IN_TRANSIT, StockState.DAMAGED


def check_items(items: Sequence[TransferItem]) -> None:
    """Refuse what cannot be sent, by its line from 1. Raises: TransferLineError."""
    if not items:
        raise TransferLineError(line=1, problem="a transfer has at least one line")
    if len(items) > MOST_LINES // 2:
        problem = f"a transfer has at most {MOST_LINES // 2} lines"
        raise TransferLineError(line=MOST_LINES // 2 + 1, problem=problem)
    met: set[int] = set()
    for number, one in enumerate(items, 1):
        _check_quantity(number, one.quantity, least=1)
        if one.variant_key in met:
            raise TransferLineError(line=number, problem="the item stands on another line")
        met.add(one.variant_key)


def check_receipt(lines: Sequence[TransferLine], arrived: Sequence[ReceiptLine]) -> None:
    """Refuse a receipt of lines that are not there, or of more than is on the way.

    What arrived beyond it is said to be surplus.  Raises: TransferLineError.
    """
    known = {line.line_no: line for line in lines}
    if not arrived:
        raise TransferLineError(line=1, problem="nothing is said to have arrived")
    met: set[int] = set()
    for one in arrived:
        line = known.get(one.line_no)
        if line is None or one.line_no in met:
            problem = "the transfer has no such line" if line is None else "it is told twice"
            raise TransferLineError(line=one.line_no, problem=problem)
        met.add(one.line_no)
        for quantity in (one.good, one.damaged, one.surplus):
            _check_quantity(one.line_no, quantity, least=0)
        if one.good + one.damaged + one.surplus == 0:
            raise TransferLineError(line=one.line_no, problem="nothing is said to have arrived")
        if one.good + one.damaged > line.remaining:
            problem = f"only {line.remaining} are on the way; what is beyond it is surplus"
            raise TransferLineError(line=one.line_no, problem=problem)


def sending(lines: Sequence[TransferLine], origin: int, target: int) -> tuple[Movement, ...]:
    """Return the movements of goods that leave: they are on the way to the target."""
    kind = MovementKind.TRANSFER_OUT
    return tuple(
        Movement(place, line.variant_key, kind, state, sign * line.quantity)
        for line in lines
        for place, state, sign in ((origin, _HAND, -1), (target, _ROAD, 1))
    )


def received(
    lines: Sequence[TransferLine], arrived: Sequence[ReceiptLine], target: int
) -> tuple[tuple[TransferLine, ...], tuple[Movement, ...]]:
    """Return the lines after a checked receipt, and its movements.

    What arrived broken came in and broke; surplus corrects what is on hand.
    """
    told = {one.line_no: one for one in arrived}
    after: list[TransferLine] = []
    movements: list[Movement] = []
    for line in lines:
        one = told.get(line.line_no)
        if one is None:
            after.append(line)
            continue
        after.append(
            replace(
                line,
                received=line.received + one.good,
                damaged=line.damaged + one.damaged,
                surplus=line.surplus + one.surplus,
            )
        )
        came = one.good + one.damaged
        for kind, state, quantity in (
            (MovementKind.TRANSFER_IN, _ROAD, -came),
            (MovementKind.TRANSFER_IN, _HAND, came),
            (MovementKind.DAMAGE, _HAND, -one.damaged),
            (MovementKind.DAMAGE, _BROKEN, one.damaged),
            (MovementKind.CORRECTION, _HAND, one.surplus),
        ):
            if quantity:
                movements.append(Movement(target, line.variant_key, kind, state, quantity))
    return tuple(after), tuple(movements)


def given_up(
    lines: Sequence[TransferLine], target: int
) -> tuple[tuple[TransferLine, ...], tuple[Movement, ...]]:
    """Return the lines with what has not arrived as lost, and the movements that say so."""
    after = tuple(replace(line, lost=line.lost + line.remaining) for line in lines)
    movements = tuple(
        Movement(
            target,
            line.variant_key,
            MovementKind.CORRECTION,
            StockState.IN_TRANSIT,
            -line.remaining,
        )
        for line in lines
        if line.remaining
    )
    return after, movements


def returning(lines: Sequence[TransferLine], origin: int, target: int) -> tuple[Movement, ...]:
    """Return the movements of goods that turn round: they are on hand again where they left."""
    kind = MovementKind.TRANSFER_IN
    return tuple(
        Movement(place, line.variant_key, kind, state, sign * line.quantity)
        for line in lines
        for place, state, sign in ((target, _ROAD, -1), (origin, _HAND, 1))
    )


def state_after(lines: Sequence[TransferLine]) -> TransferState:
    """Return how far a transfer is after a receipt."""
    is_over = all(line.remaining == 0 for line in lines)
    return TransferState.RECEIVED if is_over else TransferState.PARTLY_RECEIVED


def state_of(lines: Sequence[TransferLine]) -> TransferState:
    """Return how far an open transfer is; one of which nothing is told is on the way."""
    if any(one.remaining < one.quantity or one.surplus for one in lines):
        return state_after(lines)
    return TransferState.SENT


def _check_quantity(line: int, quantity: int, *, least: int) -> None:
    if quantity < least:
        raise TransferLineError(line=line, problem=f"the quantity is less than {least}")
    if quantity > LARGEST_QUANTITY:
        raise TransferLineError(line=line, problem=f"the quantity is over {LARGEST_QUANTITY}")
