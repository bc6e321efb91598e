"""What crosses sell.slots: rules of slots, what is offered, what an order has, refusals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from quanqu.kernel.errors import InvalidError, NotFoundError, RefusedError

__all__ = [
    "DAYS_AHEAD",
    "LARGEST_CAPACITY",
    "MOST_RULES",
    "DayFilling",
    "SlotAsk",
    "SlotDraft",
    "SlotError",
    "SlotFieldError",
    "SlotFullError",
    "SlotKind",
    "SlotNotFoundError",
    "SlotOffer",
    "SlotProblem",
    "SlotRule",
    "SlotTimes",
    "Week",
]

DAYS_AHEAD: Final = 28
"""The most days that are offered at once."""
LARGEST_CAPACITY: Final = 10_000
MOST_RULES: Final = 200
"""The most slots a place has in a week."""


class SlotKind(StrEnum):
    """What a slot is for: goods are brought, or collected."""

    DELIVERY = "delivery"
    PICKUP = "pickup"


class SlotProblem(StrEnum):
    """Why a slot cannot be taken by an order."""

    OTHER_KIND = "it is for another kind of delivery"
    OTHER_PLACE = "the goods do not leave from its place"
    OTHER_DAY = "it is not on that day"
    CUT_OFF = "its cut-off has passed"
    TOO_FAR = "it is too far ahead"
    CLOSED = "its place is closed that day"
    POSTCODE = "the address is outside of its area"
    ENDED = "it is offered no more"


@dataclass(frozen=True, slots=True)
class SlotDraft:
    """A slot as it is kept. Units: minutes of the day at the place; `cut_off` before the start.

    `weekday`: 0 is Monday.  `postcodes`: beginnings of postcodes it is for; none: all.
    """

    kind: SlotKind
    weekday: int
    starts: int
    ends: int
    capacity: int
    cut_off: int = 0
    postcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotRule:
    """A slot of every week."""

    id: UUID
    place_key: int
    draft: SlotDraft


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A slot on a day, as a shopper can take it. Units: orders."""

    id: UUID
    place_key: int
    kind: SlotKind
    day: date
    starts_at: datetime
    ends_at: datetime
    cut_off_at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class SlotAsk:
    """An order that takes a slot on a day.

    `place_key`: where its goods leave from, or are collected.
    """

    order_id: UUID
    slot_id: UUID
    day: date
    kind: SlotKind
    place_key: int
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class SlotTimes:
    """When an order is delivered or collected."""

    slot_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    is_released: bool


@dataclass(frozen=True, slots=True)
class DayFilling:
    """A slot on a day with how full it is. Units: orders."""

    rule: SlotRule
    day: date
    capacity: int
    reserved: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The slots of a place from a Monday on, by day, with the days it is closed."""

    monday: date
    fillings: tuple[DayFilling, ...]
    closed: frozenset[date]


class SlotNotFoundError(NotFoundError):
    """No such slot or place, or none this actor may know of."""

    code = "slots.not_found"
    template = "No slot or place {ref} was found."


class SlotFieldError(InvalidError):
    """A slot cannot be kept so."""

    code = "slots.field"
    template = "The field {field}: {problem}."


class SlotError(RefusedError):
    """The slot cannot be taken by this order."""

    code = "slots.slot"
    template = "The slot {ref} on {day} cannot be taken: {problem}."


class SlotFullError(RefusedError):
    """Others were faster."""

    code = "slots.full"
    template = "The slot {ref} on {day} is full."
