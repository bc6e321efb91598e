"""Goods on their way from one place to another."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = [
    "OPEN_STATES",
    "ReceiptLine",
    "TransferDraft",
    "TransferFilters",
    "TransferItem",
    "TransferLine",
    "TransferState",
    "TransferView",
]


class TransferState(StrEnum):
    """How far a transfer is; `received` waits to be closed, `closed` and `cancelled` are ends."""

    DRAFT = "draft"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


OPEN_STATES: Final = frozenset({TransferState.SENT, TransferState.PARTLY_RECEIVED})
"""The states in which goods are on the way."""


@dataclass(frozen=True, slots=True)
class TransferItem:
    """What to send of an item. Units: sale units, at least 1."""

    variant_key: int
    quantity: int


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """A transfer to be made; both places belong to one company."""

    from_place_key: int
    to_place_key: int
    items: tuple[TransferItem, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TransferLine:
    """An item of a transfer: how much was sent, and what became of it. Units: sale units.

    `received` arrived in good order, `damaged` arrived broken, `lost` never arrived, `returned` is
    back where it left; `surplus` arrived beyond what was sent, `surplus_decided` of it is settled.
    """

    line_no: int
    variant_key: int
    quantity: int
    received: int = 0
    damaged: int = 0
    lost: int = 0
    surplus: int = 0
    returned: int = 0
    surplus_decided: int = 0

    @property
    def remaining(self) -> int:
        """What has neither arrived nor been given up."""
        return self.quantity - self.received - self.damaged - self.lost - self.returned

    @property
    def surplus_open(self) -> int:
        """Surplus nobody has decided about."""
        return self.surplus - self.surplus_decided


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What arrived of a line: in good order, broken, and beyond what was sent."""

    line_no: int
    good: int = 0
    damaged: int = 0
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class TransferFilters:
    """Narrow a list of transfers: from or to places of a unit, one place, some states."""

    unit_id: str | None = None
    place_key: int | None = None
    states: frozenset[TransferState] = frozenset()


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer as it stands, with its lines."""

    key: int
    id: UUID
    from_place_key: int
    to_place_key: int
    state: TransferState
    note: str
    created_by: str
    created_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None
    lines: tuple[TransferLine, ...]
