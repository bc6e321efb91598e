"""Orders and refunds as readers see them."""

from dataclasses import dataclass
from datetime import date, datetime

from quanqu.kernel.money import Money
from quanqu.sell.orders.contracts.words import (
    LineKind,
    OrderGap,
    OrderStatus,
    PaymentStatus,
    RefundKind,
    Unfinished,
)

__all__ = [
    "BuyerTotals",
    "CustomerTotals",
    "DeliveryAddress",
    "HistoryEntry",
    "LineRow",
    "OrderCount",
    "OrderDetail",
    "OrderFilters",
    "OrderRow",
    "PaymentRow",
    "RefundFilters",
    "RefundLineRow",
    "RefundRow",
    "UnfinishedOrder",
]


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Narrow the list; None or empty means any.

    `first`/`last` are business dates, both included.  `text` is a whole or the beginning of an
    order number, or a whole outside id.  `min_total_minor`/`max_total_minor` are minor units of
    `currency`.  `subject_keys` are the identifiers of a customer.
    """

    place_keys: frozenset[int] | None = None
    company_keys: frozenset[int] | None = None
    channel: str = ""
    statuses: frozenset[OrderStatus] = frozenset()
    first: date | None = None
    last: date | None = None
    subject_keys: frozenset[int] | None = None
    text: str = ""
    currency: str = ""
    min_total_minor: int | None = None
    max_total_minor: int | None = None
    missing: OrderGap | None = None


@dataclass(frozen=True, slots=True)
class OrderCount:
    """How many orders there are: exact up to a bound, beyond it the planner's estimate."""

    value: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A line of the order list; `refunded` is what was given back, adjustments apart."""

    key: int
    id: str
    place_key: int
    company_key: int
    external_id: str
    number: str
    placed_at: datetime
    business_date: date
    status: OrderStatus
    channel_status: str
    subject_key: int | None
    total: Money
    refunded: Money
    item_count: int
    line_count: int
    country: str
    city: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an order; `unit_price_e4` in 1/10,000 of the major unit, None where not told."""

    line_no: int
    external_line: str
    kind: LineKind
    sku: str
    variant_key: int | None
    name: str
    quantity: int
    unit_price_e4: int | None
    discount: Money
    tax: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment of an order."""

    key: int
    seq: int
    method: str
    amount: Money
    installments: int
    status: PaymentStatus
    paid_at: datetime | None
    reference: str


@dataclass(frozen=True, slots=True)
class RefundFilters:
    """Narrow the list of refunds; None or empty means any. Dates are business dates, included."""

    place_keys: frozenset[int] | None = None
    kinds: frozenset[RefundKind] = frozenset()
    first: date | None = None
    last: date | None = None
    subject_keys: frozenset[int] | None = None
    is_linked: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RefundLineRow:
    """What a refund gives back for."""

    line_no: int
    kind: LineKind
    sku: str
    variant_key: int | None
    name: str
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund document; `order_id` is empty where the channel did not say which order.

    `country`, `region` and `city` are its own, or those of its order where it told none of them.
    """

    key: int
    id: str
    place_key: int
    external_id: str
    order_id: str
    order_external_id: str
    subject_key: int | None
    refunded_at: datetime
    business_date: date
    kind: RefundKind
    amount: Money
    reason: str
    country: str = ""
    region: str = ""
    city: str = ""
    lines: tuple[RefundLineRow, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A change of an order: when it was recorded, from where, and the changed fields."""

    at: datetime
    source: str
    before: dict[str, object]
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """Where an order goes; masked, only the town, region and country are in clear."""

    name: str
    phone: str
    email: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    is_masked: bool


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """Everything known of an order; the first entry of its history is its recording."""

    order: OrderRow
    source: str
    note: str
    region: str
    postcode_area: str
    goods: Money
    shipping: Money
    fee: Money
    discount: Money
    tax: Money
    is_tax_included: bool
    recorded_at: datetime
    updated_at: datetime
    lines: tuple[LineRow, ...]
    payments: tuple[PaymentRow, ...]
    refunds: tuple[RefundRow, ...]
    history: tuple[HistoryEntry, ...]
    address: DeliveryAddress | None


@dataclass(frozen=True, slots=True)
class BuyerTotals:
    """What one identifier bought in one currency; cancelled and draft orders do not count."""

    subject_key: int
    order_count: int
    net: Money
    last_on: date


@dataclass(frozen=True, slots=True)
class CustomerTotals:
    """What a set of identifiers bought, per currency; cancelled and draft orders do not count."""

    currency: str
    order_count: int
    item_count: int
    total: Money
    refunded: Money
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class UnfinishedOrder:
    """An order that waits for something since it was placed; `amount` is the money to be paid, the
    worth of the goods to come, or the money to be given back."""

    order: OrderRow
    waits_for: Unfinished
    amount: Money
