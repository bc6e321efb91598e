"""What payments tell."""

from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "PaymentAuthorised",
    "PaymentFailed",
    "PaymentPaid",
    "PaymentRefunded",
    "PaymentVoided",
]


@dataclass(frozen=True, slots=True)
class PaymentAuthorised:
    """Money is promised and not taken yet. Units: minor units."""

    name: ClassVar[str] = "payments.authorised"
    payment_id: str
    reference: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentPaid:
    """Money came, once for each capture: `amount_minor` of this one. Units: minor units."""

    name: ClassVar[str] = "payments.paid"
    payment_id: str
    reference: str
    amount_minor: int
    currency: str
    entry_key: int


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A payment was refused or ran out of time, and no money came."""

    name: ClassVar[str] = "payments.failed"
    payment_id: str
    reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentVoided:
    """A promise of money was given up, or what was left of it. Units: minor units."""

    name: ClassVar[str] = "payments.voided"
    payment_id: str
    reference: str
    amount_minor: int
    currency: str
    entry_key: int


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    """Money went back, once for each refund. Units: minor units."""

    name: ClassVar[str] = "payments.refunded"
    payment_id: str
    reference: str
    amount_minor: int
    currency: str
    entry_key: int
