"""When deliveries are due, and what follows. Source: docs/rules/subscriptions.md."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from quanqu.sell.subscriptions.contracts import (
    MOST_ITEMS,
    PAY_AGAIN,
    WAIT_DAYS,
    DeliveryState,
    Every,
    ItemDraft,
    OnShort,
    SubscriptionFieldError,
)

__all__ = [
    "Next",
    "after_refusal",
    "after_shortage",
    "check_interval",
    "check_items",
    "following",
    "order_id_of",
]

_MOST_EVERY: Final = 26
_LARGEST_QUANTITY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a delivery that did not become an order.

    `try_on`: when it is tried again; None: never.  `is_paused`: whether the plan is paused.
    """

    state: DeliveryState
    try_on: date | None = None
    is_paused: bool = False


def check_interval(every: int, unit: Every) -> None:
    """Refuse an interval that cannot be. Raises: SubscriptionFieldError."""
    if not 1 <= every <= _MOST_EVERY:
        raise SubscriptionFieldError(field="every", problem=f"1 to {_MOST_EVERY} {unit.value}s")


def check_items(items: Sequence[ItemDraft]) -> None:
    """Refuse items that cannot be delivered. Raises: SubscriptionFieldError."""
    if not 1 <= len(items) <= MOST_ITEMS:
        raise SubscriptionFieldError(field="items", problem=f"1 to {MOST_ITEMS} of them")
    if len({one.variant_key for one in items}) < len(items):
        raise SubscriptionFieldError(field="items", problem="an item is there twice")
    for one in items:
        if not 1 <= one.quantity <= _LARGEST_QUANTITY:
            raise SubscriptionFieldError(
                field="quantity", problem=f"1 to {_LARGEST_QUANTITY} units"
            )


def following(start: date, every: int, unit: Every, after: date) -> date:
    """Return the first day of an interval after a day.

    Months keep the day of the start, or have their last where they lack it.  Days that passed are
    not made up.
    """
    if unit is Every.WEEK:
        step = timedelta(weeks=every)
        return start + max((after - start) // step + 1, 0) * step
    passed = (after.year - start.year) * 12 + after.month - start.month
    number = max(passed // every, 0)
    while (day := _months_on(start, number * every)) <= after:
        number += 1
    return day


def after_shortage(on_short: OnShort, due_on: date, today: date) -> Next:
    """Return what becomes of a delivery whose goods are missing."""
    if on_short is OnShort.WAIT and today < due_on + timedelta(days=WAIT_DAYS):
        return Next(DeliveryState.WAITING, today + timedelta(days=1))
    return Next(DeliveryState.SKIPPED)


def after_refusal(tries: int, today: date) -> Next:
    """Return what becomes of a delivery whose payment was refused, so many times before."""
    if tries >= len(PAY_AGAIN):
        return Next(DeliveryState.REFUSED, is_paused=True)
    gone = PAY_AGAIN[tries - 1] if tries else 0
    return Next(DeliveryState.WAITING, today + timedelta(days=PAY_AGAIN[tries] - gone))


def order_id_of(plan_id: UUID, no: int, attempt: int) -> UUID:
    """Return the id of the order a delivery makes: whoever makes it, there is one."""
    return uuid5(plan_id, f"delivery {no} attempt {attempt}")


def _months_on(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
