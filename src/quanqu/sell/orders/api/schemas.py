"""What the API of orders takes and shows."""

import re
from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field, JsonValue

from quanqu.infra.http.facade import MoneyOut
from quanqu.know.org.contracts import ChannelCode
from quanqu.sell.orders.contracts import (
    LineKind,
    OrderSort,
    OrderStatus,
    PaymentStatus,
    RefundKind,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso_day(value: object) -> object:
    """Let only full-date texts through (RFC 3339): a number is no day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-22")
    return value


Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40)]
Currency = Annotated[str, Field(pattern="^([A-Z]{3})?$")]
Day = Annotated[date, BeforeValidator(iso_day)]
Amount = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]


class OrderQuery(Schema):
    """Narrow the list of orders."""

    search: Text = Field("", description="The beginning of a number, or a whole outside id.")
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    channel: ChannelCode | None = None
    status: Annotated[list[OrderStatus], Field(default_factory=list, max_length=8)]
    first: Day | None = Field(None, description="First business date.")
    last: Day | None = Field(None, description="Last business date, included.")
    customer: Id | None = None
    currency: Currency = ""
    min_total: Amount | None = Field(None, description="Needs `currency`.")
    max_total: Amount | None = Field(None, description="Needs `currency`.")


class SortQuery(Schema):
    """In which order they come."""

    sort: OrderSort = Field(
        OrderSort.NEWEST, description="By total (highest, lowest) only with `currency`."
    )


class LookupQuery(Schema):
    """An outside id, and where to look for it."""

    external_id: Text
    place: Text = Field("", description="A place's code.")
    channel: ChannelCode | None = None


class RefundQuery(Schema):
    """Narrow the list of refunds."""

    search: Text = Field("", description="A whole outside id.")
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    kind: Annotated[list[RefundKind], Field(default_factory=list, max_length=4)]
    first: Day | None = None
    last: Day | None = None
    customer: Id | None = None
    is_linked: bool | None = Field(None, description="Whether its order is known.")


class OrderOut(Schema):
    """An order of the list."""

    id: str
    place: str
    channel: str
    external_id: str
    number: str
    placed_at: str
    business_date: str
    status: OrderStatus
    channel_status: str
    total: MoneyOut
    refunded: MoneyOut
    item_count: int
    line_count: int
    is_guest: bool
    country: str
    city: str


class LineOut(Schema):
    """A line of an order or refund."""

    line_no: int
    kind: LineKind
    sku: str
    product: str | None
    name: str
    quantity: int
    amount: MoneyOut


class OrderLineOut(LineOut):
    """A line of an order; `unit_price` has up to four decimals."""

    unit_price: str | None
    discount: MoneyOut
    tax: MoneyOut


class PaymentOut(Schema):
    """A payment."""

    method: str
    amount: MoneyOut
    installments: int
    status: PaymentStatus
    paid_at: str | None
    reference: str


class RefundOut(Schema):
    """A refund document; its area is its own, or that of its order."""

    id: str
    place: str
    external_id: str
    order: str | None
    refunded_at: str
    business_date: str
    kind: RefundKind
    amount: MoneyOut
    reason: str
    country: str
    region: str
    city: str
    lines: list[LineOut]


class OrderHistoryOut(Schema):
    """A change of an order, with the changed fields."""

    at: str
    source: str
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]


class DeliveryAddressOut(Schema):
    """A delivery address."""

    name: str
    phone: str
    email: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    is_masked: bool


class OrderDetailOut(OrderOut):
    """An order whole, its address masked."""

    source: str
    note: str
    region: str
    postcode_area: str
    goods: MoneyOut
    shipping: MoneyOut
    fee: MoneyOut
    discount: MoneyOut
    tax: MoneyOut
    is_tax_included: bool
    recorded_at: str
    updated_at: str
    lines: list[OrderLineOut]
    payments: list[PaymentOut]
    refunds: list[RefundOut]
    history: list[OrderHistoryOut]
    address: DeliveryAddressOut | None


class OrderCountOut(Schema):
    """How many orders; beyond 10,000 an estimate."""

    count: int
    is_exact: bool


class CustomerTotalsOut(Schema):
    """What a customer bought in one currency; cancelled and draft orders do not count."""

    order_count: int
    item_count: int
    total: MoneyOut
    refunded: MoneyOut
    first_on: str
    last_on: str
