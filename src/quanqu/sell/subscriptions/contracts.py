"""What crosses sell.subscriptions: plans, deliveries, what happened, refusals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError
from quanqu.sell.checkout.contracts import ContactDraft, Delivery

__all__ = [
    "MOST_ITEMS",
    "PAY_AGAIN",
    "WAIT_DAYS",
    "Act",
    "DeliveryState",
    "DeliveryView",
    "Every",
    "ItemDraft",
    "OnShort",
    "PlanChange",
    "PlanDetail",
    "PlanDraft",
    "PlanRow",
    "PlanState",
    "StepView",
    "SubscriptionFieldError",
    "SubscriptionItemNotFoundError",
    "SubscriptionNotFoundError",
    "SubscriptionReusedError",
    "SubscriptionStateError",
]

MOST_ITEMS: Final = 50
WAIT_DAYS: Final = 7
"""For how many days a delivery waits for goods before it is left out."""
PAY_AGAIN: Final = (1, 3, 7)
"""After how many days a refused payment is asked for again; then the plan is paused."""


class Every(StrEnum):
    """What an interval counts."""

    WEEK = "week"
    MONTH = "month"


class PlanState(StrEnum):
    """Where a subscription stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class OnShort(StrEnum):
    """What happens to a delivery some goods of which are missing.

    skip_item: it comes without them.  wait: it is tried every day, for a week.  skip_delivery: it
    is left out.
    """

    SKIP_ITEM = "skip_item"
    WAIT = "wait"
    SKIP_DELIVERY = "skip_delivery"


class DeliveryState(StrEnum):
    """Where a delivery stands. waiting: it is tried again on another day."""

    PLACING = "placing"
    PLACED = "placed"
    WAITING = "waiting"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Act(StrEnum):
    """What happens to a subscription."""

    BEGIN = "begin"
    CHANGE = "change"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"
    PLACE = "place"
    WAIT = "wait"
    LEAVE_OUT = "leave_out"
    PAY_REFUSED = "pay_refused"


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """Units of an item in every delivery, at the price of its day."""

    variant_key: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A subscription to begin. `token`: of the provider's vault, or empty for a bill.

    Units: minor units of the place's currency.
    """

    id: UUID
    place_key: int
    items: tuple[ItemDraft, ...]
    every: int
    unit: Every
    first_on: date
    tender: str
    token: str = ""
    subject_key: int | None = None
    delivery: Delivery = Delivery.SHIP
    pickup_place_key: int | None = None
    contact: ContactDraft | None = None
    shipping_minor: int = 0
    on_short: OnShort = OnShort.WAIT


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What is to be otherwise from the next delivery on; None stays as it is."""

    every: int | None = None
    unit: Every | None = None
    next_on: date | None = None
    items: tuple[ItemDraft, ...] | None = None
    on_short: OnShort | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A subscription in a list. `next_on`: its next delivery; `try_on`: when that is tried."""

    id: UUID
    key: int
    place_key: int
    company_key: int
    currency: str
    state: PlanState
    every: int
    unit: Every
    next_on: date
    try_on: date
    tender: str
    on_short: OnShort
    subject_key: int | None
    delivery: Delivery
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery and the order it became."""

    no: int
    due_on: date
    state: DeliveryState
    order_id: UUID | None
    detail: str


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened to a subscription."""

    at: datetime
    actor: str
    act: Act
    detail: str


@dataclass(frozen=True, slots=True)
class PlanDetail:
    """A subscription with its items, deliveries (the last first) and history."""

    row: PlanRow
    items: tuple[ItemDraft, ...]
    deliveries: tuple[DeliveryView, ...]
    steps: tuple[StepView, ...]


class SubscriptionNotFoundError(NotFoundError):
    """No such subscription, or none this actor may know of."""

    code = "subscriptions.not_found"
    template = "No subscription {ref} was found."


class SubscriptionItemNotFoundError(NotFoundError):
    """There is no such item, or the company of the place does not sell it."""

    code = "subscriptions.item_not_found"
    template = "The company sells no item {ref}."


class SubscriptionFieldError(InvalidError):
    """A subscription cannot be so."""

    code = "subscriptions.field"
    template = "The field {field}: {problem}."


class SubscriptionStateError(RefusedError):
    """The subscription stands where this cannot follow."""

    code = "subscriptions.state"
    template = "The subscription {ref} is {state}: {problem}."


class SubscriptionReusedError(InvalidError):
    """The id was used for another subscription."""

    code = "subscriptions.reused"
    template = "The id {ref} was used for another subscription."
