"""What is read of live orders."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.checkout.contracts.words import CancelReason, Delivery, LiveState, Step

__all__ = ["LiveFilters", "LiveLine", "LiveOrder", "LiveOrderDetail", "StepView"]


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A line of a live order. Units: sale units, minor units."""

    line_no: int
    variant_key: int
    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    amount_minor: int
    from_place_key: int


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """A live order. Units: minor units of `currency`."""

    id: UUID
    key: int
    company_key: int
    place_key: int
    number: str
    state: LiveState
    delivery: Delivery
    pickup_place_key: int | None
    currency: str
    goods_minor: int
    shipping_minor: int
    total_minor: int
    placed_at: datetime
    business_date: date
    pay_until: datetime | None
    subject_key: int | None
    cancel_reason: CancelReason | None
    note: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step an order took."""

    at: datetime
    actor: str
    step: Step
    state: LiveState
    detail: str


@dataclass(frozen=True, slots=True)
class LiveOrderDetail:
    """A live order with its lines and the way it came."""

    order: LiveOrder
    lines: tuple[LiveLine, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class LiveFilters:
    """Narrow a list of live orders: inside a unit, in some states, one kind of delivery."""

    unit_id: str | None = None
    states: tuple[LiveState, ...] = ()
    delivery: Delivery | None = None
