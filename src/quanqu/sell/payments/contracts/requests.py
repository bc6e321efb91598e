"""What is asked of payments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.sell.payments.contracts.words import CaptureMode

__all__ = ["AccountDraft", "PaymentRequest"]


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Pay a part of something by one tender.

    `id`: the payment's; asked again under it, the first answer counts.  `reference`: what is paid
    for, such as an order's or a cart's id; several payments of one reference share its amount.
    `token`: what a provider's vault calls the shopper's means, never a card number.
    `shown_code`: what the shopper shows to be scanned; it is kept until it is used.
    `payer`: who pays, as the provider knows them (an open id).  `expires_at`: until when the
    shopper may pay.  `is_told`: False: the caller reads the answer, no event tells of an answer
    given at once.  Units: minor units of `currency`, at least 1.
    """

    id: UUID
    company_key: int
    place_key: int
    reference: str
    tender: str
    amount_minor: int
    currency: str
    capture: CaptureMode = CaptureMode.AT_ONCE
    token: str = ""
    shown_code: str = ""
    payer: str = ""
    description: str = ""
    return_url: str = ""
    account: str = ""
    expires_at: datetime | None = None
    is_told: bool = True


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """A company's account with a provider.

    `settings`: what is no secret, such as a merchant number or the address of the provider's
    server.  `secrets`: keys, written once and never read back by a person.  `is_test`: no real
    money moves; the tender `test` needs such an account of the provider `test`.
    """

    company_key: int
    code: str
    provider: str
    settings: dict[str, str]
    secrets: dict[str, str]
    is_test: bool = False
    is_enabled: bool = True
