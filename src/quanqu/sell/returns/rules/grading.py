"""What the grades of an inspection do to stock."""

from collections.abc import Mapping
from typing import Final

from quanqu.sell.inventory.contracts import MovementKind, StockState
from quanqu.sell.returns.contracts import Grade, GradeError

__all__ = ["MOVES", "accepted", "check_grades"]

_BACK, _OFF = MovementKind.RETURN, MovementKind.WRITE_OFF
MOVES: Final[dict[Grade, tuple[tuple[MovementKind, StockState, int], ...]]] = {
    Grade.A: ((_BACK, StockState.ON_HAND, 1),),
    Grade.B: ((_BACK, StockState.DAMAGED, 1),),
    Grade.C: ((_BACK, StockState.DAMAGED, 1), (_OFF, StockState.DAMAGED, -1)),
    Grade.QUALITY_HOLD: ((_BACK, StockState.QUALITY_HOLD, 1),),
    Grade.REJECTED: (),
}
"""The movements of one unit of a grade: kind, state, sign."""


def check_grades(line: int, units: Mapping[Grade, int], received: int) -> None:
    """Refuse grades that do not make what was received. Raises: GradeError."""
    if any(count < 0 for count in units.values()) or sum(units.values()) != received:
        raise GradeError(line=line, graded=sum(units.values()), received=received)


def accepted(units: Mapping[Grade, int]) -> int:
    """Return how many units are taken back."""
    return sum(count for grade, count in units.items() if grade is not Grade.REJECTED)
