"""When two orders may be made one. Source: docs/rules/order-edits.md#two-orders-become-one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from quanqu.kernel.text import normal_text
from quanqu.sell.checkout.contracts import LiveOrder, LiveState, MergeProblem, PartState
from quanqu.sell.checkout.contracts.words import LARGEST_MINOR, MOST_LINES, MOST_TENDERS
from quanqu.sell.checkout.rules.edits import ADDRESS_WORDS

__all__ = ["MergeSide", "why_not_merged"]

_GIFT: Final = ("gift_message", "hides_prices")


@dataclass(frozen=True, slots=True)
class MergeSide:
    """One of two orders that may become one.

    `customer`: who ordered, None where nobody is known.  `tenders`: how it was paid, less what was
    given up.  `is_moving`: something is asked of its money just now.
    """

    order: LiveOrder
    customer: int | None
    contact: Mapping[str, str]
    parts: Collection[PartState]
    lines: int
    payments: int
    tenders: frozenset[str]
    is_moving: bool
    is_held_up: bool


def why_not_merged(kept: MergeSide, gone: MergeSide) -> MergeProblem | None:
    """Return why two orders stay two; None where they may become one."""
    return _why_unlike(kept, gone) or _why_stuck(gone) or _why_stuck(kept) or _why_money(kept, gone)


def _why_unlike(kept: MergeSide, gone: MergeSide) -> MergeProblem | None:
    one, two = kept.order, gone.order
    checks = (
        (one.id == two.id, MergeProblem.SAME_ORDER),
        (one.company_key != two.company_key, MergeProblem.COMPANY),
        (one.place_key != two.place_key, MergeProblem.PLACE),
        (one.currency != two.currency, MergeProblem.CURRENCY),
        (kept.customer is None or kept.customer != gone.customer, MergeProblem.CUSTOMER),
        (
            (one.delivery, one.pickup_place_key) != (two.delivery, two.pickup_place_key),
            MergeProblem.DELIVERY,
        ),
        (_address(kept) != _address(gone), MergeProblem.ADDRESS),
        (
            [kept.contact.get(name, "") for name in _GIFT]
            != [gone.contact.get(name, "") for name in _GIFT],
            MergeProblem.GIFT,
        ),
        (bool(one.slot_starts_at or two.slot_starts_at), MergeProblem.SLOT),
    )
    return next((problem for is_so, problem in checks if is_so), None)


def _why_stuck(side: MergeSide) -> MergeProblem | None:
    if side.order.state is LiveState.PROCESSING:
        return MergeProblem.PICKED
    if side.order.state is not LiveState.CONFIRMED:
        return MergeProblem.STATE
    if set(side.parts) - {PartState.WAITING, PartState.CANCELLED}:
        return MergeProblem.PICKED
    if side.order.due_minor:
        return MergeProblem.DUE
    return MergeProblem.HELD_UP if side.is_held_up else None


def _why_money(kept: MergeSide, gone: MergeSide) -> MergeProblem | None:
    if kept.tenders != gone.tenders:
        return MergeProblem.PAID_DIFFERENTLY
    if kept.is_moving or gone.is_moving:
        return MergeProblem.MONEY_MOVES
    is_large = (
        kept.lines + gone.lines > MOST_LINES
        or kept.payments + gone.payments > MOST_TENDERS
        or kept.order.total_minor + gone.order.total_minor > LARGEST_MINOR
    )
    return MergeProblem.TOO_LARGE if is_large else None


def _address(side: MergeSide) -> list[str]:
    words = sorted(ADDRESS_WORDS)
    return [" ".join(normal_text(side.contact.get(name, "")).lower().split()) for name in words]
