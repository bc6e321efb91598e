"""What crosses the room's border: open matters, facts, offers and the next action."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from quanqu.kernel.money import Money
from quanqu.know.consent.contracts import Channel, CustomerConsent, Purpose, Reason
from quanqu.know.customers.contracts import CustomerDetail, CustomerScoreRow

__all__ = [
    "Action",
    "Area",
    "CustomerCare",
    "Facts",
    "Lead",
    "LeadTo",
    "Matter",
    "MatterKind",
    "Matters",
    "Offer",
    "Passed",
    "Reach",
    "Stage",
    "Text",
    "Why",
]


class Area(StrEnum):
    """Where matters come from; each is shown to whom its room shows it."""

    PRIVACY = "privacy"
    MATCHING = "matching"
    IDENTITY = "identity"
    CONSENT = "consent"
    ORDERS = "orders"


class MatterKind(StrEnum):
    """What can be unfinished about a customer."""

    PRIVACY_REQUEST = "privacy_request"
    DUPLICATE = "duplicate"
    REFUSED_LINK = "refused_link"
    CONSENT_CONFLICT = "consent_conflict"
    CONSENT_ENDING = "consent_ending"
    ORDER_UNPAID = "order_unpaid"
    ORDER_UNFULFILLED = "order_unfulfilled"
    REFUND_DUE = "refund_due"


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is unfinished: since when, and until when it has to be settled, if ever.

    `ref` is the outside id of what it is about, where that has one.  `about` is the word of its
    room: the kind of request, the kind of breach, the purpose, the number of the order.  `state` is
    that of a request or an order.  `amount` is what an order waits for; `probability` that of a
    pair, with the outside id of the other customer; `channels` those of a consent.
    """

    kind: MatterKind
    ref: str
    about: str
    since: datetime | None
    due_at: datetime | None = None
    state: str = ""
    amount: Money | None = None
    probability: float | None = None
    other_id: str = ""
    channels: tuple[Channel, ...] = ()

    def is_overdue(self, *, now: datetime) -> bool:
        """Tell whether the time for it is over."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Matters:
    """What is open about a customer, by deadline, then age; `hidden` is what the reader may not
    see, of which nothing is said."""

    items: tuple[Matter, ...] = ()
    hidden: frozenset[Area] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a customer may be spoken to for a purpose through a channel, as the gate says, and
    whether an address for it is known."""

    purpose: Purpose
    channel: Channel
    is_allowed: bool
    reason: Reason
    has_address: bool

    @property
    def is_usable(self) -> bool:
        """Tell whether a message may go and would arrive."""
        return self.is_allowed and self.has_address


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a customer when an action is chosen, as far as the reader may see it.

    `today` is the day in `zone`, the reader's.  `order_days` are the days on which they bought,
    oldest first.
    """

    customer_id: UUID
    now: datetime
    today: date
    zone: str = "UTC"
    matters: Matters = Matters()
    reach: tuple[Reach, ...] = ()
    birth_on: date | None = None
    order_days: tuple[date, ...] = ()
    scores: tuple[CustomerScoreRow, ...] = ()
    is_left_alone: bool = False
    """They asked that no machine decides about them, or that their data is not used."""

    def usable(self, purpose: Purpose, *, among: Collection[Channel] = ()) -> tuple[Channel, ...]:
        """Return the channels through which they may be spoken to, of these (none: of all)."""
        return tuple(
            one.channel
            for one in self.reach
            if one.purpose is purpose and one.is_usable and (not among or one.channel in among)
        )


@dataclass(frozen=True, slots=True)
class Text:
    """Words in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """Return the words in a language."""
        return self.zh if language.lower().startswith("zh") else self.en


class LeadTo(StrEnum):
    """Where an action leads."""

    PRIVACY_REQUEST = "privacy_request"
    PAIRS = "pairs"
    ORDER = "order"
    ORDERS = "orders"
    CONSENTS = "consents"
    SCORES = "scores"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where an action leads, with the outside id of what it is about where there is one."""

    to: LeadTo
    ref: str = ""


class Stage(IntEnum):
    """What comes before what: what the law wants, then service, then selling."""

    DUTY = 1
    SERVICE = 2
    RELATE = 3
    REACH = 4
    REST = 9


@dataclass(frozen=True, slots=True)
class Offer:
    """An action a room offers, or says why it does not offer it now (`holds` false).

    Of a stage the lower `place` comes first.  `contact` is the purpose for which the customer would
    be spoken to, through one of `channels` (none: any): such an offer is chosen only when the gate
    allows it.  `reason` says why, with its numbers.
    """

    code: str
    stage: Stage
    place: int
    holds: bool
    title: Text
    reason: Text
    lead: Lead | None = None
    contact: Purpose | None = None
    channels: tuple[Channel, ...] = ()


class Why(StrEnum):
    """Why an offer was not chosen."""

    NOT_NOW = "not_now"
    GATE = "gate"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Passed:
    """An offer that was considered and not chosen, and why."""

    offer: Offer
    why: Why
    reason: Text


@dataclass(frozen=True, slots=True)
class Action:
    """The one best thing to do now; `chosen` is None when it is not worked out for this person.

    `channels` are those through which the customer may be spoken to for it.
    """

    chosen: Offer | None
    channels: tuple[Channel, ...] = ()
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerCare:
    """A customer with what is open and what to do next, and the readings both were made of."""

    customer: CustomerDetail
    consents: tuple[CustomerConsent, ...]
    scores: tuple[CustomerScoreRow, ...]
    facts: Facts
    action: Action = field(default=Action(None))
