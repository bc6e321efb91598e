"""What a place has to do, as it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.checkout.contracts import Delivery, LiveLine, PartState
from quanqu.sell.fulfilment.contracts.carriers import Measures
from quanqu.sell.fulfilment.contracts.words import ListState, ParcelState, PickState

__all__ = [
    "Board",
    "BoardCard",
    "BoardColumn",
    "ListFilters",
    "LotToPick",
    "OutsideParcel",
    "PackDraft",
    "ParcelDetail",
    "ParcelEventView",
    "ParcelFilters",
    "ParcelLineView",
    "ParcelView",
    "PartDetail",
    "PickLineView",
    "PickListView",
    "PickupView",
    "SentParcel",
    "TrackingReceipt",
]


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A part of an order on the board of its place.

    `ships_from`: the day before which it may not leave, so that nobody picks it yet.
    """

    order_id: UUID
    part_no: int
    number: str
    delivery: Delivery
    state: PartState
    promised_at: datetime
    slot_ends_at: datetime | None
    is_late: bool
    is_held_up: bool
    units: int
    lines: tuple[LiveLine, ...]
    done_at: datetime | None = None
    shelf: str = ""
    ships_from: date | None = None


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The parts that stand alike, the earliest promise first; `has_more`: not all are shown."""

    cards: tuple[BoardCard, ...]
    late: int
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """What a place has to pick, is picking, has ready, and let go today."""

    to_pick: BoardColumn
    picking: BoardColumn
    ready: BoardColumn
    gone: BoardColumn


@dataclass(frozen=True, slots=True)
class LotToPick:
    """Units of a lot or serial that a line takes. Units: sale units, above 0."""

    code: str
    best_before: date | None
    quantity: int


@dataclass(frozen=True, slots=True)
class PickLineView:
    """A line to pick. Units: sale units.

    `lots`: which lots to take, of a product that is kept by lots, while it is to be picked.
    """

    key: int
    order_id: UUID
    part_no: int
    line_no: int
    number: str
    variant_key: int
    sku: str
    name: str
    zone: str
    bin: str
    quantity: int
    picked: int
    state: PickState
    lots: tuple[LotToPick, ...] = ()


@dataclass(frozen=True, slots=True)
class PickListView:
    """A pick list with its lines in the order in which one walks."""

    id: UUID
    key: int
    place_key: int
    zone: str
    state: ListState
    picker: str
    picker_name: str
    made_at: datetime
    claimed_at: datetime | None
    done_at: datetime | None
    lines: tuple[PickLineView, ...]


@dataclass(frozen=True, slots=True)
class ListFilters:
    """Narrow a list of pick lists: a place inside a unit, some states."""

    unit_id: str | None = None
    states: tuple[ListState, ...] = ()


@dataclass(frozen=True, slots=True)
class PackDraft:
    """A parcel to pack.  `id`: its own; asked again under it, nothing changes.

    `lines`: units by line number of the order.
    """

    id: UUID
    order_id: UUID
    part_no: int
    lines: Mapping[int, int]
    measures: Measures


@dataclass(frozen=True, slots=True)
class OutsideParcel:
    """A parcel that somebody else packed and gave to a carrier.  `id`: its own; told again under
    it, nothing changes.

    `lines`: units by line number of the order.  `weight_g`: 0 where nobody told it.
    """

    id: UUID
    order_id: UUID
    part_no: int
    lines: Mapping[int, int]
    carrier: str
    tracking_no: str
    told_by: str
    weight_g: int = 0
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class ParcelLineView:
    """What of a line is in a parcel. Units: sale units."""

    line_no: int
    variant_key: int
    sku: str
    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel as it stands. Units: grams, millimetres, minor units of `currency`."""

    id: UUID
    key: int
    order_id: UUID
    part_no: int
    order_number: str
    number: int
    place_key: int
    company_key: int
    state: ParcelState
    measures: Measures
    carrier_id: UUID | None
    carrier_name: str
    service: str
    cost_minor: int | None
    currency: str
    tracking_no: str
    has_label: bool
    packed_at: datetime
    left_at: datetime | None
    expected_on: date | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParcelEventView:
    """What was told of a parcel."""

    at: datetime
    state: ParcelState
    told_by: str
    location: str
    detail: str


@dataclass(frozen=True, slots=True)
class ParcelDetail:
    """A parcel with what is in it and the way it went.  `signed_by` is masked."""

    parcel: ParcelView
    lines: tuple[ParcelLineView, ...]
    events: tuple[ParcelEventView, ...]
    signed_by: str
    proof_photo: str


@dataclass(frozen=True, slots=True)
class ParcelFilters:
    """Narrow a list of parcels: of places inside a unit, some states, an order, a number."""

    unit_id: str | None = None
    states: tuple[ParcelState, ...] = ()
    order_id: UUID | None = None
    tracking_no: str = ""


@dataclass(frozen=True, slots=True)
class PartDetail:
    """A part to pack or hand over: what is in it, what is packed, its parcels.

    `left`: units by line number that are in no parcel yet; `unpicked`: line numbers that are on a
    pick list and not picked.
    """

    card: BoardCard
    place_key: int
    company_key: int
    left: Mapping[int, int]
    unpicked: frozenset[int]
    parcels: tuple[ParcelView, ...]


@dataclass(frozen=True, slots=True)
class PickupView:
    """A part that waits for who collects it; the name is masked unless it was searched for."""

    order_id: UUID
    part_no: int
    number: str
    name: str
    shelf: str
    units: int
    ready_at: datetime
    release_at: datetime


@dataclass(frozen=True, slots=True)
class TrackingReceipt:
    """What became of a notice: events taken, known before, of parcels nobody knows."""

    taken: int
    repeated: int
    unknown: int


@dataclass(frozen=True, slots=True)
class SentParcel:
    """A parcel that was sent; `has_left`: its part has left with it."""

    parcel: ParcelView
    has_left: bool
