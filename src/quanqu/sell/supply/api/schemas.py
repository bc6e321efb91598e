"""What the API of supply takes and shows."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.supply.contracts import (
    ChargeKind,
    DiscrepancyKind,
    OrderAct,
    PurchaseSort,
    PurchaseState,
    ReturnFrom,
    ShareBasis,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def iso_day(value: object) -> object:
    """Let only full-date texts through (RFC 3339): a number is no day."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2026-11-22")
    return value


Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
LongText = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40)]
Day = Annotated[date, BeforeValidator(iso_day)]
Amount = Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]
SignedAmount = Annotated[str, Field(pattern=r"^-?\d{1,12}(\.\d{1,4})?$", examples=["12.34"])]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["CNY"])]
Quantity = Annotated[int, Field(ge=1, le=10_000_000)]
Units = Annotated[int, Field(ge=0, le=10_000_000)]


class ContactFields(Schema):
    """Whom to talk to at a supplier."""

    name: Text = ""
    email: Text = ""
    phone: Text = ""
    address: Text = ""


class SupplierFields(Schema):
    """A supplier as it is told."""

    code: Annotated[str, Field(max_length=40, examples=["leaf"])]
    name: Text
    currency: Currency
    lead_time_days: Annotated[int, Field(0, ge=0, le=730)]
    minimum_order: Amount = "0"
    contact: ContactFields | None = Field(
        None, description="Left out, the contact that is there stays."
    )
    is_active: bool = True


class SupplierIn(SupplierFields):
    """A supplier of a company."""

    company: Id


class SupplierOut(Schema):
    """A supplier; its contact is masked."""

    id: str
    company: str
    code: str
    name: str
    currency: str
    lead_time_days: int
    minimum_order: MoneyOut
    contact: ContactFields
    is_active: bool
    created_at: str
    updated_at: str


class SupplierQuery(Schema):
    """Narrow the list of suppliers."""

    search: Text = Field("", description="A part of the name, or the beginning of the code.")
    company: Id | None = None
    is_active: bool | None = None


class CostIn(Schema):
    """What an item costs from a day on: today unless told."""

    sku: Text
    cost: Amount
    supplier_code: Annotated[str, Field("", max_length=80, pattern=r"^[^\x00]*$")]
    pack_size: Annotated[int, Field(1, ge=1, le=1_000_000)]
    minimum_quantity: Annotated[int, Field(1, ge=1, le=1_000_000)]
    valid_from: Day | None = None
    valid_to: Day | None = None


class CostsIn(Schema):
    """Costs of a supplier's items."""

    costs: Annotated[list[CostIn], Field(min_length=1, max_length=1000)]


class CostOut(Schema):
    """A cost as it was recorded."""

    sku: str
    product: str | None
    supplier_code: str
    cost: MoneyOut
    pack_size: int
    minimum_quantity: int
    valid_from: str
    valid_to: str | None
    recorded_at: str
    is_current: bool


class AddedOut(Schema):
    """How many lines were added."""

    added: int


class CatalogueIn(Schema):
    """A supplier's catalogue as CSV with a head: sku, cost and what else is known."""

    csv: Annotated[str, Field(max_length=20_000_000, examples=["sku,cost\nmug-w,12.50\n"])]


class RejectedOut(Schema):
    """A row that was not taken; `row` counts from 1 below the head."""

    row: int
    reason: str
    cells: list[str]


class CatalogueOut(Schema):
    """What became of a catalogue."""

    rows: int
    taken: int
    unchanged: int
    columns: list[str]
    rejected: list[RejectedOut]


class RulesFields(Schema):
    """How a company buys; without a limit nobody else is asked."""

    currency: Currency
    approval_limit: Amount | None = None
    over_rate: Annotated[Decimal, Field(Decimal(0), ge=0, le=1, max_digits=5, decimal_places=4)]


class RulesOut(Schema):
    """How a company buys."""

    company: str
    approval_limit: MoneyOut | None
    over_rate: str


class LeadTimeOut(Schema):
    """How fast and how fully a supplier, or an item of it, comes."""

    supplier: str
    supplier_name: str
    sku: str | None
    count: int
    mean_days: float
    median_days: float
    p90_days: float
    on_time_rate: float | None
    fill_rate: float | None


class LeadTimeQuery(Schema):
    """Over which orders: sent from a day on."""

    since: Day | None = None


class LineIn(Schema):
    """An item to order; without a cost, the supplier's counts."""

    sku: Text
    quantity: Quantity
    unit_cost: Amount | None = None
    expected_on: Day | None = None


class PurchaseFields(Schema):
    """What to order."""

    lines: Annotated[list[LineIn], Field(max_length=100)]
    expected_on: Day | None = None
    note: LongText = ""


class PurchaseIn(PurchaseFields):
    """A draft of an order to a supplier, for a place."""

    supplier: Id
    place: Id


class PurchaseQuery(Schema):
    """Narrow the list of purchase orders."""

    search: Text = Field("", description="The beginning of a number.")
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: Annotated[list[PurchaseState], Field(default_factory=list, max_length=8)]
    supplier: Id | None = None
    first: Day | None = Field(None, description="Expected from this day on.")
    last: Day | None = Field(None, description="Expected by this day, included.")
    is_overdue: bool = Field(False, description="Only open orders whose expected day is past.")


class PurchaseSortQuery(Schema):
    """In which order they come."""

    sort: PurchaseSort = PurchaseSort.NEWEST


class PurchaseOut(Schema):
    """A purchase order of the list."""

    id: str
    number: str
    place: str
    supplier: str
    supplier_name: str
    state: PurchaseState
    version: int
    total: MoneyOut
    ordered: int
    received: int
    expected_on: str | None
    created_at: str
    sent_at: str | None
    updated_at: str


class PurchaseLineOut(Schema):
    """A line of a purchase order; `open` is what is still to come, `most` what may come."""

    line_no: int
    sku: str
    product: str | None
    name: str
    supplier_code: str
    ordered: int
    most: int
    received: int
    damaged: int
    open: int
    unit_cost: MoneyOut
    amount: MoneyOut
    expected_on: str | None


class ChangedLineOut(Schema):
    """A line as it was before a change."""

    line_no: int
    sku: str
    ordered: int
    received: int


class HistoryOut(Schema):
    """Something that was done to an order."""

    at: str
    actor: str
    act: OrderAct
    state: PurchaseState
    version: int
    reason: str
    lines_before: list[ChangedLineOut]


class PurchaseDetailOut(PurchaseOut):
    """A purchase order whole."""

    note: str
    needs_second_person: bool
    lines: list[PurchaseLineOut]
    history: list[HistoryOut]


class CountOut(Schema):
    """How many there are."""

    count: int


class DiscrepancyOut(Schema):
    """How a line differs from what was ordered."""

    purchase_order: str
    number: str
    supplier_name: str
    place: str
    line_no: int
    sku: str
    kind: DiscrepancyKind
    units: int


class ReasonIn(Schema):
    """Why."""

    reason: Annotated[str, Field("", max_length=500, pattern=r"^[^\x00]*$")]


class ReceivedIn(Schema):
    """What came of a line; `damaged` beside `good`."""

    line_no: Annotated[int, Field(ge=1, le=100)]
    good: Units = 0
    damaged: Units = 0


class ReceiptIn(Schema):
    """A delivery; the same reference with the same lines again is the receipt that is there."""

    reference: Annotated[str, Field(min_length=1, max_length=80, examples=["DN-2041"])]
    lines: Annotated[list[ReceivedIn], Field(min_length=1, max_length=100)]
    received_at: AwareDatetime | None = Field(None, description="Now unless told.")
    note: LongText = ""


class ReceiptQuery(Schema):
    """Narrow the list of receipts."""

    purchase_order: Id | None = None
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class ReceiptLineOut(Schema):
    """A line as it came; `unit_landed` is the cost of one unit with its share of other costs."""

    line_no: int
    sku: str
    good: int
    damaged: int
    unit_cost: MoneyOut
    landed: MoneyOut
    unit_landed: str


class ShareOut(Schema):
    """A line's share of a cost."""

    line_no: int
    amount: MoneyOut


class ChargeOut(Schema):
    """A cost beside the goods and how it was shared out."""

    kind: ChargeKind
    amount: MoneyOut
    basis: ShareBasis
    reference: str
    recorded_at: str
    shares: list[ShareOut]


class ReceiptOut(Schema):
    """Goods that came."""

    id: str
    purchase_order: str
    number: str
    supplier_name: str
    place: str
    reference: str
    received_at: str
    recorded_at: str
    note: str
    lines: list[ReceiptLineOut]
    charges: list[ChargeOut]


class WeightIn(Schema):
    """Grams of one unit of a line, where the catalogue does not know them."""

    line_no: Annotated[int, Field(ge=1, le=100)]
    weight_g: Annotated[int, Field(ge=1, le=10_000_000)]


class ChargeIn(Schema):
    """A cost in the order's currency; below zero it undoes another."""

    kind: ChargeKind
    amount: SignedAmount
    basis: ShareBasis
    reference: Annotated[str, Field("", max_length=80, pattern=r"^[^\x00]*$")]
    weights: Annotated[list[WeightIn], Field(default_factory=list, max_length=100)]


class ReturnLineIn(Schema):
    """An item to give back; without a cost, it is credited at what the item costs today."""

    sku: Text
    quantity: Quantity
    unit_cost: Amount | None = None


class ReturnIn(Schema):
    """Goods to give back; the same reference with the same lines again is the one that is there."""

    supplier: Id
    place: Id
    reference: Annotated[str, Field(min_length=1, max_length=80, examples=["RMA-17"])]
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
    taken_from: ReturnFrom
    lines: Annotated[list[ReturnLineIn], Field(min_length=1, max_length=100)]


class ReturnQuery(Schema):
    """Narrow the list of returns to suppliers."""

    supplier: Id | None = None
    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    is_credited: bool | None = None


class ReturnLineOut(Schema):
    """A line as it went back."""

    line_no: int
    sku: str
    quantity: int
    unit_cost: MoneyOut


class CreditIn(Schema):
    """What the supplier credited; each reference once."""

    amount: Amount
    reference: Annotated[str, Field(min_length=1, max_length=80, examples=["CN-2041"])]


class CreditOut(Schema):
    """What the supplier credited."""

    amount: MoneyOut
    reference: str
    recorded_at: str


class ReturnOut(Schema):
    """Goods that went back to a supplier."""

    id: str
    supplier: str
    supplier_name: str
    place: str
    reference: str
    reason: str
    taken_from: ReturnFrom
    returned_at: str
    expected: MoneyOut
    credited: MoneyOut
    lines: list[ReturnLineOut]
    credits: list[CreditOut]
