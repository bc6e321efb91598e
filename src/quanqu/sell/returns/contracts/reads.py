"""What is read of returns."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.returns.contracts.words import EntryKind, Grade, ReturnState, ReturnStep

__all__ = [
    "EntryView",
    "PhotoView",
    "ReturnDetail",
    "ReturnFilters",
    "ReturnLine",
    "ReturnRow",
    "StepView",
]


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return as a list shows it. Units: minor units of `currency`.

    `refund_minor`: what goes back; until it is settled, what would.  `credit_left_minor`: worth
    kept for an exchange and not used.
    """

    id: UUID
    key: int
    number: str
    order_id: UUID
    order_number: str
    place_key: int
    sale_place_key: int
    company_key: int
    state: ReturnState
    keeps_goods: bool
    by_parcel: bool
    is_exception: bool
    is_live: bool
    currency: str
    goods_minor: int
    fee_minor: int
    label_minor: int
    shipping_minor: int
    refund_minor: int
    credit_minor: int
    credit_left_minor: int
    exchange_order_id: UUID | None
    supplier_return_id: str
    units: int
    doubts: tuple[str, ...]
    opened_at: datetime
    changed_at: datetime
    business_date: date
    policy_number: int
    note: str


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of a return: what was asked, what came, how it was graded. Units: sale units."""

    line_no: int
    variant_key: int | None
    sku: str
    name: str
    quantity: int
    reason: str
    note: str
    received: int | None
    units: dict[Grade, int]
    goods_minor: int
    fee_minor: int


@dataclass(frozen=True, slots=True)
class StepView:
    """A step a return took."""

    at: datetime
    actor: str
    step: ReturnStep
    state: ReturnState
    detail: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """A line of the ledger: units in a state of stock, or money. Signed as it moved."""

    key: int
    at: datetime
    kind: EntryKind
    line_no: int | None
    state: str
    quantity: int
    amount_minor: int
    tender: str
    payment_id: UUID | None
    actor: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo of a return, without its content."""

    id: UUID
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReturnDetail:
    """Everything known of a return."""

    row: ReturnRow
    lines: tuple[ReturnLine, ...]
    steps: tuple[StepView, ...]
    entries: tuple[EntryView, ...]
    photos: tuple[PhotoView, ...]


@dataclass(frozen=True, slots=True)
class ReturnFilters:
    """Narrow a list of returns; None or empty means any. `text`: a number or an order's number."""

    unit_id: str | None = None
    place_keys: frozenset[int] | None = None
    states: frozenset[ReturnState] = frozenset()
    order_id: UUID | None = None
    reason: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""
    is_open: bool | None = None
