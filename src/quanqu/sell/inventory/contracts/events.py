"""What stock tells."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["HoldsCut", "HoldsExpired", "TicketsServed"]


@dataclass(frozen=True, slots=True)
class HoldsExpired:
    """Holds ended by themselves, and their goods are free again: (request id, owner)."""

    name: ClassVar[str] = "inventory.holds_expired"
    holds: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HoldsCut:
    """Goods that were promised turned out not to be there: (request id, owner), the latest first.

    Whoever owns them finds another place or gives the money back.
    """

    name: ClassVar[str] = "inventory.holds_cut"
    holds: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TicketsServed:
    """Units came free for who waited in line, and are held for them: (ticket id, owner).

    The hold has the id of the ticket.
    """

    name: ClassVar[str] = "inventory.tickets_served"
    tickets: list[tuple[str, str]]
