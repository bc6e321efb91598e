"""Places in the line for an item of which there is not enough."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = [
    "LONGEST_TURN_S",
    "LONGEST_WAIT_S",
    "Ticket",
    "TicketFilters",
    "TicketRequest",
    "TicketState",
]

LONGEST_WAIT_S: Final = 90 * 86_400
LONGEST_TURN_S: Final = 7 * 86_400


class TicketState(StrEnum):
    """What became of a place in line; `served`: its units are held under its own id.

    `refused`: at its turn its buyer had as much as one buyer may have.
    """

    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """Wait for units of an item at a place.

    `ticket_id`: asked again under the same id, the first answer counts; its hold has it too.
    `owner`, `channel`, `buyer`: as in `HoldRequest`; one buyer (or else one owner) waits once for
    an item.  `waits_until`: when it gives up by itself.  `turn_s`: for how many seconds its units
    are held when it is its turn.
    """

    ticket_id: UUID
    owner: str
    place_key: int
    variant_key: int
    quantity: int
    waits_until: datetime
    turn_s: int
    channel: str = ""
    buyer: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in line. `position`: 1 is next; None once it waits no more.

    `line`: how many wait for the item at the place now.
    """

    key: int
    id: UUID
    owner: str
    place_key: int
    variant_key: int
    quantity: int
    channel: str
    turn_s: int
    state: TicketState
    joined_at: datetime
    waits_until: datetime
    settled_at: datetime | None
    position: int | None
    line: int


@dataclass(frozen=True, slots=True)
class TicketFilters:
    """Narrow a list of tickets; None is all."""

    place_keys: frozenset[int] | None = None
    variant_keys: frozenset[int] | None = None
    states: frozenset[TicketState] = frozenset()
    owner: str = ""
