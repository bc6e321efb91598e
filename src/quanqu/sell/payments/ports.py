"""What this room needs of a provider of payments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from quanqu.sell.payments.contracts import CaptureMode, EntryKind, NextStep

__all__ = [
    "Access",
    "Answer",
    "Fact",
    "Gateway",
    "Means",
    "Notice",
    "Outcome",
    "Receipt",
    "Task",
]


class Outcome(StrEnum):
    """How a provider answered: `unknown`: it did not; `absent`: it never heard of it."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Access:
    """An account as its adapter uses it; `notify_url`: where the provider sends its notices."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    is_test: bool
    notify_url: str


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a provider, under an id by which it knows a repetition.

    `captured_minor`: what was taken of the payment before.  `is_last`: what a capture leaves is
    given up with it.  Units: minor units; `payment_minor` is the whole payment's.
    """

    operation_id: UUID
    payment_id: UUID
    kind: EntryKind
    amount_minor: int
    payment_minor: int
    currency: str
    capture: CaptureMode
    tender: str
    provider_ref: str
    reference: str
    description: str
    token: str = ""
    shown_code: str = ""
    payer: str = ""
    return_url: str = ""
    reason: str = ""
    expires_at: datetime | None = None
    captured_minor: int = 0
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened at the provider. Units: minor units of `currency`.

    `operation_id`: what asked for it, where the provider tells.  `is_total`: the amount is that of
    all captures of the payment until then, of which some may be booked.  `is_final`: nothing more
    can be taken, and what is left of the promise was given up.
    """

    kind: EntryKind
    amount_minor: int
    currency: str
    provider_id: str
    operation_id: UUID | None = None
    is_total: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What a provider tells of the means that a shopper paid with.

    `wallet`: the wallet of a phone that holds the card, as the provider calls it, or nothing.
    `takes_parts`: the promise can be captured more than once.
    """

    wallet: str
    takes_parts: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered, and what happened there; `means`: None where it does not tell."""

    outcome: Outcome
    facts: tuple[Fact, ...] = ()
    provider_ref: str = ""
    next_step: NextStep | None = None
    reason: str = ""
    means: Means | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider tells by itself; `is_over`: the payment ended there without money."""

    event_id: str
    kind: str
    payment_id: UUID | None
    facts: tuple[Fact, ...] = ()
    provider_ref: str = ""
    refused_operation: UUID | None = None
    is_over: bool = False
    reason: str = ""
    means: Means | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider wants to read when its notice was taken."""

    body: str
    content_type: str = "application/json"


class Gateway(Protocol):
    """An adapter: it speaks a provider's protocol, and decides nothing."""

    receipt: Receipt

    def check(self, access: Access, *, now: datetime) -> Answer:
        """Make a harmless call with the account's keys: done, refused with a reason, unknown."""

    def do(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask for it; asked again under the same id, it happens once."""

    def find(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """Ask what became of it."""

    def close(self, access: Access, task: Task, *, now: datetime) -> Answer:
        """End a payment the shopper did not make in time: refused when it is ended."""

    def describe(self, access: Access, provider_ref: str) -> Means | None:
        """Ask by what means a payment was made; None: nothing was answered, or nothing is told."""

    def read_notice(
        self, access: Access, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Notice:
        """Check and read a notice. Raises: NoticeSignatureError, NoticeContentError."""
