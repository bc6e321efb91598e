"""What may be reserved to be tried, and bought of it. Source: docs/rules/checkout.md."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from quanqu.sell.checkout.contracts import (
    LONGEST_RESERVATION,
    Delivery,
    LiveLine,
    OrderDraft,
    ReservationDraftError,
    ReservationError,
)

__all__ = ["RESERVE_HOURS", "bought_of", "check_end", "check_reserved"]

RESERVE_HOURS: Final = 48
"""For how many hours a store keeps what is to be tried, where it says nothing else."""


def check_reserved(draft: OrderDraft, *, is_one_company: bool, now: datetime) -> None:
    """Refuse a reservation that could not be tried, paid and taken along at its store.

    `is_one_company`: the store belongs to the company that sells.  Raises: ReservationDraftError.
    """
    store = draft.pickup_place_key
    if draft.delivery is not Delivery.PICKUP or store is None:
        raise ReservationDraftError(problem="goods are tried at a store: name the place of pickup")
    if any(line.from_place_key != store for line in draft.lines):
        raise ReservationDraftError(
            problem="all goods have to be at the store where they are tried"
        )
    if not is_one_company:
        raise ReservationDraftError(problem="the store is another company's")
    if draft.tenders or draft.shipping_minor:
        raise ReservationDraftError(problem="it is paid at the store, for what is bought")
    if draft.hold_id is not None or draft.slot is not None:
        raise ReservationDraftError(problem="it takes over no hold and no slot")
    if draft.pay_until is None or draft.pay_until <= now:
        raise ReservationDraftError(problem="it ends after it begins")
    if draft.pay_until > now + LONGEST_RESERVATION:
        raise ReservationDraftError(problem="goods are kept for 7 days at most")


def check_end(until: datetime, *, placed_at: datetime, ends_at: datetime, ref: str) -> None:
    """Refuse to keep goods for less long than they are, or for longer than may be from when they
    were reserved.  Raises: ReservationError."""
    if until < ends_at:
        raise ReservationError(ref=ref, problem="it can only be kept for longer")
    if until > placed_at + LONGEST_RESERVATION:
        raise ReservationError(ref=ref, problem="goods are kept for 7 days at most")


def bought_of(
    lines: Sequence[LiveLine], quantities: Mapping[int, int], *, ref: str
) -> tuple[LiveLine, ...]:
    """Return the lines with the units that are bought; those of which nothing is are left out.

    Raises: ReservationError.
    """
    known = {one.line_no: one.quantity for one in lines}
    for number, units in sorted(quantities.items()):
        if number not in known:
            raise ReservationError(ref=ref, problem=f"there is no line {number}")
        if not 0 <= units <= known[number]:
            problem = f"of line {number} 0 to {known[number]} units can be bought"
            raise ReservationError(ref=ref, problem=problem)
    return tuple(
        replace(one, quantity=units) for one in lines if (units := quantities.get(one.line_no, 0))
    )
