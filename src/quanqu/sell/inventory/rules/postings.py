"""Check movements before they are posted, and sum them up."""

from collections.abc import Iterable, Sequence

from quanqu.sell.inventory.contracts import (
    EFFECTS,
    LARGEST_QUANTITY,
    MOST_LINES,
    HoldLine,
    HoldLineError,
    Movement,
    MovementError,
    StockState,
)
from quanqu.sell.inventory.rules.admission import At

__all__ = ["check_lines", "check_movements", "summed"]


def check_movements(movements: Sequence[Movement]) -> None:
    """Refuse what cannot be, by its line from 1. Raises: MovementError."""
    if not movements:
        raise MovementError(line=1, problem="a posting has at least one movement")
    if len(movements) > MOST_LINES:
        problem = f"a posting has at most {MOST_LINES} movements"
        raise MovementError(line=MOST_LINES + 1, problem=problem)
    for number, one in enumerate(movements, 1):
        if problem := _wrong_with(one):
            raise MovementError(line=number, problem=problem)


def _wrong_with(one: Movement) -> str:
    if one.quantity == 0:
        return "the quantity is zero"
    if abs(one.quantity) > LARGEST_QUANTITY:
        return f"the quantity is over {LARGEST_QUANTITY}"
    directions = EFFECTS[one.kind].get(one.state, frozenset())
    if not directions:
        return f"a {one.kind} does not change {one.state}"
    if (1 if one.quantity > 0 else -1) not in directions:
        way = "take from" if one.quantity < 0 else "add to"
        return f"a {one.kind} does not {way} {one.state}"
    return ""


def check_lines(lines: Sequence[HoldLine]) -> None:
    """Refuse lines that cannot be held, by their number from 1. Raises: HoldLineError."""
    if not lines:
        raise HoldLineError(line=1, problem="a hold has at least one line")
    if len(lines) > MOST_LINES:
        problem = f"a hold has at most {MOST_LINES} lines"
        raise HoldLineError(line=MOST_LINES + 1, problem=problem)
    for number, line in enumerate(lines, 1):
        if line.quantity < 1:
            raise HoldLineError(line=number, problem="the quantity is less than one")
        if line.quantity > LARGEST_QUANTITY:
            problem = f"the quantity is over {LARGEST_QUANTITY}"
            raise HoldLineError(line=number, problem=problem)


def summed(movements: Iterable[Movement]) -> dict[At, dict[StockState, int]]:
    """Return what the movements change, by place and item and state."""
    found: dict[At, dict[StockState, int]] = {}
    for one in movements:
        states = found.setdefault((one.place_key, one.variant_key), {})
        states[one.state] = states.get(one.state, 0) + one.quantity
    return found
