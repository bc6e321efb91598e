"""What is read of live orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.checkout.contracts.words import (
    CancelReason,
    Delivery,
    LiveState,
    OrderHoldKind,
    PartState,
    Step,
)

__all__ = [
    "Destination",
    "GoneLine",
    "LiveFilters",
    "LiveLine",
    "LiveOrder",
    "LiveOrderDetail",
    "OrderHoldView",
    "PartFilters",
    "PartView",
    "PartWork",
    "ReservationView",
    "StepView",
]


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
    part_no: int
    drop_no: int = 0


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an order: what leaves one place, with a hold of its own.

    `drop_no`: 0 for what goes where the order goes; else a destination of its own, since the order
    was split.  `wanted_on`: the day it is to leave; None: as soon as can be.
    """

    no: int
    place_key: int
    state: PartState
    hold_id: UUID
    changed_at: datetime
    drop_no: int = 0
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a part goes that does not go where its order goes: the words of its contact."""

    drop_no: int
    wanted_on: date | None
    contact: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OrderHoldView:
    """Why an order must not go on, and since when; released when a person said so."""

    kind: OrderHoldKind
    note: str
    put_at: datetime
    put_by: str
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """A live order. Units: minor units of `currency`.

    `sourcing_id`: the request sourcing decided; None where the door named the places.
    `edition`: 1, and one more with each edit.  `due_minor`: what an edit added and is not paid yet.
    `is_reservation`: kept at `pickup_place_key` until `pay_until` to be tried, or ended unbought.
    """

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
    sourcing_id: UUID | None = None
    edition: int = 1
    due_minor: int = 0
    slot_starts_at: datetime | None = None
    slot_ends_at: datetime | None = None
    is_reservation: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """A step an order took; `part_no` tells a step of one of its parts."""

    at: datetime
    actor: str
    step: Step
    state: LiveState
    detail: str
    part_no: int | None = None


@dataclass(frozen=True, slots=True)
class LiveOrderDetail:
    """A live order with its lines, its parts, what holds it up, and the way it came."""

    order: LiveOrder
    lines: tuple[LiveLine, ...]
    steps: tuple[StepView, ...]
    parts: tuple[PartView, ...] = ()
    holds: tuple[OrderHoldView, ...] = ()


@dataclass(frozen=True, slots=True)
class PartWork:
    """A part with its order and its lines, as the place that has the goods sees it."""

    order: LiveOrder
    part: PartView
    lines: tuple[LiveLine, ...]
    is_held_up: bool


@dataclass(frozen=True, slots=True)
class LiveFilters:
    """Narrow a list of live orders: inside a unit, in some states, one kind of delivery, those that
    are held up, those whose number or id begins so."""

    unit_id: str | None = None
    states: tuple[LiveState, ...] = ()
    delivery: Delivery | None = None
    is_held_up: bool | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class PartFilters:
    """Narrow a list of parts: of places inside a unit, in some states, one kind of delivery, some
    orders, some places."""

    unit_id: str | None = None
    states: tuple[PartState, ...] = ()
    delivery: Delivery | None = None
    order_ids: frozenset[UUID] | None = None
    place_keys: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class GoneLine:
    """A line whose goods have left a place. Units: sale units, minor units of `currency`."""

    order_id: UUID
    company_key: int
    currency: str
    line_no: int
    variant_key: int
    sku: str
    quantity: int
    amount_minor: int
    from_place_key: int
    gone_at: datetime


@dataclass(frozen=True, slots=True)
class ReservationView:
    """Goods that are kept at a store for somebody who comes to try them, with who that is."""

    order: LiveOrder
    lines: tuple[LiveLine, ...]
    name: str
