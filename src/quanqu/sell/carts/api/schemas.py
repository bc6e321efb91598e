"""What the API of carts takes and shows."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field, model_validator

from quanqu.infra.http.facade import MoneyOut
from quanqu.sell.carts.contracts import MOST_CART_LINES, CartKind, CartState
from quanqu.sell.checkout.contracts import MOST_TENDERS, Delivery

_LARGEST = 10**15
LONGEST_WINDOW_S = 7 * 86_400

Text = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
Id = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]
PlaceId = Annotated[str, Field(max_length=40, pattern=r"^plc_[0-9a-z]{26}$")]
ItemId = Annotated[str, Field(max_length=40, pattern=r"^var_[0-9a-z]{26}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
Amount = Annotated[str, Field(max_length=24, pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["12.34"])]


class CartIn(Schema):
    """A cart to open at a place."""

    place: PlaceId
    currency: Currency | None = Field(None, description="Without it that of the place.")
    kind: CartKind = CartKind.SHOPPER
    customer: Id | None = Field(None, description="Without one it is a guest's.")


class CartLineIn(Schema):
    """How many units of an item the cart is to have: the item by id or SKU; 0 takes it away."""

    item: ItemId | None = None
    sku: Code | None = None
    quantity: Annotated[int, Field(strict=True, ge=0, le=_LARGEST)]
    place: PlaceId | None = Field(None, description="Where its goods are wished from.")
    is_saved: bool = Field(False, description="Kept for later, not ordered.")
    is_gift: bool = False

    @model_validator(mode="after")
    def _names_one(self) -> "CartLineIn":
        if (self.item is None) == (self.sku is None):
            raise ValueError("give item or sku, one of them")
        return self


class CartLinesIn(Schema):
    """Lines to set; others stay as they are."""

    lines: Annotated[list[CartLineIn], Field(min_length=1, max_length=MOST_CART_LINES)]


class MergeIn(Schema):
    """Who signed in."""

    customer: Id


class CartTenderIn(Schema):
    """A part of the money; one part may leave its amount open and takes the rest."""

    tender: Code
    amount: Amount | None = None
    token: Text = ""
    payer: Text = ""
    account: Text = ""
    return_url: Text = ""


class CartContactIn(Schema):
    """Who gets the goods, and where; kept encrypted."""

    name: Text = ""
    phone: Text = ""
    email: Text = ""
    street: Text = ""
    postcode: Text = ""
    city: Text = ""
    region: Text = ""
    country: Text = ""


class CartGiftIn(Schema):
    """The order is a gift: what is written to it, and whether its papers show no prices."""

    message: Text = ""
    hides_prices: bool = False


class CartSlotIn(Schema):
    """A slot that `GET /carts/{id}/slots` offers: its goods leave from its place."""

    id: Annotated[str, Field(pattern=r"^dsl_[0-9a-z]{26}$")]
    place: PlaceId
    day: date


class PlacingIn(Schema):
    """What makes an order of a cart."""

    tenders: Annotated[list[CartTenderIn], Field(max_length=MOST_TENDERS)] = []
    delivery: Delivery = Delivery.SHIP
    pickup_place: PlaceId | None = None
    contact: CartContactIn | None = None
    shipping: Amount = "0"
    note: Text = ""
    pay_within_s: Annotated[int, Field(strict=True, ge=30, le=LONGEST_WINDOW_S)] | None = None
    gift: CartGiftIn | None = None
    slot: CartSlotIn | None = None

    @model_validator(mode="after")
    def _pickup_is_somewhere(self) -> "PlacingIn":
        if (self.delivery is Delivery.PICKUP) != (self.pickup_place is not None):
            raise ValueError("give pickup_place for a pickup, and only then")
        return self


class CartQuery(Schema):
    """Narrow the list of carts."""

    unit: Id | None = Field(None, description="A group, brand, company or place id.")
    state: CartState | None = None
    kind: CartKind | None = None
    abandoned: bool = Field(False, description="With goods in them, and left lying.")
    search: Text = Field("", description="A cart's id or share code.")


class CartLineOut(Schema):
    """A line as it is now."""

    item: str
    sku: str
    name: str
    quantity: int
    place: str | None
    is_saved: bool
    is_gift: bool
    unit_price: MoneyOut | None
    available: int


class CartOut(Schema):
    """A cart in a list."""

    id: str
    place: str
    kind: CartKind
    state: CartState
    currency: str
    share_code: str
    order: str | None
    lines_count: int
    units: int
    made_at: str
    touched_at: str


class CartDetailOut(CartOut):
    """A cart, priced and looked up as of now."""

    lines: list[CartLineOut]
    goods: MoneyOut
    is_orderable: bool


class CartOrderOut(Schema):
    """The order a cart became."""

    cart: str
    order: str
    number: str
    state: str
    total: MoneyOut
