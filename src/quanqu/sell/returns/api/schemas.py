"""What the API of returns takes and shows."""

from datetime import date
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.returns.contracts import (
    MOST_LINES,
    EntryKind,
    Grade,
    ReturnState,
    ReturnStep,
    Signal,
)

_LARGEST = 10**15

Text = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
OrderId = Annotated[str, Field(max_length=40, pattern=r"^ord_[0-9a-z]{26}$")]
ItemId = Annotated[str, Field(max_length=40, pattern=r"^var_[0-9a-z]{26}$")]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]
Count = Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST)]


class AskIn(Schema):
    """Units of a line of the order that are to come back, and why."""

    line: Count
    quantity: Count
    reason: Code
    note: Text = ""


class ReturnCaseIn(Schema):
    """A return to open, or to ask about."""

    order: OrderId
    place: PlaceId
    lines: Annotated[list[AskIn], Field(min_length=1, max_length=MOST_LINES)]
    order_total: Amount | None = Field(
        None, description="The total an order of another place shows, as its receipt tells it."
    )
    by_parcel: bool = False
    has_receipt: bool = True
    is_exception: bool = Field(
        False, description="Ask for a person's word where the policy refuses."
    )
    note: Text = ""


class SaleQuestion(Schema):
    """Find an order that may come back, by its number or the channel's id."""

    place: PlaceId
    number: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
    order_total: Amount | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(
        None, description="Without it that of the place."
    )


class NoteIn(Schema):
    """What is told of a step."""

    detail: Text = ""


class ArrivedIn(Schema):
    """Units of a line that arrived."""

    line: Count
    quantity: Count


class ArrivalIn(NoteIn):
    """What arrived; without lines, all of it."""

    lines: Annotated[list[ArrivedIn], Field(max_length=MOST_LINES)] | None = None


class GradedIn(Schema):
    """What an inspection found of a line, in units by grade."""

    line: Count
    units: dict[Grade, Count]


class InspectionIn(NoteIn):
    """The grades of every line that was received."""

    lines: Annotated[list[GradedIn], Field(min_length=1, max_length=MOST_LINES)]


class SettlementIn(NoteIn):
    """How the money goes back, where the order was not placed here, or that it waits as credit."""

    tender: Code = ""
    to_credit: bool = False


class PayoutIn(Schema):
    """How the rest of a credit goes back, where the order was not placed here."""

    tender: Code = ""


class ExchangeLineIn(Schema):
    """An item taken instead."""

    item: ItemId
    quantity: Count
    unit_price: Amount | None = None


class ExchangeIn(Schema):
    """What is taken instead, how a dearer one is paid, how the rest of a cheaper one goes back."""

    lines: Annotated[list[ExchangeLineIn], Field(min_length=1, max_length=MOST_LINES)]
    tender: Code = ""
    token: Code = ""
    back_tender: Code = ""


class ChargeBackIn(Schema):
    """The supplier that gets the damaged units back."""

    supplier: Annotated[str, Field(max_length=40, pattern=r"^sup_[0-9a-z]{26}$")]


class PhotoIn(Schema):
    """A photo: JPEG, PNG or WebP, in base64."""

    content: Annotated[str, Field(min_length=1, max_length=4_000_000, pattern=r"^[\w+/=\-]+$")]


class ReturnQuery(Schema):
    """Narrow the list of returns."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: ReturnState | None = None
    order: Id | None = None
    reason: Code = ""
    is_open: bool | None = None
    first: date | None = None
    last: date | None = None


class SaleLineOut(Schema):
    """Goods of an order, and how many can still come back."""

    line: int
    sku: str
    name: str
    bought: int
    free: int
    worth: MoneyOut


class SaleOut(Schema):
    """An order as far as it can come back."""

    order: str
    number: str
    place: str
    bought_on: date
    placed_here: bool
    paid: MoneyOut
    left: MoneyOut
    lines: list[SaleLineOut]


class SalesOut(Schema):
    """Orders that were found."""

    items: list[SaleOut]


class WhyOut(Schema):
    """Why a policy says what it says: a code and its figure."""

    code: str
    value: str


class LineVerdictOut(Schema):
    """What the policy says of a line."""

    line: int
    quantity: int
    goods: MoneyOut
    fee: MoneyOut
    until: date
    problems: list[WhyOut]


class VerdictOut(Schema):
    """What would come of a return."""

    is_allowed: bool
    needs_approval: bool
    keeps_goods: bool
    is_capped: bool
    goods: MoneyOut
    fee: MoneyOut
    label: MoneyOut
    shipping: MoneyOut
    refund: MoneyOut
    doubts: list[WhyOut]
    signals: list[Signal]
    lines: list[LineVerdictOut]
    policy: int


class ReturnCaseOut(Schema):
    """A return. `refund`: what goes back; before it is settled, what would."""

    id: str
    number: str
    order: str
    order_number: str
    place: str
    sold_at: str
    state: ReturnState
    keeps_goods: bool
    by_parcel: bool
    is_exception: bool
    placed_here: bool
    units: int
    goods: MoneyOut
    fee: MoneyOut
    label: MoneyOut
    shipping: MoneyOut
    refund: MoneyOut
    credit_left: MoneyOut
    exchange_order: str | None
    supplier_return: str | None
    doubts: list[str]
    opened_at: str
    business_date: date
    policy: int
    note: str


class CaseLineOut(Schema):
    """A line of a return: what was asked, what came, how it was graded."""

    line: int
    sku: str
    name: str
    quantity: int
    reason: str
    note: str
    received: int | None
    grades: dict[Grade, int]
    goods: MoneyOut
    fee: MoneyOut


class CaseStepOut(Schema):
    """A step a return took."""

    at: str
    actor: str
    step: ReturnStep
    state: ReturnState
    detail: str


class CaseEntryOut(Schema):
    """A line of the ledger: units in a state of stock, or money."""

    at: str
    kind: EntryKind
    line: int | None
    stock_state: str
    quantity: int
    amount: MoneyOut
    tender: str
    payment: str | None


class CasePhotoOut(Schema):
    """A photo of a return."""

    id: str
    media_type: str
    size: int
    at: str


class ReturnCaseDetailOut(ReturnCaseOut):
    """A return with its lines, the way it came, its ledger and photos."""

    lines: list[CaseLineOut]
    steps: list[CaseStepOut]
    entries: list[CaseEntryOut]
    photos: list[CasePhotoOut]


class ReturnPolicyIn(Schema):
    """A policy to put in force; its JSON Schema is at /return-policies/schema."""

    policy: dict[str, Any]
    note: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")] = ""


class ReturnPolicyOut(Schema):
    """A version of a company's policy; number 0 is the standard."""

    company: str
    number: int
    policy: dict[str, Any]
    note: str
    made_by: str
    made_at: str | None
