"""What gives way when goods are missing: safety stock, what is kept for channels, promises."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Claim", "cut", "kept_of", "withheld"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of a hold that claims goods; `order` grows with the time it was made."""

    order: tuple[bool, float, str, int]
    quantity: int


def withheld(*, target: int, on_hand: int, backorder_limit: int, claimed: int) -> int:
    """Return how much safety stock can be withheld of its target beside what is claimed."""
    return max(0, min(target, on_hand + backorder_limit - claimed))


def kept_of(wanted: Sequence[int], room: int) -> list[int]:
    """Return how much can be kept for each channel beside what is claimed, the first filled first.

    `wanted`: units to keep, in the order in which they were asked for; `room`: units that nobody
    was promised.
    """
    kept = []
    for units in wanted:
        kept.append(max(0, min(units, room)))
        room -= kept[-1]
    return kept


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
