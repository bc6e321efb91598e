"""Refunds a provider refused: what awaits a decision, and how it was decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

__all__ = ["BY_HAND", "RefundDecision", "RefundWay", "RefusedRefund"]

BY_HAND: Final = ("cash", "bank_transfer", "store_terminal")
"""How money goes back that no payment gives back."""


class RefundWay(StrEnum):
    """How a refused refund is decided.

    retry: the provider is asked again.  payment: another payment of the same order gives it back.
    by_hand: it is paid otherwise, and booked here.  none: nothing is owed any more.
    """

    RETRY = "retry"
    PAYMENT = "payment"
    BY_HAND = "by_hand"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RefusedRefund:
    """A refund that a provider refused and nobody decided yet. Units: minor units of `currency`.

    `reason`: why it was refused, as a code.  `note`: what the refund was for.
    """

    operation_id: UUID
    key: int
    payment_id: UUID
    reference: str
    tender: str
    place_key: int
    company_key: int
    currency: str
    amount_minor: int
    reason: str
    note: str
    refused_at: datetime


@dataclass(frozen=True, slots=True)
class RefundDecision:
    """How a refused refund was decided, by whom and why.

    `follow_id`: the refund that followed from it.
    """

    operation_id: UUID
    way: RefundWay
    payment_id: UUID
    follow_id: UUID | None
    tender: str
    amount_minor: int
    currency: str
    reason: str
    at: datetime
    actor: str
