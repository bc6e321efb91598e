"""Check goods that go back to a supplier, and what it credits."""

from collections.abc import Mapping

from quanqu.sell.inventory.contracts import Movement, MovementKind, StockState
from quanqu.sell.supply.contracts import (
    LARGEST_AMOUNT,
    MOST_LINES,
    CreditError,
    ItemCost,
    ReturnDraft,
    ReturnLineError,
)

__all__ = ["check_credit", "check_return", "return_costs", "return_movements"]

_LARGEST = 10_000_000


def check_return(draft: ReturnDraft) -> None:
    """Refuse a return that cannot be, by its line from 1. Raises: ReturnLineError."""
    if not 1 <= len(draft.reference.strip()) <= 80 or "\0" in draft.reference:
        raise ReturnLineError(line=0, reason="the reference has 1 to 80 characters")
    if not 3 <= len(draft.reason.strip()) <= 500 or "\0" in draft.reason:
        raise ReturnLineError(line=0, reason="say why in 3 to 500 characters")
    if not 1 <= len(draft.lines) <= MOST_LINES:
        raise ReturnLineError(line=0, reason=f"a return has 1 to {MOST_LINES} lines")
    seen: set[int] = set()
    for number, line in enumerate(draft.lines, 1):
        if not 1 <= line.quantity <= _LARGEST:
            reason = f"the quantity is a number from 1 to {_LARGEST}"
            raise ReturnLineError(line=number, reason=reason)
        if line.variant_key in seen:
            raise ReturnLineError(line=number, reason="the item is on another line already")
        seen.add(line.variant_key)


def return_costs(draft: ReturnDraft, costs: Mapping[int, ItemCost]) -> list[int]:
    """Return at which cost each line is credited: as told, else what the item costs now.

    Units: minor units of one sale unit.  Raises: ReturnLineError.
    """
    found = []
    for number, line in enumerate(draft.lines, 1):
        told, cost = line.unit_cost_minor, costs.get(line.variant_key)
        if told is None and cost is None:
            reason = "the supplier has no cost for the item: give one"
            raise ReturnLineError(line=number, reason=reason)
        unit = told if told is not None else cost.cost.minor if cost else 0
        if unit < 0 or unit * line.quantity > LARGEST_AMOUNT:
            raise ReturnLineError(line=number, reason="the cost is below zero or too large")
        found.append(unit)
    return found


def return_movements(draft: ReturnDraft, place_key: int) -> tuple[Movement, ...]:
    """Return what a return takes from stock."""
    state = StockState(draft.taken_from.value)
    return tuple(
        Movement(place_key, line.variant_key, MovementKind.SUPPLIER_RETURN, state, -line.quantity)
        for line in draft.lines
    )


def check_credit(*, amount_minor: int, reference: str, expected_minor: int) -> None:
    """Refuse a credit that cannot be.

    `expected_minor`: what is still expected.  Raises: CreditError.
    """
    if not 1 <= len(reference.strip()) <= 80 or "\0" in reference:
        raise CreditError(reason="the reference has 1 to 80 characters")
    if amount_minor < 1:
        raise CreditError(reason="the amount is zero or too large")
    if amount_minor > expected_minor:
        raise CreditError(reason="it is more than what is still expected")
