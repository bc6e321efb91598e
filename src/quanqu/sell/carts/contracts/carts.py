"""What is asked of carts and what is read of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quanqu.sell.carts.contracts.words import CartKind, CartState
from quanqu.sell.checkout.contracts import ContactDraft, Delivery, SlotChoice, TenderDraft

__all__ = [
    "CartDetail",
    "CartDraft",
    "CartFilters",
    "CartLine",
    "CartLineDraft",
    "CartRow",
    "PlacingDraft",
]


@dataclass(frozen=True, slots=True)
class CartDraft:
    """A cart to open at a place. `subject_key` None: a guest's."""

    id: UUID
    place_key: int
    currency: str
    kind: CartKind = CartKind.SHOPPER
    subject_key: int | None = None


@dataclass(frozen=True, slots=True)
class CartLineDraft:
    """How many units of an item a cart is to have; 0 takes the line away.

    `place_key`: where its goods are wished from; None: wherever they are.
    """

    variant_key: int
    quantity: int
    place_key: int | None = None
    is_saved: bool = False
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class CartLine:
    """A line as it is now. Units: sale units, minor units of the cart's currency.

    `unit_price_minor`: what the place asks now, None where it asks nothing.  `available`: how many
    can be promised now, at the wished place, else at the place that has most.
    """

    variant_key: int
    sku: str
    name: str
    quantity: int
    place_key: int | None
    is_saved: bool
    is_gift: bool
    unit_price_minor: int | None
    available: int

    @property
    def amount_minor(self) -> int:
        """Quantity x price, nothing where there is no price."""
        return self.quantity * (self.unit_price_minor or 0)


@dataclass(frozen=True, slots=True)
class CartRow:
    """A cart in a list. `units`: those not saved for later."""

    id: UUID
    key: int
    place_key: int
    company_key: int
    kind: CartKind
    state: CartState
    currency: str
    subject_key: int | None
    share_code: str
    order_id: UUID | None
    lines: int
    units: int
    made_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class CartDetail:
    """A cart with its lines, priced and looked up as of now."""

    row: CartRow
    lines: tuple[CartLine, ...]

    @property
    def goods_minor(self) -> int:
        """What the lines come to that are not saved for later."""
        return sum(one.amount_minor for one in self.lines if not one.is_saved)

    @property
    def is_orderable(self) -> bool:
        """Whether there are lines, each with a price and enough of it there."""
        wanted = [one for one in self.lines if not one.is_saved]
        return bool(wanted) and all(
            one.unit_price_minor is not None and one.available >= one.quantity for one in wanted
        )


@dataclass(frozen=True, slots=True)
class PlacingDraft:
    """What makes an order of a cart: how it is paid and how the goods reach the buyer.

    `slot`, `slot_place_key`: when, and the place of the slot: goods that are sent leave from it.
    """

    tenders: tuple[TenderDraft, ...]
    delivery: Delivery = Delivery.SHIP
    pickup_place_key: int | None = None
    contact: ContactDraft | None = None
    shipping_minor: int = 0
    note: str = ""
    pay_until: datetime | None = None
    gift_message: str = ""
    hides_prices: bool = False
    slot: SlotChoice | None = None
    slot_place_key: int | None = None


@dataclass(frozen=True, slots=True)
class CartFilters:
    """Narrow a list of carts: inside a unit, in states, of a kind, left lying since a time, by
    share code or id."""

    unit_id: str | None = None
    states: tuple[CartState, ...] = ()
    kind: CartKind | None = None
    untouched_since: datetime | None = None
    search: str = ""
