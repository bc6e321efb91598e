"""A return policy as data: windows, fees, who decides, which reasons there are."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from quanqu.sell.returns.contracts.words import Fault, ShippingRule, Signal, SplitRule

__all__ = ["Holiday", "Policy", "PolicyTrial", "PolicyVersion", "ReasonRule", "Window"]


@dataclass(frozen=True, slots=True)
class ReasonRule:
    """A reason a buyer can give; `is_claim`: no goods come back for it (lost, late)."""

    code: str
    fault: Fault = Fault.BUYER
    name_en: str = ""
    name_zh: str = ""
    is_claim: bool = False
    needs_photo: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """How many days for what: empty means any. The most special of those that fit holds."""

    days: int
    channel: str = ""
    category: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Holiday:
    """What was bought from one day to another may come back until a later day."""

    bought_from: date
    bought_to: date
    until: date


def _usual_reasons() -> tuple[ReasonRule, ...]:
    buyer, seller, carrier = Fault.BUYER, Fault.SELLER, Fault.CARRIER
    return (
        ReasonRule("changed_mind", buyer),
        ReasonRule("wrong_size", buyer),
        ReasonRule("not_as_described", seller),
        ReasonRule("defective", seller),
        ReasonRule("wrong_item", seller),
        ReasonRule("damaged", carrier, needs_photo=True),
        ReasonRule("missing", carrier, is_claim=True),
        ReasonRule("late", carrier, is_claim=True),
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """What may come back, until when, and what it costs.

    `final_sale`: categories that come back for the seller's or carrier's fault only.
    `restocking_rate`: the part of the buyer's own reasons' refund that is kept (0 to 1).
    `label_fee_minor`: what a parcel costs the buyer for their own reasons.  `keep_under_minor`:
    below this worth goods are not asked back (0: never).  `approval_above_minor`: above it a second
    word is needed (None: never).  `review`, `refuse`: signals that ask for a second word, or
    refuse.  `in_group`: goods come back to places of other companies of the group too, whose stock
    gets them.  Units: minor units of `currency`; in other currencies amounts ask for a second word.
    """

    currency: str = "CNY"
    window_days: int = 30
    windows: tuple[Window, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    final_sale: tuple[str, ...] = ()
    restocking_rate: Decimal = Decimal(0)
    label_fee_minor: int = 0
    keep_under_minor: int = 0
    approval_above_minor: int | None = None
    shipping: ShippingRule = ShippingRule.WHOLE
    split: SplitRule = SplitRule.IN_ORDER
    tender_order: tuple[str, ...] = (
        "card", "alipay", "wechat_pay", "cash", "invoice", "cash_on_delivery", "stored_value",
        "gift_card", "points", "return_credit",
    )  # fmt: skip
    review: tuple[Signal, ...] = (Signal.SHARED_CARD,)
    refuse: tuple[Signal, ...] = ()
    reasons: tuple[ReasonRule, ...] = field(default_factory=_usual_reasons)
    in_group: bool = False


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A saved policy of a company; number 0 is the standard, which nobody has changed yet."""

    company_key: int
    number: int
    policy: Policy
    note: str
    made_by: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class PolicyTrial:
    """A purchase somebody makes up to try a policy: one unit. Units: minor units, policy's money.

    `shipping_minor`: what its shipping cost, of an order of this one unit.
    """

    channel: str
    category: str
    reason: str
    bought_on: date
    worth_minor: int
    shipping_minor: int = 0
    by_parcel: bool = False
