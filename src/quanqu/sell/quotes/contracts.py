"""What crosses sell.quotes: drafts, quotes, events and errors."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.sell.checkout.contracts import ContactDraft, Delivery, TenderDraft

__all__ = [
    "LARGEST_PRICE_MINOR",
    "LARGEST_UNITS",
    "LONGEST_DAYS",
    "MOST_QUOTE_LINES",
    "QuoteAct",
    "QuoteApprovalError",
    "QuoteConflictError",
    "QuoteDetail",
    "QuoteDraft",
    "QuoteFieldError",
    "QuoteFilters",
    "QuoteItemError",
    "QuoteLine",
    "QuoteLineDraft",
    "QuoteNotFoundError",
    "QuoteOrdering",
    "QuoteReusedError",
    "QuoteRow",
    "QuoteState",
    "QuoteStateError",
    "QuoteStep",
    "QuotesMoved",
]

MOST_QUOTE_LINES: Final = 200
"""The most lines of a quote."""
LARGEST_UNITS: Final = 1_000_000
"""The most units of a line."""
LARGEST_PRICE_MINOR: Final = 10**9
"""The largest price of a unit, in minor units."""
LONGEST_DAYS: Final = 366
"""For how many days a quote holds at most."""


class QuoteState(StrEnum):
    """Where a quote stands. expired: its last day is over; ordered: it became its order."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    ORDERED = "ordered"


class QuoteAct(StrEnum):
    """What is done with a quote."""

    MAKE = "make"
    CHANGE = "change"
    APPROVE = "approve"
    SEND = "send"
    ACCEPT = "accept"
    REJECT = "reject"
    EXPIRE = "expire"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class QuoteLineDraft:
    """Units of an item at an agreed price. Units: sale units, minor units of the quote."""

    variant_key: int
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A quote to write. `buyer`: whom it is for; `valid_until`: its last day at the place."""

    id: UUID
    place_key: int
    currency: str
    buyer: str
    lines: tuple[QuoteLineDraft, ...]
    valid_until: date
    subject_key: int | None = None
    shipping_minor: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuoteOrdering:
    """How the order of a quote is paid, and how its goods reach the buyer."""

    tenders: tuple[TenderDraft, ...]
    delivery: Delivery = Delivery.SHIP
    pickup_place_key: int | None = None
    contact: ContactDraft | None = None


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """A line. `asked_minor`: what the place asks today, None where it asks nothing."""

    line_no: int
    variant_key: int
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    asked_minor: int | None

    @property
    def amount_minor(self) -> int:
        """Quantity x agreed price."""
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote in a list. Units: minor units of `currency`.

    `needs_approval`: it comes to more than one person may send alone, and nobody else approved it.
    """

    id: UUID
    key: int
    number: str
    place_key: int
    company_key: int
    state: QuoteState
    edition: int
    buyer: str
    currency: str
    total_minor: int
    valid_until: date
    subject_key: int | None
    order_id: UUID | None
    needs_approval: bool
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class QuoteStep:
    """Something that was done with a quote."""

    at: datetime
    actor: str
    act: QuoteAct
    detail: str


@dataclass(frozen=True, slots=True)
class QuoteDetail:
    """A quote with its lines and what was done with it."""

    row: QuoteRow
    shipping_minor: int
    note: str
    lines: tuple[QuoteLine, ...]
    steps: tuple[QuoteStep, ...]


@dataclass(frozen=True, slots=True)
class QuoteFilters:
    """Narrow a list of quotes: inside a unit, in states, of a buyer or number."""

    unit_id: str | None = None
    states: tuple[QuoteState, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True)
class QuotesMoved:
    """Quotes came to a state: (quote id, state), in the order it happened."""

    name: ClassVar[str] = "quotes.moved"
    quotes: list[tuple[str, str]]


class QuoteNotFoundError(NotFoundError):
    """No such quote, or none this actor may know of."""

    code = "quotes.not_found"
    template = "No quote {ref} was found."


class QuoteFieldError(InvalidError):
    """A field that no quote can have."""

    code = "quotes.field"
    template = "The {field} of the quote: {problem}."


class QuoteItemError(NotFoundError):
    """There is no such item at the quote's company."""

    code = "quotes.item_not_found"
    template = "No item {ref} was found at the company of the quote."


class QuoteStateError(RefusedError):
    """The quote stands where this cannot follow."""

    code = "quotes.state"
    template = "The quote {ref} is {state}; the step {act} cannot follow."


class QuoteApprovalError(RefusedError):
    """The quote comes to more than one person may send."""

    code = "quotes.approval"
    template = "The quote {ref} comes to more than {limit}: somebody else has to approve it."


class QuoteConflictError(RefusedError):
    """Somebody else changed the quote since it was looked at."""

    code = "quotes.conflict"
    template = "The quote {ref} was changed meanwhile: it is at edition {edition}, not {expected}."


class QuoteReusedError(InvalidError):
    """A quote was written under this id before, at another place."""

    code = "quotes.reused"
    template = "The id {ref} was used for another quote."
