"""What gives way when goods are missing: first safety stock, then the latest promises."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Claim", "cut", "withheld"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of a hold that claims goods; `order` grows with the time it was made."""

    order: tuple[bool, float, str, int]
    quantity: int


def withheld(*, target: int, on_hand: int, backorder_limit: int, claimed: int) -> int:
    """Return how much safety stock can be withheld of its target beside what is claimed."""
    return max(0, min(target, on_hand + backorder_limit - claimed))


def cut(claims: Sequence[Claim], missing: int) -> list[Claim]:
    """Return the claims that give way: of those made last, as many as free `missing` units.

    Whole lines only: an owner keeps all of a line or finds it short.  Holds give way before
    allocations, which somebody has paid for.
    """
    given: list[Claim] = []
    freed = 0
    for claim in sorted(claims, key=lambda one: one.order, reverse=True):
        if freed >= missing:
            break
        given.append(claim)
        freed += claim.quantity
    return given
