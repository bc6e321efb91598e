"""What the API of live orders takes and shows."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field, model_validator

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.checkout.contracts import (
    MOST_LINES,
    MOST_TENDERS,
    CancelReason,
    Delivery,
    LiveState,
    OrderHoldKind,
    PartState,
    Step,
)

_LARGEST = 10**15
LONGEST_WINDOW_S = 7 * 86_400

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
ItemId = Annotated[str, Field(max_length=40, pattern=r"^var_[0-9a-z]{26}$")]
PartNo = Annotated[int, Field(ge=1, le=9_999)]
LineNo = Annotated[int, Field(strict=True, ge=1, le=9_999)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]


class LineIn(Schema):
    """A line: the item by its id or the SKU of the place's company."""

    item: ItemId | None = None
    sku: Code | None = None
    quantity: Annotated[int, Field(strict=True, ge=-_LARGEST, le=_LARGEST, examples=[2])]
    unit_price: Amount | None = Field(
        None, description="What the door agreed with the buyer; without it what the place asks."
    )
    from_place: PlaceId | None = Field(
        None,
        description="Where the goods are. Without it: of a pickup where it is collected, of what "
        "is taken along the order's place, of what is sent where sourcing decides.",
    )

    @model_validator(mode="after")
    def _names_one(self) -> "LineIn":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class TenderIn(Schema):
    """A part of the money; one part may leave its amount open and takes the rest."""

    tender: Code
    amount: Amount | None = None
    token: Text = ""
    payer: Text = ""
    account: Text = ""
    return_url: Text = ""


class ContactIn(Schema):
    """Who gets the goods, and where; kept encrypted."""

    name: Text = ""
    phone: Text = ""
    email: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""


class SlotIn(Schema):
    """A slot that `GET /places/{id}/slots` offers, on its day."""

    id: Annotated[str, Field(pattern=r"^dsl_[0-9a-z]{26}$")]
    day: date


class GiftIn(Schema):
    """The order is a gift: what is written to it, and whether its papers show no prices."""

    message: Text | None = None
    hides_prices: bool | None = None


class LiveOrderIn(Schema):
    """An order to place."""

    place: PlaceId
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=MOST_LINES)]
    tenders: Annotated[list[TenderIn], Field(max_length=MOST_TENDERS)] = []
    currency: Currency | None = Field(None, description="Without it that of the place.")
    delivery: Delivery = Delivery.SHIP
    pickup_place: PlaceId | None = None
    contact: ContactIn | None = None
    customer: Id | None = None
    shipping: Amount = "0"
    note: Text = ""
    gift: GiftIn | None = None
    slot: SlotIn | None = Field(
        None, description="When it is brought or collected; its goods leave from the slot's place."
    )
    pay_within_s: Annotated[int, Field(strict=True, ge=30, le=LONGEST_WINDOW_S)] | None = None
    hold: Id | None = Field(
        None, description="A hold of a cart or of a place in line that the order takes over."
    )

    reserve: bool = Field(
        False,
        description="Keep the goods at pickup_place to be tried and paid there, without tenders, "
        "for pay_within_s or as long as the store usually keeps them.",
    )

    @model_validator(mode="after")
    def _pickup_is_somewhere(self) -> "LiveOrderIn":
        if (self.delivery is Delivery.PICKUP) != (self.pickup_place is not None):
            raise ValueError("give pickup_place for a pickup, and only then")
        return self


class StepIn(Schema):
    """What is told of a step, such as the carrier's tracking number."""

    detail: Text = ""


class HandOverIn(StepIn):
    """Goods are handed over: a pickup needs the code the buyer was given."""

    pickup_code: Text = ""


class CancelIn(StepIn):
    """Why an order is cancelled."""

    reason: CancelReason = CancelReason.BUYER


class MovePartIn(Schema):
    """Lines of a part that its place does not ship, and why."""

    lines: Annotated[list[LineNo], Field(min_length=1, max_length=MOST_LINES)]
    cause: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]


class HoldUpIn(Schema):
    """Why an order must not go on."""

    kind: OrderHoldKind
    note: Text = ""


class ReleaseIn(HoldUpIn):
    """What no longer holds an order up."""


class NoteIn(Schema):
    """Something to remember of an order."""

    note: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]+$")]


class PartQuery(Schema):
    """Narrow the list of parts."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: PartState | None = None
    delivery: Delivery | None = None


class LiveQuery(Schema):
    """Narrow the list of live orders."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: LiveState | None = None
    delivery: Delivery | None = None
    is_held_up: bool | None = None
    search: Text = Field("", description="An order's id or the number people call it by.")


class LiveOrderOut(Schema):
    """A live order."""

    id: str
    number: str
    place: str
    state: LiveState
    delivery: Delivery
    pickup_place: str | None
    goods: MoneyOut
    shipping: MoneyOut
    total: MoneyOut
    placed_at: str
    business_date: str
    pay_until: str | None
    cancel_reason: CancelReason | None
    note: str
    edition: int = Field(description="1, and one more with each edit.")
    due: MoneyOut = Field(description="What an edit added and is not paid yet.")
    slot_starts_at: str | None = Field(description="When it is brought or collected, by a slot.")
    slot_ends_at: str | None
    is_reservation: bool = Field(
        description="Its goods are kept until pay_until to be tried, or that ended unbought."
    )


class LiveLineOut(Schema):
    """A line of a live order."""

    line: int
    item: str
    sku: str
    name: str
    quantity: int
    unit_price: MoneyOut
    amount: MoneyOut
    from_place: str
    part: int


class PartOut(Schema):
    """A part of an order: what leaves one place."""

    part: int
    place: str
    state: PartState
    wanted_on: str | None = Field(description="The day it is to leave, of a split part.")
    drop: int = Field(description="0 goes where the order goes; others have a destination.")


class PartLineOut(Schema):
    """A line of a part."""

    line: int
    sku: str
    name: str
    quantity: int


class OrderHoldOut(Schema):
    """Why an order must not go on, until it is released."""

    kind: OrderHoldKind
    note: str
    put_at: str
    released_at: str | None


class StepOut(Schema):
    """A step an order took."""

    at: str
    actor: str
    step: Step
    state: LiveState
    detail: str
    part: int | None


class PaymentOut(Schema):
    """A payment of an order as it stands, and what the shopper does next."""

    id: str
    tender: str
    state: str
    amount: MoneyOut
    captured: MoneyOut
    refunded: MoneyOut
    next_step: str | None
    next_value: str | None


class LiveOrderDetailOut(LiveOrderOut):
    """A live order with its lines, payments and the way it came."""

    lines: list[LiveLineOut]
    parts: list[PartOut]
    holds: list[OrderHoldOut]
    payments: list[PaymentOut]
    steps: list[StepOut]


class PartWorkOut(PartOut):
    """A part with its order and its lines, as the place that has the goods sees it."""

    order: LiveOrderOut
    is_held_up: bool
    lines: list[PartLineOut]
