"""Receipts and returns as the API takes and shows them."""

from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.supply.api.schemas.types import (
    Amount,
    Id,
    LongText,
    Quantity,
    SignedAmount,
    Text,
    Units,
)
from quanqu.sell.supply.contracts import ChargeKind, ReturnFrom, ShareBasis


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
