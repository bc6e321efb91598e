"""What may be changed of an order that is placed, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from quanqu.sell.checkout.contracts.requests import LineDraft, TenderDraft

__all__ = [
    "EditKind",
    "EditView",
    "LineJoin",
    "LinePlace",
    "LineSplit",
    "MoneyBalance",
    "OrderEdit",
]


class EditKind(StrEnum):
    """What an edit is about; docs/rules/order-edits.md says when each is possible."""

    GOODS = "goods"
    ADDRESS = "address"
    CONTACT = "contact"
    GIFT = "gift"


@dataclass(frozen=True, slots=True)
class LinePlace:
    """A line and the place its goods come from instead."""

    line_no: int
    place_key: int


@dataclass(frozen=True, slots=True)
class LineSplit:
    """Units of a line that become a line of their own, at its price.

    `place_key`: where they come from instead; None: from where they come.  `contact`: who gets
    them and where instead, whole; None: who gets the line.  `wanted_on`: the day they are to leave.
    """

    line_no: int
    quantity: int
    place_key: int | None = None
    contact: Mapping[str, str] | None = None
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class LineJoin:
    """A line whose units become units of another one again: the same item at the same price."""

    line_no: int
    into: int


@dataclass(frozen=True, slots=True)
class OrderEdit:
    """Changes of one order, all or none.

    `id`: asked again under it, the first answer counts.  `edition`: the one the editor saw.
    `add`: new lines; without a place, from where the order ships already, else where sourcing says.
    `quantities`: line number to units, 0 takes the line away.  `places`: lines that come from
    elsewhere.  `contact`: the words to change, an empty text takes one away.
    `splits`, `joins`: lines that are parted and put together again, after the units are set.
    `shipping_minor`: None leaves it.  `tenders`: how a higher total is paid; none: it stays due.
    """

    id: UUID
    order_id: UUID
    edition: int
    add: tuple[LineDraft, ...] = ()
    quantities: Mapping[int, int] = field(default_factory=dict)
    places: tuple[LinePlace, ...] = ()
    contact: Mapping[str, str] = field(default_factory=dict)
    gift_message: str | None = None
    hides_prices: bool | None = None
    shipping_minor: int | None = None
    tenders: tuple[TenderDraft, ...] = ()
    reason: str = ""
    splits: tuple[LineSplit, ...] = ()
    joins: tuple[LineJoin, ...] = ()


@dataclass(frozen=True, slots=True)
class EditView:
    """An edit as it is kept. Shapes: `before`, `after` {lines: [...], goods, shipping, total}.

    Units: minor units.  `fields`: which words of contact or gift changed.
    """

    id: UUID
    edition: int
    at: datetime
    actor: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoneyBalance:
    """What follows for the money of an order. Units: minor units, none below zero.

    `due`: still to be paid; `back`: goes back now; `over`: promised beyond the need, not to be
    taken.
    """

    due: int
    back: int
    over: int
