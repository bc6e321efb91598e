"""A tender: a way to pay, the same in every channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from quanqu.sell.payments.contracts.words import Channel, EntryKind, TenderKind

__all__ = ["Booking", "InHouse", "Tender", "TenderOffer"]


@dataclass(frozen=True, slots=True)
class Tender:
    """A way to pay and what it can do.

    `provider`: the adapter that speaks for it; an account of that provider belongs to a company.
    `can_authorise`: money can be promised first and captured later.  `is_promise`: it is always
    so, because the money comes with the goods or after them.  `can_capture_part`,
    `can_capture_again`: less than all, more than once; what a single capture leaves is given up.
    `may_capture_again`: the provider tells of each promise whether it can be captured again.
    `can_void`: a promise can be given up.  `can_refund`: money can go back, in parts.
    """

    code: str
    kind: TenderKind
    channel: Channel = Channel.OFFLINE
    provider: str = ""
    can_authorise: bool = False
    can_capture_part: bool = False
    can_capture_again: bool = False
    may_capture_again: bool = False
    can_void: bool = False
    can_refund: bool = True
    is_promise: bool = False


@dataclass(frozen=True, slots=True)
class TenderOffer:
    """A way to pay at a place, with what a front end needs to offer it; nothing of it is a secret.

    `account`: the code of the company's account with the provider, or nothing.  `wallets`: those of
    phones that the account offers.
    """

    tender: str
    kind: TenderKind
    channel: Channel
    account: str
    is_test: bool
    publishable_key: str
    wallets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """What a room of this house is told of a tender of its own. Units: minor units."""

    payment_id: UUID
    operation_id: UUID
    reference: str
    company_key: int
    kind: EntryKind
    amount_minor: int
    currency: str
    token: str


class InHouse(Protocol):
    """A room that keeps the money of a tender itself: gift cards, stored value, points."""

    def book(self, *, booking: Booking, now: datetime) -> None:
        """Book it within the running transaction, once for each operation id and kind.

        Raises: a RefusedError of the room's own, with which nothing is changed.
        """
