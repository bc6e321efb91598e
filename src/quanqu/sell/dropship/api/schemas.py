"""What the API of drop-shipping takes and shows."""

import re
from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.dropship.contracts import DropshipState, RejectReason
from quanqu.sell.fulfilment.contracts import ParcelState

__all__ = [
    "AnswerIn",
    "BalanceOut",
    "DropshipOrderDetailOut",
    "DropshipOrderOut",
    "DropshipOrderQuery",
    "DueOut",
    "EventIn",
    "Id",
    "IssuedTermsOut",
    "OfferOut",
    "OffersIn",
    "ParcelIn",
    "PaymentIn",
    "PlaceId",
    "SavedOut",
    "ShipToOut",
    "StatedIn",
    "StatedOut",
    "TermsIn",
    "TermsOut",
    "UnitQuery",
    "WithdrawalIn",
    "clock_of",
    "minute_of",
]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _iso_day(value: object) -> object:
    """Let only full-date texts through (RFC 3339): a number is no day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-22")
    return value


def minute_of(text: str | None) -> int | None:
    """Return the minute of the day that HH:MM is."""
    return None if text is None else int(text[:2]) * 60 + int(text[3:])


def clock_of(minute: int | None) -> str | None:
    """Return a minute of the day as HH:MM."""
    return None if minute is None else f"{minute // 60:02}:{minute % 60:02}"


Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
Word = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$")]
Day = Annotated[date, BeforeValidator(_iso_day)]
Clock = Annotated[str, Field(pattern=_TIME.pattern + "$", max_length=5, examples=["16:00"])]
Amount = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]
Units = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]
LineNo = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class UnitQuery(Schema):
    """Narrow to a part of the group."""

    unit: Id | None = None


class TermsIn(Schema):
    """How a supplier drop-ships. `cut_off`: until when orders count for the day, by its clock."""

    supplier: Id
    answer_minutes: Annotated[int, Field(24 * 60, strict=True, ge=1, le=86_400)]
    lead_days: Annotated[int, Field(1, strict=True, ge=0, le=365)]
    cut_off: Clock | None = None
    stale_hours: Annotated[int, Field(strict=True, ge=1, le=8_784)] | None = None
    url: Annotated[str, Field("", max_length=2_000, description="Where orders are sent.")]
    is_active: bool = True


class TermsOut(Schema):
    """How a supplier drop-ships."""

    place: str
    supplier: str
    name: str
    currency: str
    answer_minutes: int
    lead_days: int
    cut_off: str | None
    stale_hours: int | None
    url: str
    is_active: bool
    updated_at: str


class IssuedTermsOut(TermsOut):
    """Terms; the key webhooks are signed with is told once, when it is made."""

    secret: str


class OfferIn(Schema):
    """What the supplier takes for shipping an item; left out: its own lead time and cut-off."""

    sku: Code
    cost: Amount
    supplier_code: Code = ""
    lead_days: Annotated[int, Field(strict=True, ge=0, le=365)] | None = None
    cut_off: Clock | None = None
    buffer: Units = 0
    is_on: bool = True


class OffersIn(Schema):
    """Offers to save."""

    offers: Annotated[list[OfferIn], Field(min_length=1, max_length=1_000)]


class SavedOut(Schema):
    """How many were saved."""

    saved: int


class OfferOut(Schema):
    """An offer. `stated`: units last stated; `paused`: why it sells nothing until the next time."""

    place: str
    item: str | None
    sku: str
    cost: MoneyOut
    supplier_code: str
    lead_days: int | None
    cut_off: str | None
    buffer: int
    is_on: bool
    stated: int | None
    stated_at: str | None
    paused: str | None


class StatedItemIn(Schema):
    """How many units lie there, those of orders that have not left included."""

    sku: Code
    units: Units


class StatedIn(Schema):
    """Stock as it was at a moment."""

    stated_at: AwareDatetime
    items: Annotated[list[StatedItemIn], Field(min_length=1, max_length=1_000)]


class StatedOut(Schema):
    """What became of a stated number, and by how much what is on hand changed."""

    sku: str
    outcome: str
    change: int


class DropshipOrderQuery(Schema):
    """Narrow the list of orders to suppliers."""

    unit: Id | None = None
    state: DropshipState | None = None
    supplier: Id = ""
    late: bool = Field(False, description="Not answered, or not shipped in time.")
    search: Annotated[str, Field("", max_length=100, pattern=r"^[^\x00]*$")]


class DropshipOrderOut(Schema):
    """An order to a supplier; `sent_at`: when its webhook took it."""

    id: str
    order: str
    part: int
    number: str
    place: str
    supplier: str
    state: DropshipState
    version: int
    units: int
    cost: MoneyOut
    made_at: str
    answer_by: str
    due_on: str
    promised_on: str | None
    sent_at: str | None
    answered_at: str | None
    shipped_at: str | None


class DropshipOrderDetailOut(DropshipOrderOut):
    """An order to a supplier with its lines, parcels and story."""

    lines: list[dict[str, Any]]
    parcels: list[dict[str, Any]]
    steps: list[dict[str, Any]]


class ShipToOut(Schema):
    """Where to ship to."""

    name: str
    phone: str
    street: str
    postcode: str
    city: str
    region: str
    country: str


class RejectedIn(Schema):
    """A line that is not shipped."""

    line: LineNo
    reason: RejectReason


class AnswerIn(Schema):
    """What the supplier ships: all, all but the rejected lines, or nothing (`is_rejected`)."""

    rejected: Annotated[list[RejectedIn], Field(default_factory=list, max_length=200)]
    is_rejected: bool = False
    reason: RejectReason = RejectReason.OTHER
    promised_on: Day | None = None
    note: Text = ""


class PackedIn(Schema):
    """Units of a line in a parcel."""

    line: LineNo
    quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000_000)]


class ParcelIn(Schema):
    """A parcel that was given to a carrier; without lines, all that has not left."""

    carrier: Word
    tracking_number: Word
    lines: Annotated[list[PackedIn], Field(default_factory=list, max_length=200)]
    weight_g: Annotated[int, Field(0, strict=True, ge=0, le=5_000_000)]
    expected_on: Day | None = None


class EventIn(Schema):
    """What became of a parcel."""

    state: ParcelState
    at: AwareDatetime | None = None
    detail: Text = ""


class WithdrawalIn(Schema):
    """Why the order is taken back."""

    reason: Text = ""


class PaymentIn(Schema):
    """Money paid to the supplier, in its currency."""

    amount: Amount
    reference: Annotated[str, Field("", max_length=120, pattern=r"^[^\x00]*$")]


class BalanceOut(Schema):
    """What is due to a supplier: goods that left, less what was paid."""

    place: str
    goods: MoneyOut
    paid: MoneyOut
    due: MoneyOut


class DueOut(Schema):
    """An amount due, or paid where it is below zero."""

    kind: str
    place: str
    dropship_order: str | None
    number: str
    amount: MoneyOut
    reference: str
    at: str
