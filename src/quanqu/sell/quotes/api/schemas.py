"""What the API of quotes takes and shows."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field, model_validator

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.checkout.contracts import MOST_TENDERS, Delivery
from quanqu.sell.quotes.contracts import MOST_QUOTE_LINES, QuoteAct, QuoteState

_LARGEST = 10**15

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
CompanyId = Annotated[str, Field(max_length=40, pattern=r"^cmp_[0-9a-z]{26}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]


class QuoteLineIn(Schema):
    """Units of an item at an agreed price."""

    sku: Code
    quantity: Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]
    unit_price: Amount


class QuoteChangeIn(Schema):
    """What a quote says."""

    buyer: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]+$")]
    lines: Annotated[list[QuoteLineIn], Field(min_length=1, max_length=MOST_QUOTE_LINES)]
    valid_until: date
    shipping: Amount = "0"
    note: Text = ""


class QuoteIn(QuoteChangeIn):
    """A quote to write."""

    place: PlaceId
    currency: Currency | None = Field(None, description="Without it that of the place.")
    customer: Id | None = None


class QuoteEditIn(QuoteChangeIn):
    """A quote written anew."""

    edition: Annotated[int, Field(strict=True, ge=1, le=_LARGEST)]


class QuoteStepIn(Schema):
    """What is told of a step, such as who at the buyer's accepted."""

    detail: Text = ""


class QuoteTenderIn(Schema):
    """A part of the money; one part may leave its amount open and takes the rest."""

    tender: Code
    amount: Amount | None = None
    token: Text = ""
    payer: Text = ""
    account: Text = ""
    return_url: Text = ""


class QuoteContactIn(Schema):
    """Who gets the goods, and where; kept encrypted."""

    name: Text = ""
    phone: Text = ""
    email: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""


class QuoteOrderIn(Schema):
    """How the order of a quote is paid and delivered."""

    tenders: Annotated[list[QuoteTenderIn], Field(max_length=MOST_TENDERS)] = []
    delivery: Delivery = Delivery.SHIP
    pickup_place: PlaceId | None = None
    contact: QuoteContactIn | None = None

    @model_validator(mode="after")
    def _pickup_is_somewhere(self) -> "QuoteOrderIn":
        if (self.delivery is Delivery.PICKUP) != (self.pickup_place is not None):
            raise ValueError("give pickup_place for a pickup, and only then")
        return self


class QuoteLimitIn(Schema):
    """Up to which total one person sends quotes of a company alone; without an amount: any."""

    amount: Amount | None = None
    currency: Currency


class QuoteLimitOut(Schema):
    """Up to which total one person sends quotes of a company alone."""

    limit: MoneyOut | None


class QuoteQuery(Schema):
    """Narrow the list of quotes."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: QuoteState | None = None
    search: Text = Field("", description="Words of the buyer, a quote's id or number.")


class QuoteOut(Schema):
    """A quote in a list."""

    id: str
    number: str
    place: str
    state: QuoteState
    edition: int
    buyer: str
    total: MoneyOut
    valid_until: str
    needs_approval: bool
    order: str | None
    made_at: str


class QuoteLineOut(Schema):
    """A line; `asked`: what the place asks today."""

    line: int
    sku: str
    name: str
    quantity: int
    unit_price: MoneyOut
    asked: MoneyOut | None
    amount: MoneyOut


class QuoteStepOut(Schema):
    """Something that was done with a quote."""

    at: str
    actor: str
    act: QuoteAct
    detail: str


class QuoteDetailOut(QuoteOut):
    """A quote with its lines and what was done with it."""

    shipping: MoneyOut
    note: str
    lines: list[QuoteLineOut]
    steps: list[QuoteStepOut]
