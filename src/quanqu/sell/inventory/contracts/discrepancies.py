"""Transfers that arrived short or over, and what somebody decided about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from quanqu.kernel.money import Money
from quanqu.sell.inventory.contracts.transfers import OPEN_STATES, TransferView

__all__ = [
    "OF_SURPLUS",
    "ClaimEnding",
    "Decision",
    "DecisionDraft",
    "DecisionKind",
    "DecisionState",
    "DecisionStep",
    "Discrepancy",
    "DiscrepancyFilters",
]


class DecisionKind(StrEnum):
    """What became of goods that did not arrive, or that arrived beyond what was sent."""

    WRITTEN_OFF = "written_off"
    FOUND_AT_SENDER = "found_at_sender"
    FOUND_AT_RECEIVER = "found_at_receiver"
    CLAIMED = "claimed"
    SURPLUS_KEPT = "surplus_kept"
    SURPLUS_FROM_SENDER = "surplus_from_sender"


OF_SURPLUS: Final = frozenset({DecisionKind.SURPLUS_KEPT, DecisionKind.SURPLUS_FROM_SENDER})


class DecisionState(StrEnum):
    """How a decision stands; `open` is a claim nobody has answered yet."""

    DONE = "done"
    OPEN = "open"
    SETTLED = "settled"
    GIVEN_UP = "given_up"
    UNDONE = "undone"


class ClaimEnding(StrEnum):
    """How a claim ends: the carrier paid, or nobody will."""

    SETTLED = "settled"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class DecisionDraft:
    """What to decide about units of a line. `amount`: of a claim alone, more than nothing."""

    line_no: int
    kind: DecisionKind
    quantity: int
    note: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class DecisionStep:
    """A step of a decision; `amount`: what the carrier paid, of a settled claim."""

    state: DecisionState
    note: str
    amount: Money | None
    by: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, numbered from 1 within its transfer, and each step since."""

    number: int
    line_no: int
    kind: DecisionKind
    quantity: int
    note: str
    amount: Money | None
    state: DecisionState
    steps: tuple[DecisionStep, ...]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A transfer with what was decided about its differences. Units: sale units."""

    transfer: TransferView
    decisions: tuple[Decision, ...]

    @property
    def short_open(self) -> int:
        """What is on the way and nobody has decided about."""
        is_on_the_way = self.transfer.state in OPEN_STATES
        return sum(line.remaining for line in self.transfer.lines) if is_on_the_way else 0

    @property
    def over_open(self) -> int:
        """Surplus nobody has decided about."""
        return sum(line.surplus_open for line in self.transfer.lines)

    @property
    def decided(self) -> int:
        """Units somebody has decided about."""
        return sum(one.quantity for one in self.decisions if one.state is not DecisionState.UNDONE)

    @property
    def claims(self) -> tuple[Decision, ...]:
        """The claims that wait for an answer."""
        return tuple(one for one in self.decisions if one.state is DecisionState.OPEN)

    @property
    def is_open(self) -> bool:
        """True while anything is to be decided or answered."""
        return bool(self.short_open or self.over_open or self.claims)


@dataclass(frozen=True, slots=True)
class DiscrepancyFilters:
    """Narrow a list of differing transfers.

    `since` and `until`: when they were sent, the end left out.  `text`: a transfer's id, its note,
    the beginning of a SKU or a product's name.
    """

    unit_id: str | None = None
    place_key: int | None = None
    is_open: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
