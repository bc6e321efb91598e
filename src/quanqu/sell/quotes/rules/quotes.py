"""Where a quote may go, what it comes to, and what order it makes. Source: docs/rules/quotes.md."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from quanqu.sell.checkout.contracts import Delivery, LineDraft, OrderDraft
from quanqu.sell.quotes.contracts import (
    LARGEST_PRICE_MINOR,
    LARGEST_UNITS,
    LONGEST_DAYS,
    MOST_QUOTE_LINES,
    QuoteAct,
    QuoteDraft,
    QuoteFieldError,
    QuoteLineDraft,
    QuoteOrdering,
    QuoteState,
    QuoteStateError,
)

__all__ = ["STEPS", "check_draft", "follow", "needs_approval", "order_id_of", "order_of"]

_S, _A = QuoteState, QuoteAct
STEPS: Final[dict[QuoteState, dict[QuoteAct, QuoteState]]] = {
    _S.DRAFT: {
        _A.CHANGE: _S.DRAFT, _A.APPROVE: _S.DRAFT, _A.SEND: _S.SENT, _A.REJECT: _S.REJECTED,
    },
    _S.SENT: {
        _A.CHANGE: _S.DRAFT, _A.ACCEPT: _S.ACCEPTED, _A.REJECT: _S.REJECTED,
        _A.EXPIRE: _S.EXPIRED, _A.ORDER: _S.ORDERED,
    },
    _S.ACCEPTED: {_A.REJECT: _S.REJECTED, _A.EXPIRE: _S.EXPIRED, _A.ORDER: _S.ORDERED},
    _S.REJECTED: {},
    _S.EXPIRED: {_A.CHANGE: _S.DRAFT},
    _S.ORDERED: {},
}  # fmt: skip
"""What may follow.  A changed quote is a draft again: it is approved and sent anew."""
_LONGEST: Final = 300


def follow(state: QuoteState, act: QuoteAct, *, ref: str) -> QuoteState:
    """Return where an act leads. Raises: QuoteStateError."""
    wanted = STEPS[state].get(act)
    if wanted is None:
        raise QuoteStateError(ref=ref, state=state.value, act=act.value)
    return wanted


def check_draft(draft: QuoteDraft, *, today: date) -> int:
    """Return what the goods of a quote come to. Raises: QuoteFieldError."""
    if not 1 <= len(draft.lines) <= MOST_QUOTE_LINES:
        raise QuoteFieldError(field="lines", problem=f"1 to {MOST_QUOTE_LINES} of them")
    for number, one in enumerate(draft.lines, 1):
        if not 1 <= one.quantity <= LARGEST_UNITS:
            raise QuoteFieldError(field=f"line {number}", problem=f"1 to {LARGEST_UNITS} units")
        if not 0 <= one.unit_price_minor <= LARGEST_PRICE_MINOR:
            problem = "the price is negative or too large"
            raise QuoteFieldError(field=f"line {number}", problem=problem)
    if not 1 <= len(draft.buyer.strip()) <= _LONGEST:
        raise QuoteFieldError(field="buyer", problem="say whom it is for")
    if not 0 <= draft.shipping_minor <= LARGEST_PRICE_MINOR:
        raise QuoteFieldError(field="shipping", problem="it is negative or too large")
    if not today <= draft.valid_until <= today + timedelta(days=LONGEST_DAYS):
        problem = f"today, or up to {LONGEST_DAYS} days later"
        raise QuoteFieldError(field="valid_until", problem=problem)
    return sum(one.quantity * one.unit_price_minor for one in draft.lines)


def needs_approval(
    *, total_minor: int, currency: str, limit: tuple[int, str] | None, is_approved: bool
) -> bool:
    """Tell whether somebody else has to approve a quote before it is sent.

    `limit`: amount and currency up to which one person sends alone; None: any.  A quote in another
    currency than the limit's has to be approved: rates are never invented.
    """
    if limit is None or is_approved:
        return False
    most, told = limit
    return currency != told or total_minor > most


def order_id_of(quote_id: UUID) -> UUID:
    """Return the id of the one order a quote can become."""
    return uuid5(quote_id, "order")


def order_of(
    quote_id: UUID,
    lines: Sequence[QuoteLineDraft],
    ordering: QuoteOrdering,
    *,
    place_key: int,
    currency: str,
    subject_key: int | None,
    shipping_minor: int,
    note: str,
) -> OrderDraft:
    """Return the order a quote makes, at the agreed prices.

    Its goods come from the pickup place, from the quote's place where they are taken along, from
    where sourcing says where they are sent.
    """
    source = {
        Delivery.PICKUP: ordering.pickup_place_key,
        Delivery.CARRY_OUT: place_key,
        Delivery.SHIP: None,
    }[ordering.delivery]
    return OrderDraft(
        id=order_id_of(quote_id),
        place_key=place_key,
        currency=currency,
        lines=tuple(
            LineDraft(one.variant_key, one.quantity, source, one.unit_price_minor) for one in lines
        ),
        tenders=ordering.tenders,
        delivery=ordering.delivery,
        pickup_place_key=ordering.pickup_place_key,
        contact=ordering.contact,
        subject_key=subject_key,
        shipping_minor=shipping_minor,
        note=note,
    )
