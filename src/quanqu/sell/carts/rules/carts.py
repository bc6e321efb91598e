"""How carts merge, how long they lie, and what order they make. Source: docs/rules/carts.md."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from quanqu.sell.carts.contracts import (
    LARGEST_UNITS,
    MOST_CART_LINES,
    CartKind,
    CartLineDraft,
    CartLineError,
    PlacingDraft,
)
from quanqu.sell.checkout.contracts import Delivery, LineDraft, OrderDraft

__all__ = [
    "ABANDONED_AFTER",
    "CODE_LETTERS",
    "STUCK_AFTER",
    "check_line",
    "ends_at",
    "merged",
    "order_id_of",
    "order_of",
]

At = tuple[int, int]
"""Item and wished place, 0: anywhere."""

ABANDONED_AFTER: Final = timedelta(hours=1)
"""After so long untouched a cart counts as left lying."""
STUCK_AFTER: Final = timedelta(minutes=2)
"""After so long a cart that is being placed is looked after: whoever placed it is gone."""
_LIVES: Final = {
    (CartKind.SHOPPER, True): timedelta(days=60),
    (CartKind.SHOPPER, False): timedelta(days=14),
    (CartKind.DESK, True): timedelta(days=1),
    (CartKind.DESK, False): timedelta(days=1),
}
CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What share codes are made of: nothing that is taken for something else."""


def ends_at(kind: CartKind, *, is_member: bool, now: datetime) -> datetime:
    """Return when a cart expires that is touched now."""
    return now + _LIVES[kind, is_member]


def check_line(line: CartLineDraft) -> None:
    """Refuse a line that no cart can have. Raises: CartLineError."""
    if not 0 <= line.quantity <= LARGEST_UNITS:
        problem = f"0 to {LARGEST_UNITS} units"
        raise CartLineError(item=line.variant_key, problem=problem)


def merged(
    mine: Mapping[At, CartLineDraft], guest: Mapping[At, CartLineDraft]
) -> dict[At, CartLineDraft]:
    """Return the lines of a member's cart after a guest's came into it.

    The same item from the same place adds up, up to the most units of a line; a line that is wanted
    in one of both is wanted; a gift in one of both is a gift.  Raises: CartLineError where there
    would be too many lines.
    """
    found = dict(mine)
    for at, line in guest.items():
        here = found.get(at)
        if here is None:
            found[at] = line
            continue
        wanted = [one.quantity for one in (here, line) if not one.is_saved]
        saved = [one.quantity for one in (here, line) if one.is_saved]
        found[at] = replace(
            here,
            quantity=min(sum(wanted or saved), LARGEST_UNITS),
            is_saved=not wanted,
            is_gift=here.is_gift or line.is_gift,
        )
    if len(found) > MOST_CART_LINES:
        problem = f"a cart has at most {MOST_CART_LINES} lines"
        raise CartLineError(item="", problem=problem)
    return found


def order_id_of(cart_id: UUID) -> UUID:
    """Return the id of the one order a cart can become."""
    return uuid5(cart_id, "order")


def order_of(
    cart_id: UUID,
    lines: Sequence[CartLineDraft],
    draft: PlacingDraft,
    *,
    place_key: int,
    currency: str,
    subject_key: int | None,
) -> OrderDraft:
    """Return the order a cart makes: the lines that are not saved for later.

    A line without a wish comes from the pickup place of a pickup, from the cart's place where it is
    taken along, from where sourcing says where it is sent.  Where some lines of an order to be sent
    name a place, the others come from the cart's place: sourcing decides on whole orders alone.
    With a slot they come from the slot's place.
    """
    usual = {
        Delivery.PICKUP: draft.pickup_place_key,
        Delivery.CARRY_OUT: place_key,
        Delivery.SHIP: draft.slot_place_key if draft.slot else None,
    }[draft.delivery]
    wanted = [one for one in lines if not one.is_saved]
    if usual is None and any(one.place_key is not None for one in wanted):
        usual = place_key
    return OrderDraft(
        id=order_id_of(cart_id),
        place_key=place_key,
        currency=currency,
        lines=tuple(
            LineDraft(one.variant_key, one.quantity, one.place_key or usual) for one in wanted
        ),
        tenders=draft.tenders,
        delivery=draft.delivery,
        pickup_place_key=draft.pickup_place_key,
        contact=draft.contact,
        subject_key=subject_key,
        shipping_minor=draft.shipping_minor,
        note=draft.note,
        pay_until=draft.pay_until,
        gift_message=draft.gift_message,
        hides_prices=draft.hides_prices,
        slot=draft.slot,
    )
