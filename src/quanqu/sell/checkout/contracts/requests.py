"""What is asked of checkout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from quanqu.sell.checkout.contracts.words import Delivery

__all__ = [
    "ContactDraft",
    "LineDraft",
    "OrderDraft",
    "ReservedPurchase",
    "SlotChoice",
    "TenderDraft",
]


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A quantity of an item, and from where it comes.

    `from_place_key` None: sourcing decides, of all lines or of none.
    `unit_price_minor`: what the door has agreed with the buyer; None: what the place asks.
    """

    variant_key: int
    quantity: int
    from_place_key: int | None
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class TenderDraft:
    """A part of the money; `amount_minor` None: what the others leave. See `PaymentRequest`."""

    tender: str
    amount_minor: int | None = None
    token: str = ""
    payer: str = ""
    account: str = ""
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Who gets the goods, and where; it rests encrypted."""

    name: str = ""
    phone: str = ""
    email: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot of sell.slots on a day, in which an order is delivered or collected."""

    slot_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order to place at a place.

    `id`: the order's; asked again under it, the first answer counts.  `pay_until`: until when the
    goods are held for money that takes a while.  `gift_message`, `hides_prices`: the order is a
    gift, and its papers show no prices.  `hold_id`: a hold of a cart or of a place in line whose
    goods the order takes over, at places its lines name.  `slot`: when it is brought or collected;
    its goods leave from the slot's place.  `is_reservation`: goods that are tried at the store
    where they are kept, and paid there; `pay_until` is until when.
    Units: minor units of `currency`, tax included.
    """

    id: UUID
    place_key: int
    currency: str
    lines: tuple[LineDraft, ...]
    tenders: tuple[TenderDraft, ...]
    delivery: Delivery = Delivery.SHIP
    pickup_place_key: int | None = None
    contact: ContactDraft | None = None
    subject_key: int | None = None
    shipping_minor: int = 0
    note: str = ""
    pay_until: datetime | None = None
    gift_message: str = ""
    hides_prices: bool = False
    hold_id: UUID | None = None
    slot: SlotChoice | None = None
    is_reservation: bool = False

    @property
    def is_sourced(self) -> bool:
        """Whether sourcing decides where the goods come from."""
        return any(line.from_place_key is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class ReservedPurchase:
    """What somebody buys of the goods they reserved and tried, and how they pay at the desk.

    `id`: the purchase's; asked again under it, the first answer counts.  `quantities`: units by
    line; a line that is not named is not bought.
    """

    id: UUID
    order_id: UUID
    quantities: Mapping[int, int]
    tenders: tuple[TenderDraft, ...]
    pickup_code: str
