"""An order as far as it can come back, and what a policy says of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from quanqu.sell.returns.contracts.words import Signal

__all__ = [
    "LineVerdict",
    "Reason",
    "Sale",
    "SaleLine",
    "SaleTender",
    "SettledReturn",
    "SettledShare",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class SaleLine:
    """Goods of an order.

    `worth_minor`: what all its units are worth with their share of discounts and tax.
    `shipping_minor`: its share of what shipping cost.  `claimed`: units of returns that are not
    refused or cancelled; `settled`: of those, refunded ones.  `elsewhere`: units its channel took
    back itself.
    """

    line_no: int
    variant_key: int | None
    sku: str
    name: str
    category: str
    bought: int
    claimed: int
    settled: int
    elsewhere: int
    worth_minor: int
    shipping_minor: int

    @property
    def free(self) -> int:
        """Units that can still come back."""
        return max(self.bought - self.claimed - self.elsewhere, 0)


@dataclass(frozen=True, slots=True)
class SaleTender:
    """A payment the money came from, and what it can still give back."""

    payment_id: UUID
    tender: str
    refundable_minor: int


@dataclass(frozen=True, slots=True)
class Sale:
    """An order of any channel, as far as it can come back. Units: minor units of `currency`.

    `is_live`: placed here, so that the money goes back by its payments.  `paid_minor`: what was
    paid and not given back but by returns.  `refunded_minor`: what returns gave back.
    `total_minor`: what the order shows in all.
    """

    order_id: UUID
    number: str
    place_key: int
    company_key: int
    channel: str
    currency: str
    bought_on: date
    subject_key: int | None
    is_live: bool
    paid_minor: int
    refunded_minor: int
    total_minor: int
    shipping_minor: int
    shipping_refunded_minor: int
    lines: tuple[SaleLine, ...]
    tenders: tuple[SaleTender, ...]

    @property
    def left_minor(self) -> int:
        """What can still go back."""
        return max(self.paid_minor - self.refunded_minor, 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a policy says what it says: a code and its figures."""

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What a policy says of a line. `until`: the last day it may come back."""

    line_no: int
    quantity: int
    goods_minor: int
    fee_minor: int
    until: date
    problems: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of a return before it is asked for.

    `doubts`: why a second word is needed.  `keeps_goods`: nothing has to come back.
    Refund = goods - fees - label + shipping, at most what is left of what was paid (`is_capped`).
    """

    lines: tuple[LineVerdict, ...]
    goods_minor: int
    fee_minor: int
    label_minor: int
    shipping_minor: int
    refund_minor: int
    is_capped: bool
    keeps_goods: bool
    doubts: tuple[Reason, ...]
    signals: tuple[Signal, ...]
    policy_number: int

    @property
    def is_allowed(self) -> bool:
        """True when no line is refused."""
        return not any(one.problems for one in self.lines)


@dataclass(frozen=True, slots=True)
class SettledShare:
    """What a settled return took of a line. Units: sale units, minor units after fees."""

    line_no: int
    variant_key: int | None
    quantity: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class SettledReturn:
    """A settled return: what it took of which line and of the shipping. Units: minor units."""

    return_id: UUID
    place_key: int
    company_key: int
    lines: tuple[SettledShare, ...]
    shipping_minor: int
