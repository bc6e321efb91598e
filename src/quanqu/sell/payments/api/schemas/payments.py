"""Payments, tenders and accounts as the API takes and shows them."""

from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.payments.contracts import (
    CaptureMode,
    Channel,
    EntryKind,
    PaymentState,
    TenderKind,
)

Id = Annotated[str, Field(max_length=40)]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["CNY"])]
Amount = Annotated[str, Field(pattern=r"^\d{1,15}(\.\d{1,4})?$", examples=["12.34"])]
Named = Annotated[dict[str, str], Field(default_factory=dict, max_length=20)]


class PaymentQuery(Schema):
    """Narrow the list of payments."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: PaymentState | None = None
    tender: Text | None = None
    reference: Text | None = Field(None, description="What was paid for, such as an order's id.")
    search: Text = Field("", description="The beginning of a reference, or a provider's number.")
    trouble: bool = Field(False, description="Those of which the provider said what cannot be.")
    since: AwareDatetime | None = Field(None, description="Made at this time or after it.")
    until: AwareDatetime | None = Field(None, description="Made before this time.")


class PlanQuery(Schema):
    """How much is to go back for what."""

    reference: Text
    amount: Amount
    currency: Currency


class MoneyIn(Schema):
    """An amount in the currency's own decimals, with its ISO 4217 code."""

    amount: Amount
    currency: Currency


class CaptureIn(Schema):
    """How much is taken; nothing said: all that is promised and left."""

    amount: MoneyIn | None = None
    is_last: bool = Field(False, description="What it leaves of the promise is given up.")


class RefundIn(Schema):
    """How much goes back, and why; no amount: all that can."""

    amount: MoneyIn | None = None
    reason: Text = ""


class NextStepOut(Schema):
    """What the shopper does next: scan a code, follow an address, confirm with a secret."""

    kind: str
    value: str


class PaymentOut(Schema):
    """A payment: a part of something paid by one tender."""

    id: str
    place: str
    reference: str
    tender: str
    wallet: str = Field(description="The wallet of a phone that held the card, or nothing.")
    kind: TenderKind
    capture: CaptureMode
    can_capture_again: bool = Field(description="The promise can be taken in several parts.")
    state: PaymentState
    amount: MoneyOut
    authorised: MoneyOut
    captured: MoneyOut
    voided: MoneyOut
    refunded: MoneyOut
    capturable: MoneyOut
    refundable: MoneyOut
    provider_ref: str
    next_step: NextStepOut | None
    reason: str
    problem: str
    created_at: str
    changed_at: str


class EntryOut(Schema):
    """A line of the ledger."""

    kind: EntryKind
    amount: MoneyOut
    at: str
    provider_id: str
    reason: str


class PaymentDetailOut(PaymentOut):
    """A payment with its ledger."""

    entries: list[EntryOut]


class RefundPartOut(Schema):
    """How much of a refund goes back to one payment."""

    payment: str
    tender: str
    amount: MoneyOut


class TenderOut(Schema):
    """A way to pay and what it can do."""

    code: str
    kind: TenderKind
    channel: Channel
    provider: str
    can_authorise: bool
    can_capture_part: bool
    can_capture_again: bool
    may_capture_again: bool = Field(description="Whether it can is told of each payment.")
    can_void: bool
    can_refund: bool
    is_promise: bool


class OffersQuery(Schema):
    """Where the shopper pays."""

    place: Id


class TenderOfferOut(Schema):
    """A way to pay at a place, with what a front end needs to offer it; nothing is a secret."""

    tender: str
    kind: TenderKind
    channel: Channel
    account: str
    is_test: bool
    publishable_key: str
    wallets: list[str]


class AccountIn(Schema):
    """A company's account with a provider; secrets left out stay as they are."""

    company: Id
    code: Annotated[str, Field(max_length=60)]
    provider: Annotated[str, Field(max_length=60)]
    settings: Named
    secrets: Named
    is_test: bool = False
    is_enabled: bool = True


class AccountOut(Schema):
    """A company's account with a provider; of secrets only their names are shown."""

    id: str
    company: str
    code: str
    provider: str
    settings: dict[str, str]
    secret_names: list[str]
    is_test: bool
    is_enabled: bool


class AccountCheckOut(Schema):
    """What a provider answered to a harmless call with an account's keys."""

    is_good: bool
    reason: str
