"""What makes one order of two, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from quanqu.sell.checkout.contracts.reads import LiveOrder

__all__ = ["MergeCandidate", "MergeProblem", "MergeView", "OrderMerge"]


class MergeProblem(StrEnum):
    """Why two orders are not made one; docs/rules/order-edits.md says when each is."""

    SAME_ORDER = "they are the same order"
    COMPANY = "another company sells it"
    PLACE = "it was placed at another place"
    CURRENCY = "it is in another currency"
    CUSTOMER = "another customer placed it, or nobody known"
    DELIVERY = "its goods reach the buyer another way"
    ADDRESS = "it goes to another address"
    GIFT = "it is another gift"
    SLOT = "it has a time of its own"
    STATE = "it is not waiting to be picked"
    PICKED = "somebody picks it already"
    DUE = "something is still to be paid"
    HELD_UP = "it is held up"
    PAID_DIFFERENTLY = "it was paid differently"
    MONEY_MOVES = "its money is just moving"
    TOO_LARGE = "together they are too large"
    CHANGED = "it was changed since they were merged"
    UNDONE = "they are two orders again"


@dataclass(frozen=True, slots=True)
class OrderMerge:
    """Another order to be taken into one.

    `id`: asked again under it, the first answer counts.  `edition`, `gone_edition`: those the
    editor saw of both.
    """

    id: UUID
    order_id: UUID
    edition: int
    gone_id: UUID
    gone_edition: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge as it is kept. Units: minor units; `merged_minor` is the sum of the two others."""

    id: UUID
    order_id: UUID
    gone_id: UUID
    at: datetime
    actor: str
    reason: str
    kept_minor: int
    gone_minor: int
    merged_minor: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class MergeCandidate:
    """An open order of the same customer, and why it cannot be merged; None: it can."""

    order: LiveOrder
    problem: MergeProblem | None
