"""What is read of payments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.sell.payments.contracts.words import (
    CaptureMode,
    EntryKind,
    OperationState,
    PaymentState,
    TenderKind,
)

__all__ = [
    "AccountCheck",
    "AccountView",
    "EntryView",
    "NextStep",
    "NoticeReceipt",
    "OperationView",
    "PaymentFilters",
    "PaymentView",
    "RefundPart",
]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the shopper does next: scan a `qr`, follow a `redirect`, confirm with a `secret`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment as it stands. Units: minor units of `currency`.

    `capturing_minor`, `voiding_minor`, `refunding_minor`: asked of the provider and not answered
    yet.  `reason`: why it failed, as a code.  `problem`: what the provider said that cannot be.
    `wallet`: the wallet of a phone that held the card, such as `apple_pay`, as the provider tells.
    `can_capture_again`: what is promised can be taken in several parts.
    """

    id: UUID
    key: int
    company_key: int
    place_key: int
    reference: str
    tender: str
    kind: TenderKind
    capture: CaptureMode
    currency: str
    amount_minor: int
    state: PaymentState
    authorised_minor: int
    captured_minor: int
    voided_minor: int
    refunded_minor: int
    capturing_minor: int
    voiding_minor: int
    refunding_minor: int
    provider_ref: str
    token: str
    next_step: NextStep | None
    reason: str
    problem: str
    created_at: datetime
    changed_at: datetime
    wallet: str = ""
    can_capture_again: bool = False

    @property
    def is_secured(self) -> bool:
        """True when the whole amount is promised or paid: goods may follow."""
        return self.authorised_minor - self.voided_minor == self.amount_minor

    @property
    def capturable_minor(self) -> int:
        """What is promised and neither taken nor given up, nor about to be."""
        taken = self.captured_minor + self.capturing_minor
        return self.authorised_minor - taken - self.voided_minor - self.voiding_minor

    @property
    def refundable_minor(self) -> int:
        """What was taken and not given back."""
        return self.captured_minor - self.refunded_minor - self.refunding_minor


@dataclass(frozen=True, slots=True)
class PaymentFilters:
    """Narrow a list of payments: inside a unit, in a state, by tender, of a reference.

    `text`: the beginning of a reference, or a provider's number or a payment's id as they are.
    `has_problem`: the provider said what cannot be.  `least_minor`, `most_minor`: of the amount.
    `since` is included, `until` is not.
    """

    unit_id: str | None = None
    state: PaymentState | None = None
    tender: str | None = None
    reference: str | None = None
    states: frozenset[PaymentState] = frozenset()
    tenders: frozenset[str] = frozenset()
    place_keys: frozenset[int] | None = None
    text: str = ""
    has_problem: bool = False
    least_minor: int | None = None
    most_minor: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OperationView:
    """Something asked of a payment, and how it stands. Units: minor units."""

    id: UUID
    kind: EntryKind
    amount_minor: int
    state: OperationState
    reason: str
    note: str
    actor: str
    tries: int
    asked_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What a provider answered to a harmless call with an account's keys.

    `is_good`: it knows the account.  `reason`: a code of why not; `silence`: it did not answer.
    """

    is_good: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of a payment's ledger."""

    key: int
    kind: EntryKind
    amount_minor: int
    currency: str
    at: datetime
    provider_id: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefundPart:
    """How much of a refund goes back to one payment. Units: minor units, at least 1."""

    payment_id: UUID
    tender: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AccountView:
    """A company's account with a provider; of secrets only their names are told."""

    id: UUID
    key: int
    company_key: int
    code: str
    provider: str
    settings: dict[str, str]
    secret_names: tuple[str, ...]
    is_test: bool
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class NoticeReceipt:
    """What a provider reads when its notice was taken."""

    body: str
    content_type: str
