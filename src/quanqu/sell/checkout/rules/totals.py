"""What an order comes to, and how its payments share it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quanqu.kernel.money import Money
from quanqu.sell.catalog.contracts import Offer
from quanqu.sell.checkout.contracts import (
    LARGEST_MINOR,
    MOST_LINES,
    MOST_TENDERS,
    LineDraft,
    NoPriceError,
    OrderDraft,
    OrderItemError,
    OrderLineError,
    TenderDraft,
    TenderSumError,
)

__all__ = ["PricedLine", "fingerprint", "price_lines", "share_of_tenders", "shares_of"]

_LARGEST_QUANTITY = 1_000_000


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its name and price. Units: minor units."""

    draft: LineDraft
    sku: str
    name: str
    unit_price_minor: int

    @property
    def amount_minor(self) -> int:
        """Quantity x unit price."""
        return self.draft.quantity * self.unit_price_minor


def price_lines(
    draft: OrderDraft, offers: Mapping[int, Offer], *, place: str = ""
) -> tuple[PricedLine, ...]:
    """Give each line its name and price: the agreed one, or what the place asks.

    Raises: OrderLineError, OrderItemError, NoPriceError.
    """
    if not 1 <= len(draft.lines) <= MOST_LINES:
        raise OrderLineError(line=0, problem=f"an order has 1 to {MOST_LINES} lines")
    return tuple(
        _priced(number, line, offers.get(line.variant_key), draft, place)
        for number, line in enumerate(draft.lines, 1)
    )


def _priced(
    number: int, line: LineDraft, offer: Offer | None, draft: OrderDraft, place: str
) -> PricedLine:
    if not 1 <= line.quantity <= _LARGEST_QUANTITY:
        raise OrderLineError(line=number, problem=f"the quantity is 1 to {_LARGEST_QUANTITY}")
    if offer is None:
        raise OrderItemError(line=number, ref=line.variant_key, place=place)
    price = line.unit_price_minor
    if price is None and offer.currency == draft.currency:
        price = offer.price_minor
    if price is None:
        raise NoPriceError(line=number, sku=offer.sku, currency=draft.currency)
    if not 0 <= price <= LARGEST_MINOR // _LARGEST_QUANTITY:
        raise OrderLineError(line=number, problem="the price is negative or too large")
    return PricedLine(line, offer.sku, offer.name, price)


def share_of_tenders(draft: OrderDraft, total_minor: int) -> list[int]:
    """Return what each payment takes; one may leave its amount open and takes the rest.

    An order of nothing is placed without payments.  Raises: TenderSumError.
    """
    return shares_of(draft.tenders, total_minor, draft.currency)


def shares_of(tenders: Sequence[TenderDraft], total_minor: int, currency: str) -> list[int]:
    """Return what each of some payments takes of an amount. Raises: TenderSumError."""
    told = [one.amount_minor for one in tenders]
    known = sum(amount for amount in told if amount is not None)
    rest = total_minor - known
    shares = [rest if amount is None else amount for amount in told]
    is_sound = (
        len(told) <= MOST_TENDERS
        and told.count(None) <= 1
        and sum(shares) == total_minor
        and all(share > 0 for share in shares)
    )
    if not is_sound:
        paid = Money(known, currency).amount
        total = Money(total_minor, currency).amount
        raise TenderSumError(paid=paid, total=total, currency=currency)
    return shares


def fingerprint(draft: OrderDraft, lines: Sequence[PricedLine]) -> bytes:
    """Return what tells an order from another under the same id: goods, money, where from and to.

    Prices a place asked are left out: they may change between the call and its repetition.
    """
    told: tuple[object, ...] = (
        draft.place_key, draft.currency, draft.delivery.value, draft.pickup_place_key,
        draft.shipping_minor, [(one.tender, one.amount_minor) for one in draft.tenders],
        [(one.draft.variant_key, one.draft.quantity, one.draft.from_place_key,
          one.draft.unit_price_minor) for one in lines],
    )  # fmt: skip
    if draft.slot is not None:
        told = (*told, draft.slot)
    if draft.is_reservation:
        told = (*told, "reserved")
    return hashlib.sha256(repr(told).encode()).digest()
