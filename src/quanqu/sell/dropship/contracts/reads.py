"""Offers of suppliers, orders to them and what is due to them, as they are told and read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.dropship.contracts.words import (
    DropshipState,
    DropStep,
    DueKind,
    LineState,
    PauseReason,
    RejectReason,
    StatedOutcome,
)

__all__ = [
    "Answer",
    "DropshipAddress",
    "DropshipDetail",
    "DropshipFilters",
    "DropshipLine",
    "DropshipOffer",
    "DropshipRow",
    "DropshipStep",
    "DueBalance",
    "DueRow",
    "IssuedTerms",
    "OfferDraft",
    "OfferFilters",
    "ParcelTold",
    "PaymentDraft",
    "StatedRow",
    "Terms",
    "TermsDraft",
]


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """How a supplier drop-ships for a company.

    `place_key`: the place of kind supplier it stands for.  `cut_off`: the minute of the day until
    which an order leaves that day, None: always.  `stale_hours`: how old stated stock may be before
    it sells no more, None: any.  `url`: where orders are sent; empty: they are fetched.
    """

    place_key: int
    supplier_id: str
    answer_minutes: int = 24 * 60
    lead_days: int = 1
    cut_off: int | None = None
    stale_hours: int | None = None
    url: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms as they stand."""

    draft: TermsDraft
    company_key: int
    supplier_name: str
    currency: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedTerms:
    """Terms with the key webhooks are signed with, told once when it was made; else empty."""

    terms: Terms
    secret: str = ""


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """What a supplier takes for shipping an item. Units: minor units of its currency, sale units.

    `lead_days`, `cut_off`: of this item, None: the supplier's.  `buffer`: stated units that are not
    sold.
    """

    variant_key: int
    cost_minor: int
    supplier_code: str = ""
    lead_days: int | None = None
    cut_off: int | None = None
    buffer: int = 0
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class DropshipOffer:
    """An offer as it stands.  `stated`: the units last stated, at `stated_at`; None: never.

    `paused`: why it sells nothing until stock is stated anew.
    """

    key: int
    place_key: int
    company_key: int
    draft: OfferDraft
    currency: str
    stated: int | None
    stated_at: datetime | None
    paused: PauseReason | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OfferFilters:
    """Narrow offers: inside a unit, of some items, on or off."""

    unit_id: str | None = None
    variant_keys: frozenset[int] | None = None
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class StatedRow:
    """What became of one stated number, and by how much what is on hand changed."""

    variant_key: int
    outcome: StatedOutcome
    change: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a supplier says of an order: line numbers it rejects and why; the rest it ships.

    `is_rejected`: it ships nothing, for `reason`.
    """

    rejected: Mapping[int, RejectReason] = field(default_factory=dict)
    is_rejected: bool = False
    reason: RejectReason = RejectReason.OTHER
    promised_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ParcelTold:
    """A parcel the supplier gave to a carrier; without lines: all that has not left."""

    carrier: str
    tracking_no: str
    lines: Mapping[int, int] = field(default_factory=dict)
    weight_g: int = 0
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class DropshipLine:
    """A line. Units: sale units, minor units of the order's currency."""

    line_no: int
    variant_key: int
    sku: str
    name: str
    supplier_code: str
    quantity: int
    unit_cost_minor: int
    state: LineState
    reason: RejectReason | None


@dataclass(frozen=True, slots=True)
class DropshipStep:
    """Something that happened to an order to a supplier."""

    at: datetime
    actor: str
    step: DropStep
    detail: str


@dataclass(frozen=True, slots=True)
class DropshipRow:
    """An order to a supplier. Units: minor units.

    `version`: 1, and one more each time it is asked anew.  `cost_minor`: what it comes to as it
    stands.  `sent_at`: when the supplier's webhook took this version.
    """

    id: UUID
    key: int
    order_id: UUID
    part_no: int
    number: str
    place_key: int
    sold_at_key: int
    company_key: int
    supplier_id: str
    state: DropshipState
    version: int
    currency: str
    cost_minor: int
    units: int
    made_at: datetime
    answer_by: datetime
    due_on: date
    promised_on: date | None
    sent_at: datetime | None
    answered_at: datetime | None
    shipped_at: datetime | None
    sending_fails: str = ""


@dataclass(frozen=True, slots=True)
class DropshipDetail:
    """An order to a supplier with its lines and its story."""

    row: DropshipRow
    lines: tuple[DropshipLine, ...]
    steps: tuple[DropshipStep, ...]


@dataclass(frozen=True, slots=True)
class DropshipAddress:
    """Where a supplier ships to."""

    name: str
    phone: str
    street: str
    postcode: str
    city: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class DropshipFilters:
    """Narrow orders to suppliers: inside a unit, some states, one supplier, those late at a moment
    (not answered by then, or promised for a day that is over), a number or id."""

    unit_id: str | None = None
    states: tuple[DropshipState, ...] = ()
    supplier_id: str = ""
    late_at: datetime | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """Money paid to a supplier. `id`: told again under it, once. Units: minor units."""

    id: UUID
    place_key: int
    amount_minor: int
    reference: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """An amount due, or paid where it is below zero. Units: minor units."""

    key: int
    kind: DueKind
    place_key: int
    dropship_id: UUID | None
    number: str
    amount_minor: int
    currency: str
    reference: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class DueBalance:
    """What is due to a supplier now. Units: minor units."""

    place_key: int
    currency: str
    goods_minor: int
    paid_minor: int

    @property
    def due_minor(self) -> int:
        """What is left to pay."""
        return self.goods_minor - self.paid_minor
