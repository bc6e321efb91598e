"""What the API of picking, packing and parcels takes and shows."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, model_validator

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.checkout.contracts import Delivery, PartState
from quanqu.sell.fulfilment.api.types import Code, Day, Id, Millimetres, Text
from quanqu.sell.fulfilment.contracts import (
    LARGEST_KEEP_DAYS,
    MOST_PARTS,
    IdCheck,
    ListState,
    ParcelState,
    PickState,
)

_Units = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9, examples=[1])]
_LineNo = Annotated[int, Field(strict=True, ge=1, le=1_000)]
_Bin = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class BoardQuery(Schema):
    """Narrow a board."""

    delivery: Delivery | None = None


class FiguresQuery(Schema):
    """The days to tell of, in the caller's zone."""

    unit: Id | None = None
    first: Day
    last: Day


class CarrierFiguresOut(Schema):
    """A carrier's parcels that arrived, and how many of them late."""

    name: str
    delivered: int
    late: int


class FiguresOut(Schema):
    """What was done in a period."""

    picked: int
    median_pick_s: float | None
    promised: int
    kept: int
    readied: int
    no_shows: int
    carriers: list[CarrierFiguresOut]


class CardOut(Schema):
    """A part of an order as work of its place."""

    order: str
    part: int
    number: str
    delivery: Delivery
    state: PartState
    promised_at: str
    is_late: bool
    is_held_up: bool
    ships_from: date | None
    units: int
    shelf: str
    done_at: str | None


class ColumnOut(Schema):
    """The parts that stand alike, the earliest promise first."""

    cards: list[CardOut]
    late: int
    has_more: bool


class BoardOut(Schema):
    """What a place has to do."""

    to_pick: ColumnOut
    picking: ColumnOut
    ready: ColumnOut
    gone: ColumnOut


class PickListIn(Schema):
    """A wave: the parts whose promise is due first, perhaps of one zone."""

    most_parts: Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS)] = 20
    zone: _Bin = ""


class PickListQuery(Schema):
    """Narrow the list of pick lists."""

    unit: Id | None = None
    state: ListState | None = None


class LotToPickOut(Schema):
    """Units of a lot or serial that a line takes, what ends first ahead."""

    code: str
    best_before: date | None
    quantity: int


class PickLineOut(Schema):
    """A line to pick."""

    line: int
    order: str
    part: int
    order_line: int
    number: str
    sku: str
    name: str
    zone: str
    bin: str
    quantity: int
    picked: int
    state: PickState
    lots: list[LotToPickOut]


class PickListOut(Schema):
    """A pick list with its lines in the order in which one walks."""

    id: str
    place: str
    zone: str
    state: ListState
    picker_name: str
    made_at: str
    claimed_at: str | None
    done_at: str | None
    lines: list[PickLineOut]


class PickedIn(Schema):
    """How many units of a line were found."""

    picked: _Units


class ScanIn(Schema):
    """The code of an item: one unit is picked."""

    code: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class PackedLineIn(Schema):
    """Units of a line of the order."""

    line: _LineNo
    quantity: _Units


class ParcelIn(Schema):
    """A parcel to close. Units: grams, millimetres."""

    lines: Annotated[list[PackedLineIn], Field(max_length=200)]
    weight_g: Annotated[int, Field(strict=True, ge=-(10**9), le=10**9, examples=[1200])]
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0


class ReadyIn(Schema):
    """Where the goods wait."""

    shelf: _Bin = ""


class PickupIn(Schema):
    """The code of who collects, and what they showed."""

    pickup_code: Annotated[str, Field(max_length=20)]
    id_check: IdCheck = IdCheck.NONE


class LabelIn(Schema):
    """Who is to take a parcel, and how."""

    carrier: Id
    service: Code


class NoteIn(Schema):
    """What became of a parcel that left."""

    state: ParcelState
    at: datetime | None = None
    detail: Text = ""
    signed_by: Text = ""
    photo_sha256: Annotated[str, Field(max_length=64)] = ""

    @model_validator(mode="after")
    def _has_zone(self) -> "NoteIn":
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("a time needs its offset from UTC")
        return self


class ParcelQuery(Schema):
    """Narrow the list of parcels."""

    unit: Id | None = None
    state: ParcelState | None = None
    order: Id | None = None
    tracking_number: Text = ""


class ParcelOut(Schema):
    """A parcel as it stands."""

    id: str
    order: str
    part: int
    order_number: str
    number: int
    place: str
    state: ParcelState
    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    carrier: str | None
    carrier_name: str
    service: str
    cost: MoneyOut | None
    tracking_number: str
    has_label: bool
    packed_at: str
    left_at: str | None
    expected_on: str | None
    delivered_at: str | None


class ParcelLineOut(Schema):
    """What of a line is in a parcel."""

    line: int
    sku: str
    name: str
    quantity: int


class ParcelEventOut(Schema):
    """What was told of a parcel."""

    at: str
    state: ParcelState
    told_by: str
    location: str
    detail: str


class ParcelDetailOut(ParcelOut):
    """A parcel with what is in it and the way it went; who signed is masked."""

    lines: list[ParcelLineOut]
    events: list[ParcelEventOut]
    signed_by: str
    proof_photo: str


class PartOut(CardOut):
    """A part with what is left to pack, and its parcels."""

    place: str
    left: list[ParcelLineOut]
    unpicked: list[int]
    parcels: list[ParcelOut]


class PickupQuery(Schema):
    """Find what waits by number, shelf or name."""

    q: Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")] = ""


class PickupOut(Schema):
    """Goods that wait for who collects them."""

    order: str
    part: int
    number: str
    name: str
    shelf: str
    units: int
    ready_at: str
    release_at: str


class RuleBody(Schema):
    """For how many days goods wait at a place."""

    keep_days: Annotated[int, Field(strict=True, ge=1, le=LARGEST_KEEP_DAYS)]


class BinIn(Schema):
    """Where an item lies."""

    sku: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
    zone: _Bin = ""
    bin: _Bin = ""


class BinsIn(Schema):
    """Where items lie at a place."""

    bins: Annotated[list[BinIn], Field(min_length=1, max_length=5_000)]


class BinsOut(Schema):
    """How many were told, and SKUs the place's company does not have."""

    taken: int
    unknown: list[str]
